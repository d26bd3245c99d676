"""What people expect of a good bot: over HTTP, by long polling and by webhook."""

import json

import pytest

from tests.channels.serving import PHONE, Gateway
from tests.channels.standin import StandIn, custom
from tests.channels.telegram.conftest import GLAMOUR, SILENT
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import (
    GREETING,
    NOTICE,
    heard_by,
)

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
