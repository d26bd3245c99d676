"""A red flag in Telegram is answered before all that waits in its chat."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.database import Database
from bot.gateway.telegram import alone
from bot.gateway.telegram.chats import Chats
from bot.gateway.telegram.intake import AGAIN_SECONDS
from bot.records.privacy import export_conversation
from bot.records.telegram_chats import find_chat
from bot.records.telegram_updates import store_update
from bot.settings import Settings
from tests.channels.outages import NOBODY_THERE, locked, lost
from tests.channels.serving import Gateway, serving
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


# --- the database is away


def test_it_is_answered_while_the_database_is_away(
    ada: Person, bot_api: Front, clinic_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a chat that never was; it is stored once the database is back."""
    with (
        ThreadPoolExecutor() as others,
        lost(clinic_gateway.services.database, monkeypatch),
    ):
        # By webhook, sending lasts until it is taken.
        sent = [others.submit(ada.sends, text=text) for text in ("how much?", RED_FLAG)]
        bot_api.wait(lambda: begins(EMERGENCY, ada) == 0)
        time.sleep(2 * AGAIN_SECONDS)  # tried again meanwhile, said once
        assert len(ada.texts) == 1
    for one in sent:
        one.result()
    ada.hears("You said: how much?")
    bot_api.wait(lambda: stored_of(clinic_gateway, ada)["alerts"])
    stored = stored_of(clinic_gateway, ada)
    assert [alert["level"] for alert in stored["alerts"]] == ["emergency"]
    assert [one["text"] for one in stored["messages"]].count(RED_FLAG) == 1


def test_it_is_answered_though_the_database_goes_when_it_is_stored(
    ada: Person, bot_api: Front, clinic_gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored, so Telegram does not send it again; and nothing can be read."""
    with ExitStack() as away, monkeypatch.context() as changed:
        wake = Chats.wake

        def goes(self: Chats, clinic_id: str, chat_id: int) -> None:
            if not ada.texts:
                away.enter_context(lost(clinic_gateway.services.database, monkeypatch))
            changed.undo()
            wake(self, clinic_id, chat_id)

        changed.setattr(Chats, "wake", goes)
        ada.sends(text=RED_FLAG)
        bot_api.wait(lambda: begins(EMERGENCY, ada) == 0)
    bot_api.wait(lambda: len(stored_of(clinic_gateway, ada)["alerts"]) == 1)
    # Once more, from what is recorded.
    bot_api.wait(lambda: sum(text.startswith(EMERGENCY) for text in ada.texts) == 2)


def test_a_red_flag_that_was_handled_is_not_answered_alone(
    ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "LOOK_SECONDS", 0.2)
    ada.sends(text=RED_FLAG)
    ada.hears(EMERGENCY)
    time.sleep(1)
    assert sum(text.startswith(EMERGENCY) for text in ada.texts) == 1


def test_it_does_not_wait_for_a_locked_database(
    ada: Person, bot_api: Front, clinic_gateway: Gateway
) -> None:
    with ThreadPoolExecutor() as others, locked(clinic_gateway.services.database):
        began = time.monotonic()
        others.submit(ada.sends, text=RED_FLAG)
        bot_api.wait(lambda: begins(EMERGENCY, ada) == 0)
        assert time.monotonic() - began < 5
    bot_api.wait(lambda: len(stored_of(clinic_gateway, ada)["alerts"]) == 1)


@pytest.mark.usefixtures("quick")
def test_it_is_answered_by_a_bot_that_was_started_while_the_database_is_away(
    settings: Settings, eve: Person
) -> None:
    away = settings.model_copy(update={"database_url": NOBODY_THERE})
    with serving(away):
        eve.sends(text="how much?")
        eve.sends(text=RED_FLAG)
        eve.hears(EMERGENCY)
        assert len(eve.texts) == 1
    with serving(settings):
        eve.hears("You said: how much?")


def stored_of(gateway: Gateway, person: Person) -> dict[str, Any]:
    """All that is stored of a person's conversation; no alerts before there is one."""
    with gateway.services.database.read() as session:
        chat = find_chat(session, "glamour", person.chat_id)
        stored = export_conversation(session, chat.conversation_id) if chat else None
    return stored or {"alerts": []}
