"""What is stored of a chat, and its deletion; staff, and patients who blocked the bot."""

import time
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.records.privacy import export_conversation
from bot.records.telegram_chats import TelegramChatRow, TelegramMessageRow
from bot.records.telegram_updates import TelegramLeaseRow, TelegramUpdateRow
from tests.channels.serving import Gateway
from tests.channels.standin import StandIn
from tests.channels.telegram.conftest import GLAMOUR
from tests.channels.telegram.front import BLOCKED, Front
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import NOTICE, STALE, chat_of, heard_by, says_staff

# --- what is stored, and its deletion


def rows_of(gateway: Gateway, person: Person) -> int:
    """How many rows there are of a person's chat, in all tables that could have any."""
    with gateway.services.database.read() as session:
        tables = (TelegramChatRow, TelegramUpdateRow, TelegramLeaseRow)
        counts = [
            session.scalar(
                select(func.count()).select_from(table).where(table.chat_id == person.chat_id)
            )
            for table in tables
        ]
    return sum(count or 0 for count in counts)


@pytest.mark.parametrize("words", ["/delete", "please delete my data"])
def test_delete_asks_once_and_really_deletes(
    ada: Person, clinic_gateway: Gateway, words: str
) -> None:
    ada.says("my leg itches")
    ada.hears("You said")
    conversation = chat_of(clinic_gateway, ada).conversation_id
    ada.says(words)
    asked = ada.hears("Shall I delete this chat for good?")
    ada.presses("Yes, delete it all")
    ada.hears("Done. This chat and all that was stored with it are deleted")
    ada.front.wait(lambda: asked.keyboard == [])
    ada.front.wait(lambda: rows_of(clinic_gateway, ada) == 0)
    with clinic_gateway.services.database.read() as session:
        assert export_conversation(session, conversation) is None
        left = select(func.count()).select_from(TelegramMessageRow)
        left = left.where(TelegramMessageRow.conversation_id == conversation)
        assert session.scalar(left) == 0


def test_after_a_deletion_a_new_chat_begins_with_the_notice(ada: Person) -> None:
    ada.says("/delete")
    ada.hears("Shall I delete")
    ada.presses("Yes, delete it all")
    ada.hears("Done.")
    ada.says("my leg itches")
    ada.hears("You said: my leg itches")
    assert len([text for text in ada.texts if NOTICE in text]) == 2


def test_a_button_of_a_deleted_chat_is_explained(ada: Person, rasa: StandIn) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    data = dict(offered.keyboard)["Cost"]
    ada.says("/delete")
    ada.hears("Shall I delete")
    ada.presses("Yes, delete it all")
    ada.hears("Done.")
    ada.presses_data(offered.id, data)
    ada.hears(STALE)
    assert heard_by(rasa) == ["hello"]


def test_delete_can_be_taken_back(ada: Person) -> None:
    ada.says("/delete")
    ada.hears("Shall I delete")
    ada.presses("No, keep it")
    ada.hears("Nothing was deleted")


def test_privacy_says_what_is_stored(ada: Person) -> None:
    ada.says("/privacy")
    assert ada.hears("I store this chat").titles == ["Send me my data", "Delete my data"]


def test_the_export_names_the_chat(ada: Person, clinic_gateway: Gateway) -> None:
    ada.says("hello")
    ada.hears("You said")
    with clinic_gateway.services.database.read() as session:
        found = export_conversation(session, chat_of(clinic_gateway, ada).conversation_id)
    assert found is not None
    assert found["conversation"]["channel"] == "telegram"
    assert found["telegram"] == {"chat_id": ada.chat_id, "blocked": False}


def test_of_what_was_handled_only_the_number_is_kept(
    ada: Person, bot_api: Front, clinic_gateway: Gateway
) -> None:
    number = bot_api.give(GLAMOUR, {"message": ada.message(text="my leg itches")})
    ada.hears("You said")

    def is_forgotten() -> bool:
        with clinic_gateway.services.database.read() as session:
            row = session.get_one(TelegramUpdateRow, ("glamour", number))
            return row.body is None and row.chat_id is None and row.handled_at is not None

    bot_api.wait(is_forgotten)


# --- staff, and patients who want to hear nothing


def test_what_staff_write_arrives(ada: Person, clinic_gateway: Gateway) -> None:
    ada.says("a person please")
    ada.hears("You said")
    say = partial(says_staff, clinic_gateway, ada)
    say("This is Maria. How can I help?")
    say("I am here until nine.")
    ada.hears("until nine")
    assert ada.texts[2:] == ["This is Maria. How can I help?", "I am here until nine."]


def test_a_patient_who_blocked_the_bot_is_left_in_peace(
    ada: Person, clinic_gateway: Gateway, bot_api: Front
) -> None:
    ada.says("hello")
    ada.hears("You said")
    say = partial(says_staff, clinic_gateway, ada)
    ada.becomes("kicked")
    bot_api.wait(lambda: is_blocked(clinic_gateway, ada))
    say("Are you there?")
    ada.says("hello again")
    ada.hears("You said: hello again")
    assert "Are you there?" not in ada.texts
    say("Good to see you.")
    ada.hears("Good to see you.")


def test_that_a_patient_blocked_the_bot_is_noticed_when_it_writes(
    ada: Person, clinic_gateway: Gateway, bot_api: Front
) -> None:
    ada.says("hello")
    ada.hears("You said")
    say = partial(says_staff, clinic_gateway, ada)
    bot_api.fail = lambda call: BLOCKED if call.values.get("chat_id") == str(ada.chat_id) else None
    say("Are you there?")
    bot_api.wait(lambda: is_blocked(clinic_gateway, ada))
    tries = len(bot_api.called("sendMessage", chat_id=str(ada.chat_id)))
    say("Hello?")
    time.sleep(0.3)
    assert len(bot_api.called("sendMessage", chat_id=str(ada.chat_id))) == tries


def is_blocked(gateway: Gateway, person: Person) -> bool:
    return chat_of(gateway, person).blocked
