"""How a wish about the patient's data is heard: plain by the gateway, else by the dialogue."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.care.privacy import Wish, confirms, heard_wish, plain_wish, pressed_wish
from bot.knowledge.texts import Texts, load_texts
from tests.talking import Conversation

ROOT = Path(__file__).parents[2]


@cache
def texts() -> Texts:
    return load_texts(ROOT / "clinics" / "texts")


PLAIN: list[tuple[str, Wish | None]] = [
    ("delete my data", Wish.DELETE),
    ("Delete my data!", Wish.DELETE),
    ("please delete everything", Wish.DELETE),
    ("can you erase this chat", Wish.DELETE),
    ("I want you to remove all my details from your system", Wish.DELETE),
    ("wipe my chat history please", Wish.DELETE),
    ("forget me", Wish.DELETE),
    ("how do I delete my data?", Wish.DELETE),
    ("stop, delete everything", Wish.DELETE),
    ("send me my data", Wish.SEND),
    ("export my chat please", Wish.SEND),
    ("can I have a copy of this conversation?", Wish.SEND),
    ("I'd like a copy of everything you hold on me", Wish.SEND),
    ("download my data", Wish.SEND),
    ("can i see my records", Wish.SEND),
    ("what do you store?", Wish.STORED),
    ("what do you store about me", Wish.STORED),
    ("my data", Wish.STORED),
    ("who sees this chat?", Wish.STORED),
    ("how long do you keep my data", Wish.STORED),
    # about a deletion, or against it, is not the wish for one
    ("do you delete my data?", Wish.STORED),
    ("when do you delete my data", Wish.STORED),
    ("don't delete my data", Wish.STORED),
    ("please do not delete my chat", Wish.STORED),
    ("send me my data and then delete it all", Wish.STORED),
    # means something else
    ("forget it", None),
    ("forget about it", None),
    ("delete it", None),
    ("cancel", None),
    ("remove my veins", None),
    ("can laser remove everything", None),
    ("delete my appointment", None),
    ("send me information", None),
    ("can you send me information about this", None),
    ("send me the details of the treatment", None),
    ("can I have a chat with you", None),
    ("how do I get rid of the marks", None),
    ("clear my history of clots", None),
    ("remove the stockings", None),
    ("email me", None),
    ("yes", None),
    ("", None),
    ("¿borrar mis datos?", None),
    ("delete my data " * 6, None),
]


@pytest.mark.table
@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_plain_wish(text: str, expected: Wish | None) -> None:
    assert plain_wish(text, texts()) == expected


def test_no_message_of_another_subject_is_a_plain_wish() -> None:
    checked, wrong = 0, []
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            if "examples" not in entry or entry.get("intent") == "privacy":
                continue
            for line in entry["examples"].splitlines():
                checked += 1
                if plain_wish(line.removeprefix("- "), texts()) is not None:
                    wrong.append(line)
    assert checked > 10_000
    assert wrong == []


HEARD = [
    ("I'd like the whole lot gone, can you do that?", Wish.DELETE),
    ("I regret that. Please get rid of all of it.", Wish.DELETE),
    ("that was on my sister's login, can you take it off", Wish.DELETE),
    ("I withdraw my consent", Wish.DELETE),
    ("How do I obtain a copy?", Wish.SEND),
    ("want a pdf of the whole conversation for my own files", Wish.SEND),
    ("is this confidential", Wish.STORED),
    ("do you sell my number", Wish.STORED),
    ("will you delete the pictures after a while", Wish.STORED),
    ("I want a copy and afterwards please erase it", Wish.STORED),
]


@pytest.mark.table
@pytest.mark.parametrize(("text", "expected"), HEARD)
def test_heard_wish(text: str, expected: Wish) -> None:
    assert heard_wish(text, texts()) == expected


CONFIRMS = [
    ("yes", True),
    ("Yes please", True),
    ("yes, delete everything", True),
    ("delete it", True),
    ("delete my data", True),
    ("I'm sure", True),
    ("no", False),
    ("No thanks", False),
    ("keep it", False),
    ("I changed my mind", False),
    ("don't delete it", False),
    ("never mind", False),
    ("what happens to my request then?", None),
    ("yes but how much does it cost", None),
    ("maybe", None),
    ("does it hurt", None),
]


@pytest.mark.table
@pytest.mark.parametrize(("text", "expected"), CONFIRMS)
def test_the_answer_to_the_question_before_the_deletion(text: str, expected: bool | None) -> None:
    assert confirms(text, texts()) is expected


def test_buttons_lead_back_to_their_wish() -> None:
    assert [pressed_wish(wish.payload) for wish in Wish] == list(Wish)
    assert pressed_wish("/privacy") is Wish.STORED
    assert pressed_wish("/cost") is None
    assert pressed_wish('/privacy{"do": "anything"}') is None


def test_what_is_stored_is_told_with_the_clinic_s_days() -> None:
    (answer,) = Conversation("glamour").say("is this chat confidential?", "privacy")
    assert "30 days" in answer.text
    assert "60 days" in answer.text
    assert [button.title for button in answer.buttons] == ["Send me my data", "Delete my data"]


def test_a_copy_asks_the_gateway_for_its_link() -> None:
    (answer,) = Conversation("glamour").say("how do I obtain a copy?", "privacy")
    assert answer.effect == "send_data"
    assert answer.text


def test_before_a_deletion_nothing_else_is_asked() -> None:
    glamour = Conversation("glamour")
    glamour.say("am I a candidate?", "candidate")
    glamour.say("yes", "affirm")
    (question,) = glamour.say("hm, can you get rid of what I wrote here?", "privacy")
    assert question.buttons[0].title == "Yes, delete it all"
    assert "Question" not in question.text


def test_the_question_before_a_deletion_comes_last() -> None:
    heard = (("privacy", "please get rid of all of it"), ("pain", "does it hurt?"))
    answers = Conversation("glamour").hear("please get rid of all of it. does it hurt?", *heard)
    assert [answer.topic for answer in answers] == ["pain", "privacy"]
