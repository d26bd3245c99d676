"""Answers that do not work: what is asked again, and how."""

import pytest

from tests.talking import Conversation
from tests.unit.booking.talking import FOX, titles


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("415 555 013", "too short"),
        ("555-0132", "area code"),
        ("1-800-VEINS", "in digits"),
        ("415 555 01323 9", "too many digits"),
        ("123 456 7890", "country code"),
        ("dana@gmail", "not a full e-mail"),
        ("what?", "phone number or e-mail"),
        ("I don't have one", "phone number or e-mail"),
    ],
)
def test_a_reach_that_does_not_work_is_asked_about(
    glamour: Conversation, said: str, asks: str
) -> None:
    glamour.say("call me", "book")
    glamour.say("Dana Fox", "out_of_scope")
    *_, again = glamour.say(said, "unsure")
    assert asks in again.text
    (ask,) = glamour.say("415 555 0132", "out_of_scope")
    assert "suit you" in ask.text


def test_of_two_numbers_one_is_chosen(glamour: Conversation) -> None:
    glamour.say("call me, I'm Dana", "book")
    (which,) = glamour.say("415 555 0132 or 415 555 0199", "out_of_scope")
    assert titles(which)[:2] == [FOX, "+1 415-555-0199"]
    glamour.press(which, "+1 415-555-0199")
    glamour.say("any time", "out_of_scope")
    (shown,) = glamour.say("the cost", "cost")
    assert "Reach: +1 415-555-0199" in shown.text


@pytest.mark.parametrize(
    ("answer", "reach"),
    [
        ("the first one", FOX),
        ("the second", "+1 415-555-0199"),
        ("415 555 0199", "+1 415-555-0199"),
        ("both", f"{FOX} / +1 415-555-0199"),
    ],
)
def test_one_of_two_numbers_may_be_chosen_in_words(
    glamour: Conversation, answer: str, reach: str
) -> None:
    said = "call me, I'm Dana, 415 555 0132 or 415 555 0199, any time, about cost"
    glamour.say(said, "book")
    (shown,) = glamour.say(answer, "out_of_scope")
    assert f"Reach: {reach}\n" in shown.text


@pytest.mark.parametrize(
    ("answer", "address"),
    [("dana@gmail.com", "dana@gmail.com"), ("dana@gmial.com is right", "dana@gmial.com")],
)
def test_a_slip_in_an_address_is_asked_about(
    glamour: Conversation, answer: str, address: str
) -> None:
    (slip,) = glamour.say("call me, Dana, dana@gmial.com, any time, about cost", "book")
    assert "Did you mean dana@gmail.com?" in slip.text
    (shown,) = glamour.press(slip, answer)
    assert f"Reach: {address}" in shown.text


def test_a_slip_may_be_confirmed_in_words(glamour: Conversation) -> None:
    glamour.say("call me, Dana, dana@gmial.com, any time, about cost", "book")
    (shown,) = glamour.say("yes", "affirm")
    assert "Reach: dana@gmail.com" in shown.text


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "A" * 500])
def test_an_odd_name_is_asked_again_then_left_out(glamour: Conversation, said: str) -> None:
    glamour.say("call me at 415 555 0132, any time, about cost", "book")
    (again,) = glamour.say(said, "out_of_scope")
    assert "name" in again.text
    (shown,) = glamour.say(said, "out_of_scope")
    assert "Name: not given" in shown.text
    assert "<" not in shown.text


def test_a_time_in_the_past_is_asked_again(glamour: Conversation) -> None:
    glamour.say("call me, Dana 415 555 0132, about cost", "book")
    (again,) = glamour.say("yesterday at 5", "out_of_scope")
    assert "in the past" in again.text
    (shown,) = glamour.say("tomorrow at 5", "out_of_scope")
    assert "When: Wednesday, November 25, at 5 PM" in shown.text


def test_words_on_time_that_nobody_understands_are_sent_as_they_are(glamour: Conversation) -> None:
    glamour.say("call me, Dana 415 555 0132, about cost", "book")
    (shown,) = glamour.say("while my kids nap", "out_of_scope")
    assert "When: while my kids nap" in shown.text
