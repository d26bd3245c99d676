"""Reminders in Telegram, on the real three processes: offered, set, sent to the chat, and ended."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.background import running
from bot.cli.ports import LOOPBACK, any_free_port
from tests.channels.telegram import front
from tests.channels.telegram.conftest import GLAMOUR
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person
from tests.waiting import waited_for

TUESDAY = datetime.fromisoformat("2026-11-24T20:00:00-08:00")


def environment(state: Path, api: Front, now: datetime) -> dict[str, str]:
    return {
        "ENVIRONMENT": "test",
        "NOW": now.isoformat(),
        "RATE_LIMITS": "off",
        "DATABASE_URL": "",
        "SMTP_URL": "",
        "STATE_DIR": str(state),
        "TELEGRAM_TOKENS": f"glamour={GLAMOUR}",
        "TELEGRAM_API_URL": api.address,
        "PORT": str(any_free_port()),
        "RASA_PORT": str(any_free_port()),
        "ACTIONS_PORT": str(any_free_port()),
    }


@pytest.fixture
def api(_emulator: str) -> Iterator[Front]:
    with front.running(_emulator) as running_front:
        running_front.tokens = {GLAMOUR}
        yield running_front


def started(stack: ExitStack, state: Path, api: Front, now: datetime) -> None:
    settings = environment(state, api, now)
    with (state / "output").open("ab") as output:
        stack.enter_context(running(f"http://{LOOPBACK}:{settings['PORT']}", settings, output))


def hears(person: Person, words: str) -> str:
    """Wait until the bot has said something with these words; returns the whole of it."""
    found = waited_for(lambda: [text for text in person.texts if words in text])
    assert found, f"{words!r} is not in {person.texts}"
    return found[-1]


def test_from_the_offer_to_the_reminder_and_its_end(api: Front, tmp_path: Path) -> None:
    """The clock stands still while it runs; between two days it is started anew."""
    ada = Person(api, GLAMOUR)
    with ExitStack() as tuesday:
        started(tuesday, tmp_path, api, TUESDAY)
        ada.says("my veins were injected on Sunday")
        hears(ada, "Noted: your injections on Sunday")
        ada.presses("Remind me on these days")
        assert "Wednesday, November 25" in hears(ada, "I will write to you here at 9 AM")
    assert not any("Day 3 after" in text for text in ada.texts)
    with ExitStack() as wednesday:
        started(wednesday, tmp_path, api, TUESDAY + timedelta(hours=13, minutes=1))
        assert "no longer asks you to avoid: heavy exercise" in hears(ada, "Day 3 after")
        ada.says("all good")
        hears(ada, "I am glad to hear it.")
        ada.says("STOP")
        hears(ada, "I will send no more reminders.")
        ada.says("/reminders")
        hears(ada, "Sunday, December 6: Next session")
    assert sum("Day 3 after" in text for text in ada.texts) == 1
