"""What people expect of a good bot: over HTTP, by long polling and by webhook."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.care.answer import Answer
from bot.gateway.pipeline import push
from bot.records.plain import Author, Reply
from bot.records.privacy import export_conversation
from bot.records.telegram_chats import Chat, TelegramChatRow, TelegramMessageRow, find_chat
from bot.records.telegram_updates import TelegramLeaseRow, TelegramUpdateRow
from tests.channels.serving import PHONE, Gateway
from tests.channels.standin import CHOICES, StandIn, custom
from tests.channels.telegram.conftest import GLAMOUR, SILENT
from tests.channels.telegram.front import BLOCKED, Front
from tests.channels.telegram.person import Person

NOTICE = "Telegram is not part of Glamour's own systems"
GREETING = "automated assistant of Glamour"
STALE = "That button belongs to an earlier question"
ASKS = {"title": "Yes, go ahead", "payload": "/affirm", "topic": None}


def answering(rasa: StandIn, **fields: Any) -> None:
    """Let Rasa answer with one reply of these fields."""
    rasa.answering = lambda message: json.dumps(
        [custom(f"You said: {message['message']}", **fields)]
    ).encode()


def heard_by(rasa: StandIn) -> list[str]:
    return [body["message"] for body in rasa.messages]


# --- the beginning


def test_start_says_first_that_telegram_is_not_the_clinics_then_greets(ada: Person) -> None:
    ada.says("/start")
    ada.hears(GREETING)
    assert NOTICE in ada.texts[0]
    assert GREETING in ada.texts[1]
    assert ada.shown[1].titles == [
        *("When can I exercise?", "What does it cost?", "Does it hurt?", "Ask for a call")
    ]


def test_a_question_before_start_gets_the_notice_first(ada: Person, rasa: StandIn) -> None:
    ada.says("my leg itches")
    ada.hears("You said: my leg itches")
    assert NOTICE in ada.texts[0]
    assert len(ada.texts) == 2


def test_start_again_greets_again_and_warns_only_once(ada: Person) -> None:
    ada.says("/start")
    ada.hears(GREETING)
    ada.says("/start")
    ada.hears(GREETING, times=2)
    assert len([text for text in ada.texts if NOTICE in text]) == 1


@pytest.mark.parametrize(
    ("link", "payload"), [("exercise", "/exercise"), ("human", "/handoff"), ("book", "/book")]
)
def test_a_link_leads_to_its_subject(ada: Person, rasa: StandIn, link: str, payload: str) -> None:
    ada.says(f"/start {link}")
    ada.hears(f"You said: {payload}")
    assert NOTICE in ada.texts[0]
    assert GREETING in ada.texts[1]


@pytest.mark.parametrize("link", ["affirm", "emergency", "no_such_thing", "restart"])
def test_a_link_to_nothing_of_ours_just_greets(ada: Person, rasa: StandIn, link: str) -> None:
    ada.says(f"/start {link}")
    ada.hears(GREETING)
    ada.says("hello")
    ada.hears("You said: hello")
    assert heard_by(rasa) == ["hello"]


# --- commands


def test_every_bot_shows_its_commands(bot_api: Front) -> None:
    for token in (GLAMOUR, SILENT):
        (call,) = [one for one in bot_api.called("setMyCommands") if one.token == token]
        assert [one["command"] for one in call.values["commands"]] == [
            *("start", "help", "aftercare", "candidate", "book", "reminders", "human"),
            *("privacy", "delete"),
        ]


@pytest.mark.parametrize(
    ("command", "payload"),
    [
        ("/aftercare", "/aftercare"),
        ("/candidate", "/candidate"),
        ("/book", "/book"),
        ("/reminders", "/reminders"),
        ("/human", "/handoff"),
        ("/Human", "/handoff"),
    ],
)
def test_a_command_asks_for_its_subject(
    ada: Person, rasa: StandIn, command: str, payload: str
) -> None:
    ada.says(command)
    ada.hears(f"You said: {payload}")


def test_help_says_what_the_bot_can_do(ada: Person, rasa: StandIn) -> None:
    ada.says("/help")
    assert "911" in ada.hears("/human asks for a person").text
    assert rasa.messages == []


def test_words_behind_a_command_are_read(ada: Person) -> None:
    ada.says("/human I can't breathe and my chest hurts")
    assert "911" in ada.hears("Call").text


def test_an_unknown_command_is_read_as_words(ada: Person, rasa: StandIn) -> None:
    ada.says("/cost")
    ada.hears("You said: cost")


# --- the same way as on the web


def test_the_answer_is_the_one_of_the_web(
    ada: Person, clinic_gateway: Gateway, rasa: StandIn
) -> None:
    question = "may I run? how much is it"
    on_the_web = [reply["text"] for reply in clinic_gateway.open().say(question)]
    ada.says(question)
    ada.hears(on_the_web[-1])
    assert ada.texts[1:] == on_the_web == ["You said: may I run", "You said: how much is it"]
    assert rasa.messages[-1]["metadata"]["channel"] == "telegram"


def test_a_red_flag_is_answered_before_anything_else(ada: Person, rasa: StandIn) -> None:
    rasa.delay = 3
    ada.says("my face is swelling and I can't breathe")
    assert "911" in ada.hears("Call").text
    assert rasa.messages == []


def test_while_rasa_is_down_the_phone_is_told(ada: Person, rasa: StandIn) -> None:
    rasa.status = 500
    ada.says("how much?")
    assert "911" in ada.hears(PHONE).text
    rasa.reset()
    ada.says("how much then?")
    ada.hears("You said: how much then?")


def test_messages_are_answered_in_their_order(ada: Person, rasa: StandIn) -> None:
    rasa.delay = 0.02
    for number in range(12):
        ada.sends(text=f"question {number}")
    ada.hears("You said: question 11")
    assert ada.texts[1:] == [f"You said: question {number}" for number in range(12)]


def test_two_clinics_know_nothing_of_each_other(ada: Person, bot_api: Front) -> None:
    ada.says("how much?")
    ada.hears("You said")
    same_person = Person(bot_api, SILENT, ada.chat_id)
    same_person.says("and you?")
    same_person.hears("You said: and you?")
    assert "Silent's own systems" in same_person.texts[0]
    assert len(ada.texts) == 2


def test_a_message_that_is_too_long_is_not_half_read(ada: Person, rasa: StandIn) -> None:
    ada.says("my leg itches " * 100)
    assert "911" in ada.hears("in parts of at most 1000 characters").text
    assert rasa.messages == []


def test_a_message_without_anything_to_see_is_asked_for_words(ada: Person) -> None:
    ada.says("\u200b\u200b")
    ada.hears("could not find any words")


@pytest.mark.parametrize("text", ["*bold* _it_ `code` [x](y)", "<b>a & b</b> 3 < 4", "a_b_c* \\"])
def test_plain_text_is_not_broken_by_markup(ada: Person, bot_api: Front, text: str) -> None:
    ada.says(text)
    assert ada.hears("You said").text == f"You said: {text}"
    (call,) = bot_api.called("sendMessage", text=f"You said: {text}")
    assert not {"parse_mode", "entities"} & set(call.values)
    assert call.values["link_preview_options"] == {"is_disabled": True}


def test_a_long_answer_is_split_at_sentences(ada: Person, rasa: StandIn) -> None:
    sentences = [f"This is sentence number {number} of it." for number in range(150)]
    rasa.answering = lambda _message: json.dumps([custom(" ".join(sentences))]).encode()
    ada.says("tell me everything")
    ada.hears("number 149")
    assert [text[-7:] for text in ada.texts[1:]] == [" of it."] * 2
    assert " ".join(ada.texts[1:]) == " ".join(sentences)
    assert [bool(message.keyboard) for message in ada.shown[1:]] == [False, True]


# --- buttons


def test_a_button_is_answered_at_once_and_goes_after_the_choice(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    rasa.delay = 0.6
    before = len(bot_api.called("answerCallbackQuery"))
    ada.presses("Cost")
    bot_api.wait(lambda: len(bot_api.called("answerCallbackQuery")) > before)
    assert "You said: /cost" not in ada.texts
    ada.hears("You said: /cost")
    bot_api.wait(lambda: offered.keyboard == [])
    assert offered.text == "You said: hello\n\n» Cost"


def test_what_a_button_carries_is_short_and_says_nothing(ada: Person) -> None:
    ada.says("hello")
    for _, data in ada.hears("You said: hello").keyboard:
        assert len(data.encode()) <= 16
        assert "cost" not in data


def test_a_button_pressed_twice_is_answered_once(
    ada: Person, rasa: StandIn, bot_api: Front
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    (_, data) = offered.keyboard[0]
    for _ in range(3):
        ada.presses_data(offered.id, data)
    ada.says("and then?")
    ada.hears("You said: and then?")
    assert ada.texts[2:] == ["You said: /cost", "You said: and then?"]


def test_a_subject_can_still_be_chosen_later(ada: Person) -> None:
    ada.says("/start")
    ada.hears(GREETING)
    ada.says("hello")
    ada.hears("You said: hello")
    ada.presses("Does it hurt?")
    ada.hears("You said: /pain")


def test_an_answer_to_an_earlier_question_is_stale_and_says_so(ada: Person, rasa: StandIn) -> None:
    answering(rasa, buttons=[ASKS])
    ada.says("does it suit me?")
    asked = ada.hears("You said: does it suit me?")
    (data,) = [data for _, data in asked.keyboard]
    ada.says("how much is it?")
    ada.hears("You said: how much is it?")
    ada.presses_data(asked.id, data)
    ada.hears(STALE)
    assert asked.keyboard == []
    assert heard_by(rasa) == ["does it suit me?", "how much is it?"]


@pytest.mark.parametrize("data", ["b:AAAAAAAAAAA", "c:x", "d", "restart", "b:"])
def test_a_button_of_nobody_is_explained(ada: Person, rasa: StandIn, data: str) -> None:
    ada.presses_data(77, data)
    ada.hears(STALE)
    assert rasa.messages == []


def test_nobody_presses_the_buttons_of_another_chat(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    other = Person(bot_api, GLAMOUR)
    other.says("hi")
    other.hears("You said: hi")
    other.presses_data(offered.id, offered.keyboard[0][1])
    other.hears(STALE)
    assert heard_by(rasa) == ["hello", "hi"]


def test_options_are_checked_by_changing_the_message(ada: Person, rasa: StandIn) -> None:
    answering(rasa, input="choices", choices=CHOICES, buttons=[])
    ada.says("does it suit me?")
    asked = ada.hears("does it suit me?")
    assert asked.titles == ["○ Pregnant", "○ Having IVF", "○ None of these"]

    def after(title: str) -> list[str]:
        edits = asked.edits
        ada.presses(title)
        ada.front.wait(lambda: asked.edits > edits)
        return asked.titles

    assert after("○ Pregnant") == ["✓ Pregnant", "○ Having IVF", "○ None of these", "Send"]
    assert after("○ None of these") == ["○ Pregnant", "○ Having IVF", "✓ None of these", "Send"]
    assert after("○ Having IVF") == ["○ Pregnant", "✓ Having IVF", "○ None of these", "Send"]
    assert after("○ Pregnant") == ["✓ Pregnant", "✓ Having IVF", "○ None of these", "Send"]
    assert after("✓ Having IVF") == ["✓ Pregnant", "○ Having IVF", "○ None of these", "Send"]
    after("○ Having IVF")
    ada.presses("Send")
    ada.hears('You said: /affirm{"picked": ["pregnant", "ivf"]}')
    ada.front.wait(lambda: asked.keyboard == [])
    assert asked.text.endswith("» Pregnant; Having IVF")


# --- typing


def test_typing_is_shown_while_an_answer_takes_long(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    rasa.delay = 1
    ada.says("hello")
    ada.hears("You said: hello")
    calls = bot_api.called("sendChatAction", chat_id=str(ada.chat_id))
    assert [call.values["action"] for call in calls] == ["typing"]


def test_typing_is_not_shown_for_an_answer_at_once(ada: Person, bot_api: Front) -> None:
    ada.says("/help")
    ada.hears("/human asks for a person")
    assert bot_api.called("sendChatAction", chat_id=str(ada.chat_id)) == []


# --- edits, and what is not text


def test_an_edited_message_is_answered_once(ada: Person, rasa: StandIn) -> None:
    message = ada.sends(text="may I rum?")
    ada.hears("You said: may I rum?")
    ada.edits(message, "may I run?")
    ada.hears("You said: may I run?")
    ada.edits(message, "may I run?")  # as when Telegram adds a preview
    ada.edits(message, "may I rum?")
    ada.says("thanks")
    ada.hears("You said: thanks")
    assert heard_by(rasa) == ["may I rum?", "may I run?", "thanks"]


def test_an_edit_that_came_in_time_is_what_is_answered(ada: Person, rasa: StandIn) -> None:
    rasa.delay = 0.5
    ada.sends(text="hello")
    message = ada.sends(text="may I rum?")
    ada.edits(message, "may I run?")
    ada.hears("You said: may I run?")
    assert heard_by(rasa) == ["hello", "may I run?"]


def test_a_red_flag_put_in_by_an_edit_is_seen(ada: Person) -> None:
    message = ada.sends(text="my leg hurts")
    ada.hears("You said: my leg hurts")
    ada.edits(message, "my leg hurts and I can't breathe")
    assert "911" in ada.hears("Call").text


PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 90, "height": 90}]
FILE = {"file_id": "a", "file_unique_id": "b"}
VOICE = {**FILE, "duration": 4}
VIDEO = {**VOICE, "width": 90, "height": 90}
STICKER = {
    **FILE,
    **{"width": 90, "height": 90, "is_animated": False, "is_video": False, "type": "regular"},
}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"photo": PHOTO}, "can't judge what yours shows"),
        ({"video": VIDEO}, "can't judge what yours shows"),
        ({"voice": VOICE}, "can't listen to voice messages"),
        ({"audio": VOICE}, "can't listen to voice messages"),
        ({"document": FILE}, "can't open files"),
        ({"sticker": STICKER}, "can only read words"),
        ({"location": {"latitude": 1.0, "longitude": 2.0}}, "can only read words"),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "can only read words"),
    ],
)
def test_what_is_not_text_is_answered_kindly_with_a_way_to_staff(
    ada: Person, rasa: StandIn, what: dict[str, Any], words: str
) -> None:
    ada.sends(**what)
    told = ada.hears(words)
    assert told.titles == ["Talk to a person", "Ask for a call back"]
    assert rasa.messages == []
    ada.presses("Talk to a person")
    ada.hears("You said: /handoff")


def test_words_under_a_picture_are_read_like_any_others(ada: Person) -> None:
    ada.sends(photo=PHOTO, caption="it bleeds and will not stop, and I feel faint")
    ada.hears("can't judge what yours shows")
    assert "911" in ada.hears("Call").text


def test_an_album_is_answered_once(ada: Person) -> None:
    for _ in range(4):
        ada.sends(photo=PHOTO, media_group_id="album-1")
    ada.sends(photo=PHOTO, media_group_id="album-2")
    ada.says("well?")
    ada.hears("You said: well?")
    assert len([text for text in ada.texts if "can't judge" in text]) == 2


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


# --- groups


GROUP = {"id": -100_500, "type": "supergroup", "title": "Friends"}


def test_a_group_is_left_politely(ada: Person, bot_api: Front, rasa: StandIn) -> None:
    bot = {"id": 666, "is_bot": True, "first_name": "Bot"}
    change = {
        "chat": GROUP,
        "from": ada.user,
        "date": int(time.time()),
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "member"},
    }
    bot_api.give(GLAMOUR, {"my_chat_member": change})
    bot_api.give(GLAMOUR, {"message": ada.message(chat=GROUP, text="my leg itches")})
    bot_api.wait(lambda: len(bot_api.called("leaveChat", chat_id=str(GROUP["id"]))) >= 2)
    (said,) = bot_api.called("sendMessage", chat_id=str(GROUP["id"]))
    assert "nobody else reads about your health" in said.values["text"]
    assert rasa.messages == []


# --- staff, and patients who want to hear nothing


def chat_of(gateway: Gateway, person: Person) -> Chat:
    with gateway.services.database.read() as session:
        found = find_chat(session, "glamour", person.chat_id)
    assert found is not None
    return found


def pushing(gateway: Gateway, person: Person) -> Callable[[str], None]:
    """Return what staff's words go through, for the conversation of a chat."""
    found = chat_of(gateway, person)

    def say(text: str) -> None:
        reply = Reply(Answer(text, "handoff"), Author.STAFF)
        gateway.run(push(gateway.services, found.conversation_id, [reply]))

    return say


