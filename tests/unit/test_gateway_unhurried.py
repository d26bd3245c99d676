"""What is said while the database is away is written when it is back: all, once, in order."""

import asyncio
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.gateway import late
from bot.gateway.unhurried import Unhurried
from bot.records.plain import Author, Message, Recorded

DOWN = OperationalError("insert", {}, Exception("down"))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "FIRST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(late, "LONGEST_PAUSE_SECONDS", 0.0)


class Records:
    """A database that refuses the next so many tries."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.stored: list[str] = []

    async def write(self, client_id: str) -> Recorded:
        if self.refusals:
            self.refusals -= 1
            raise DOWN
        if client_id in self.stored:
            raise IntegrityError("insert", {}, Exception("twice"))
        self.stored.append(client_id)
        return recorded(client_id, seq=4)


def recorded(client_id: str, seq: int) -> Recorded:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Recorded(Message(seq, Author.PATIENT, "help", now, client_id=client_id), [])


async def say(away: Unhurried, records: Records, *ids: str) -> list[bool]:
    """Write messages; tells for each whether it was written in time."""
    found = []
    for one in ids:
        late = recorded(one, seq=2)
        write = partial(records.write, one)
        found.append(await away.written_in_time("a", write, instead=late) is not late)
    return found


@pytest.mark.parametrize("refusals", [1, 2, 100])
def test_however_long_it_is_away(refusals: int) -> None:
    records = Records(refusals)

    async def main() -> None:
        away = Unhurried()
        assert await say(away, records, "1", "2", "3", "2") == [False] * 4
        await away.late.finish()
        assert await say(away, records, "4") == [True]

    asyncio.run(main())
    assert records.stored == ["1", "2", "3", "4"]


def test_what_was_written_by_the_first_try_after_all_is_not_written_twice() -> None:
    async def main() -> None:
        away, records = Unhurried(), Records(0)
        assert await say(away, records, "1", "1") == [True, False]
        assert records.stored == ["1"]

    asyncio.run(main())


def test_what_can_never_be_written_keeps_nothing_else_from_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def gone() -> Recorded:
        await asyncio.sleep(0)
        raise LookupError

    async def main() -> None:
        away, records = Unhurried(), Records(1)
        await say(away, records, "1")
        await away.written_in_time("b", gone, instead=recorded("2", seq=2))
        await say(away, records, "3")
        await away.late.finish()
        assert records.stored == ["1", "3"]

    asyncio.run(main())
    assert "red flag not recorded" in caplog.text


def test_at_the_end_it_says_how_much_is_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(late, "STOP_SECONDS", 0.01)

    async def main() -> None:
        away = Unhurried()
        await say(away, Records(10**9), "1", "2")
        await away.late.finish()

    asyncio.run(main())
    assert "red flags not recorded: 2" in caplog.text
