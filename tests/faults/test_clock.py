"""The clocks of all processes are set while patients write: ahead, back, over the end of summer."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.faults.writing import Account, enduring
from tests.stack import own_stack

# A Saturday at noon in California; in the night summer time ends.
NOON = datetime.fromisoformat("2026-10-31T12:00-07:00")
END_OF_SUMMER = datetime.fromisoformat("2026-11-01T09:00Z")
SET_TO = (
    NOON + timedelta(hours=5),
    # The conversations are from the future now.
    NOON - timedelta(hours=6),
    END_OF_SUMMER - timedelta(seconds=2),
    NOON,
)
# All of them days on which the wait is not over, whichever of these times it is.
TREATED = ("I was treated yesterday", "I was treated today")
SECONDS = 4


class Clock:
    """The clock of processes that are started with `settings`."""

    def __init__(self, file: Path, moment: datetime) -> None:
        self._file = file
        self.settings = {"PYTHONPATH": str(Path(__file__).parent / "set_clock"), "CLOCK": str(file)}
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Let it be this time now."""
        scratch = self._file.with_suffix(".new")
        scratch.write_text(str((moment - datetime.now(UTC)).total_seconds()))
        scratch.replace(self._file)


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_the_clock_is_set(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock", NOON)
    with own_stack(tmp_path, NOW="", **clock.settings) as address:
        with enduring("clock set 4 times", address, treated=TREATED) as account:
            for moment in SET_TO:
                clock.set(moment)
                time.sleep(SECONDS)
        hours = hours_written_in(account)
    before, after = END_OF_SUMMER - timedelta(hours=1), END_OF_SUMMER
    assert {NOON, SET_TO[0], SET_TO[1], before, after} <= hours, "the clock was not set"


def hours_written_in(account: Account) -> set[datetime]:
    """Return in which hours, by the processes' clock, messages were recorded."""
    patient = account.patients[0]
    answer = httpx.get(
        f"{account.address}{patient.path}/messages", headers=patient.headers, trust_env=False
    )
    times = (datetime.fromisoformat(one["at"]) for one in answer.json()["messages"])
    return {at.replace(minute=0, second=0, microsecond=0) for at in times}