def test_what_staff_write_arrives(ada: Person, clinic_gateway: Gateway) -> None:
    ada.says("a person please")
    ada.hears("You said")
    say = pushing(clinic_gateway, ada)
    say("This is Maria. How can I help?")
    say("I am here until nine.")
    ada.hears("until nine")
    assert ada.texts[2:] == ["This is Maria. How can I help?", "I am here until nine."]


def test_a_patient_who_blocked_the_bot_is_left_in_peace(
    ada: Person, clinic_gateway: Gateway, bot_api: Front
) -> None:
    ada.says("hello")
    ada.hears("You said")
    say = pushing(clinic_gateway, ada)
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
    say = pushing(clinic_gateway, ada)
    bot_api.fail = lambda call: BLOCKED if call.values.get("chat_id") == str(ada.chat_id) else None
    say("Are you there?")
    bot_api.wait(lambda: is_blocked(clinic_gateway, ada))
    tries = len(bot_api.called("sendMessage", chat_id=str(ada.chat_id)))
    say("Hello?")
    time.sleep(0.3)
    assert len(bot_api.called("sendMessage", chat_id=str(ada.chat_id))) == tries


def is_blocked(gateway: Gateway, person: Person) -> bool:
    return chat_of(gateway, person).blocked


# --- doubled updates


def test_an_update_that_comes_twice_is_handled_once(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    update = {"message": ada.message(text="how much?")}
    number = bot_api.give(GLAMOUR, update, times=3)
    ada.hears("You said: how much?")
    bot_api.give(GLAMOUR, update, number=number)
    ada.says("thanks")
    ada.hears("You said: thanks")
    assert heard_by(rasa) == ["how much?", "thanks"]
    assert ada.texts[1:] == ["You said: how much?", "You said: thanks"]
