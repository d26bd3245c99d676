"""A red flag in Telegram is answered before all that waits in its chat."""

import time
from datetime import UTC, datetime

import pytest

from bot.database import Database
from bot.records.telegram_updates import store_update
from bot.settings import Settings
from tests.channels.serving import serving
from tests.channels.standin import StandIn
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person

RED_FLAG = "I can't breathe and my chest hurts"
EMERGENCY = "Call 911 now"
# Rasa takes so long for a message; a red flag must not wait for it.
HANGS = 4.0


def begins(text: str, person: Person) -> int:
    """The place of the message that begins so."""
    return next((place for place, one in enumerate(person.texts) if one.startswith(text)), -1)


def test_it_does_not_wait_for_the_message_under_way(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    ada.sends(text="hello")
    ada.hears("You said: hello")
    rasa.delay = HANGS
    ada.sends(text="how much?")
    bot_api.wait(lambda: len(rasa.messages) == 2)
    began = time.monotonic()
    ada.sends(text=RED_FLAG)
    bot_api.wait(lambda: begins(EMERGENCY, ada) > 0)
    assert time.monotonic() - began < HANGS / 2
    ada.hears("You said: how much?")
    assert sum(text.startswith(EMERGENCY) for text in ada.texts) == 1
    assert RED_FLAG not in [message["message"] for message in rasa.messages]


def test_it_overtakes_what_waits(settings: Settings, eve: Person) -> None:
    for text in ("one", "two", RED_FLAG, "three"):
        eve.sends(text=text)
    with serving(settings):
        eve.hears("You said: three")
    assert begins(EMERGENCY, eve) < begins("You said: one", eve)
    answers = [text for text in eve.texts if text.startswith("You said: ")]
    assert answers == ["You said: one", "You said: two", "You said: three"]


@pytest.mark.usefixtures("quick")
def test_it_overtakes_what_cannot_be_read(settings: Settings, eve: Person) -> None:
    database = Database(settings.database)
    with database.write() as session:
        body = {"update_id": 0, "message": "of no known form"}
        store_update(session, "glamour", 0, eve.chat_id, body=body, now=datetime.now(UTC))
    database.close()
    for text in ("one", RED_FLAG):
        eve.sends(text=text)
    with serving(settings):
        # What cannot be read is tried again, and given up in the end.
        eve.hears("You said: one")
    assert begins(EMERGENCY, eve) < begins("You said: one", eve)
