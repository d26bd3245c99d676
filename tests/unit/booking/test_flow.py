"""A request to the clinic as a conversation: filled, read back, sent once.

The model's reading of each message is given, so these test the dialogue only.
"""

from dataclasses import replace

import pytest

from bot.care.answer import Answer
from bot.care.booking.request import Kind
from tests.talking import Conversation
from tests.unit.booking.talking import EVERYTHING, FOX, OFFICE, titles


def test_step_by_step(glamour: Conversation) -> None:
    (ask,) = glamour.say("I want an appointment", "book")
    assert "name" in ask.text
    (ask,) = glamour.say("Dana Fox", "out_of_scope")
    assert "phone number or e-mail" in ask.text
    (ask,) = glamour.say("415 555 0132", "out_of_scope")
    assert titles(ask)[:2] == ["Any time", "As soon as possible"]
    (ask,) = glamour.say("tue or thu after 3", "out_of_scope")
    assert "about" in ask.text
    (shown,) = glamour.say("spider veins on my thigh", "spider_veins")
    for line in (
        "A consultation",
        "Name: Dana Fox",
        f"Reach: {FOX}",
        "When: Tuesday or Thursday, after 3 PM",
        "About: spider veins on my thigh",
    ):
        assert line in shown.text, shown.text
    assert titles(shown) == ["Yes, send it", "Change something", "No, do not send"]
    assert glamour.requests == []
    (done,) = glamour.press(shown, "Yes, send it")
    assert "stored" in done.text
    assert "has not published its hours" in done.text
    assert "911" in done.text
    (request,) = glamour.requests
    assert (request.kind, request.name, request.reach) == (Kind.CONSULTATION, "Dana Fox", FOX)
    assert request.preferred == "tue or thu after 3"
    assert request.times == {"weekdays": ["tue", "thu"], "start": "15:00"}
    assert request.reason == "spider veins on my thigh"


def test_one_message_tells_everything(glamour: Conversation, read_back: Answer) -> None:
    assert "When: in the morning" in read_back.text
    assert "About: my brown marks" in read_back.text
    (done,) = glamour.say("yes", "affirm")
    assert FOX in done.text
    assert len(glamour.requests) == 1


def test_the_topic_before_is_what_it_is_about(glamour: Conversation) -> None:
    (unknown,) = glamour.say("what does it cost", "cost")
    glamour.press(unknown, "Ask for a call back")
    (shown,) = glamour.say("Dana Fox 415 555 0132, any time", "book")
    assert "About: Cost" in shown.text
    glamour.say("yes please", "affirm")
    assert glamour.requests[0].topic == "cost"


def test_details_right_after_an_offer_are_taken(glamour: Conversation) -> None:
    glamour.say("what does it cost", "cost")
    (ask,) = glamour.say("Anna Berg, 212 555 0147", "out_of_scope")
    assert "suit you" in ask.text


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("please call Anna Berg back on 212 555 0147, any time, about my brown marks", "staining"),
        ("call Anna Berg at 212 555 0147, mornings, about my veins", "out_of_scope"),
        ("Anna Berg, 212 555 0147", "out_of_scope"),
    ],
)
def test_a_number_given_to_be_called_at_is_enough_whatever_the_model_hears(
    glamour: Conversation, said: str, heard: str
) -> None:
    (reply,) = glamour.say(said, heard)
    assert reply.topic == "book"


def test_a_question_beside_the_number_is_answered_too(glamour: Conversation) -> None:
    answer, reply = glamour.hear(
        "does it hurt? and call me at 212 555 0147",
        ("pain", "does it hurt?"),
        ("out_of_scope", "and call me at 212 555 0147"),
    )
    assert (answer.topic, reply.topic) == ("pain", "book")


def test_a_number_that_is_only_mentioned_starts_nothing(glamour: Conversation) -> None:
    (reply,) = glamour.say("my other clinic is 212 555 0147, does it hurt there?", "pain")
    assert reply.topic == "pain"


def test_that_is_no_reason(glamour: Conversation) -> None:
    glamour.say("do you take insurance", "insurance")
    (ask,) = glamour.say("can someone call me about that", "handoff")
    assert "your name, a phone number" in ask.text
    (shown,) = glamour.say("Dana, 415 555 0132, evenings", "out_of_scope")
    assert "About: Insurance" in shown.text


def test_a_form_that_was_not_sent_can_be_withdrawn_too(
    glamour: Conversation, read_back: Answer
) -> None:
    (gone,) = glamour.say("please cancel my request", "reschedule")
    assert "sent nothing" in gone.text
    assert glamour.requests == []


def test_when_the_clinic_opens_is_told_where_it_is_published() -> None:
    glamour = Conversation("glamour")
    glamour.protocol = replace(glamour.protocol, hours=OFFICE)
    glamour.say(f"call me, {EVERYTHING}", "book")
    (done,) = glamour.say("yes", "affirm")
    assert "They open Wednesday at 9 AM." in done.text


def test_a_time_when_the_clinic_is_closed_is_said() -> None:
    glamour = Conversation("glamour")
    glamour.protocol = replace(glamour.protocol, hours=OFFICE)
    (closed,) = glamour.say("call me, Dana 415 555 0132, saturday, about cost", "book")
    assert "Monday to Thursday 9 AM to 5 PM, Friday 9 AM to noon" in closed.text
    (shown,) = glamour.press(closed, "Send it as it is")
    assert "When: saturday" in shown.text
