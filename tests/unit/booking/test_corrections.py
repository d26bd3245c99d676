"""What was told can be changed, before and after it is read back."""

import pytest

from bot.care.answer import Answer
from bot.care.booking.request import Family
from bot.care.turn import RequestWithdrawn
from tests.talking import Conversation
from tests.unit.booking.talking import FOX


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("no, my number is 415 555 0199", "Reach: +1 415-555-0199"),
        ("no, it's Dayna Fox", "Name: Dayna Fox"),
        ("my name is spelled Dayna", "Name: Dayna"),
        ("actually friday afternoons are better", "When: Friday, in the afternoon"),
        ("use dana@example.com instead", "Reach: dana@example.com"),
        ("yes but after 5 please", "When: after 5 PM"),
    ],
)
def test_what_was_read_back_can_be_corrected(
    glamour: Conversation, read_back: Answer, said: str, line: str
) -> None:
    (shown,) = glamour.say(said, "deny")
    assert line in shown.text
    assert glamour.requests == []
    glamour.say("yes", "affirm")
    assert len(glamour.requests) == 1


@pytest.mark.parametrize("said", ["change the time", "the time is wrong", "different day please"])
def test_a_part_named_is_asked_anew(glamour: Conversation, read_back: Answer, said: str) -> None:
    (ask,) = glamour.say(said, "out_of_scope")
    assert "suit you" in ask.text
    (shown,) = glamour.say("friday", "out_of_scope")
    assert "When: Friday" in shown.text


def test_change_something_asks_what(glamour: Conversation, read_back: Answer) -> None:
    (which,) = glamour.press(read_back, "Change something")
    assert "What should I change" in which.text
    (ask,) = glamour.press(which, "The phone or e-mail")
    assert "phone number or e-mail" in ask.text
    (shown,) = glamour.say("415 555 0199", "out_of_scope")
    assert "+1 415-555-0199" in shown.text


def test_a_correction_in_the_middle_of_another_question(glamour: Conversation) -> None:
    glamour.say("call me, Dana 415 555 0132", "book")
    (ask,) = glamour.say("wait, my number is 415 555 0199", "out_of_scope")
    assert "suit you" in ask.text
    (ask,) = glamour.say("any time", "out_of_scope")
    (shown,) = glamour.say("no", "deny")
    assert "+1 415-555-0199" in shown.text


def test_an_old_button_does_not_send_a_changed_request(
    glamour: Conversation, read_back: Answer
) -> None:
    glamour.say("no, my number is 415 555 0199", "deny")
    (again,) = glamour.press(read_back, "Yes, send it")
    assert "changed" in again.text
    assert glamour.requests == []
    glamour.press(again, "Yes, send it")
    assert glamour.requests[0].reach == "+1 415-555-0199"


def test_after_sending_a_correction_replaces_it(glamour: Conversation, read_back: Answer) -> None:
    glamour.say("yes", "affirm")
    (shown,) = glamour.say("sorry, my number is 415 555 0199", "out_of_scope")
    assert "+1 415-555-0199" in shown.text
    glamour.say("yes", "affirm")
    assert glamour.requests[1].replaces == FOX


def test_the_same_form_twice_is_one_request(glamour: Conversation, read_back: Answer) -> None:
    glamour.press(read_back, "Yes, send it")
    (again,) = glamour.press(read_back, "Yes, send it")
    assert "Nothing was sent twice" in again.text
    (shown,) = glamour.say("call me back please", "book")
    assert "already asked" in shown.text
    assert FOX in shown.text
    assert len(glamour.requests) == 1


def test_a_yes_said_twice_sends_nothing_twice(glamour: Conversation, read_back: Answer) -> None:
    glamour.say("yes", "affirm")
    (again,) = glamour.say("yes", "affirm")
    assert "Nothing was sent twice" in again.text
    assert len(glamour.requests) == 1


def test_another_person_gets_a_request_of_their_own(
    glamour: Conversation, read_back: Answer
) -> None:
    glamour.say("yes", "affirm")
    glamour.say("call my husband Tom Fox too, 415 555 0177, any time, about cost", "book")
    glamour.say("yes", "affirm")
    assert [(one.name, one.replaces) for one in glamour.requests] == [
        ("Dana Fox", None),
        ("Tom Fox", None),
    ]


def test_a_request_can_be_taken_back(glamour: Conversation, read_back: Answer) -> None:
    glamour.say("yes", "affirm")
    (gone,) = glamour.say("please cancel my request", "reschedule")
    assert "no longer need" in gone.text
    assert glamour.effects[-1] == RequestWithdrawn(Family.CONTACT)
