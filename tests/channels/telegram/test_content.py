"""What is not a plain question: edits, pictures, albums, groups, doubled updates."""

import time
from typing import Any

import pytest

from tests.channels.standin import StandIn
from tests.channels.telegram.conftest import GLAMOUR
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import heard_by

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
