"""Questions in between, stopping and going on; appointments that exist; the screening beside it."""

import pytest

from bot.care.answer import Answer
from bot.care.booking.request import Kind
from bot.care.flows.digressions import asks
from tests.talking import Conversation
from tests.unit.booking.talking import FOX

# --- questions in between, stopping, going on


def test_a_question_in_between_is_answered_and_the_form_goes_on(glamour: Conversation) -> None:
    glamour.say("call me", "book")
    answer, ask = glamour.say("does it hurt?", "pain")
    assert (answer.topic, ask.topic) == ("pain", "book")
    glamour.say("Dana Fox", "out_of_scope")
    answer, ask = glamour.say("how many sessions will I need?", "session_count")
    assert "phone number or e-mail" in ask.text


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("whats the price", "cost"),
        ("hows it done", "procedure"),
        ("isnt it painful", "pain"),
        ("can't i fly after", "flying"),
    ],
)
def test_a_question_needs_no_question_mark(glamour: Conversation, said: str, topic: str) -> None:
    glamour.say("call me, I'm Dana", "book")
    answer, *_, ask = glamour.say(said, topic)
    assert (answer.topic, ask.topic) == (topic, "book")


@pytest.mark.parametrize("said", ["isn't a good time", "whatsapp", "can't before noon"])
def test_no_question_is_heard_in_an_answer(said: str) -> None:
    assert not asks(said)


def test_a_second_offer_of_a_call_back_leads_back_to_the_form(glamour: Conversation) -> None:
    glamour.say("call me, I'm Dana", "book")
    unknown, _ = glamour.say("what does it cost?", "cost")
    (ask,) = glamour.press(unknown, "Ask for a call back")
    assert "phone number or e-mail" in ask.text


def test_why_is_answered(glamour: Conversation) -> None:
    glamour.say("call me, I'm Dana", "book")
    why, ask = glamour.say("why do you need that?", "follow_up")
    assert "can't answer you" in why.text
    assert "phone number" in ask.text


@pytest.mark.parametrize("said", ["cancel", "never mind", "forget it", "stop"])
def test_it_can_be_stopped_and_taken_up_again(glamour: Conversation, said: str) -> None:
    glamour.say("call me, I'm Dana", "book")
    (stopped,) = glamour.say(said, "deny")
    assert "not sent anything" in stopped.text
    (ask,) = glamour.say("continue", "affirm")
    assert "phone number" in ask.text
    glamour.say("415 555 0132, any time, about cost", "out_of_scope")
    assert glamour.requests == []


@pytest.mark.parametrize("said", ["no", "no thanks", "I don't agree"])
def test_without_consent_nothing_is_sent_and_it_is_said(
    glamour: Conversation, read_back: Answer, said: str
) -> None:
    (declined,) = glamour.say(said, "deny")
    assert "sent nothing" in declined.text
    assert glamour.requests == []
    assert FOX not in str(glamour.slots)
    (answer,) = glamour.say("does it hurt?", "pain")
    assert answer.topic == "pain"


def test_skipping_leaves_a_part_open_but_not_the_reach(glamour: Conversation) -> None:
    glamour.say("call me, I'm Dana", "book")
    (need,) = glamour.say("skip", "deny")
    assert "can't send it without" in need.text
    glamour.say("415 555 0132", "out_of_scope")
    glamour.say("skip", "deny")
    (shown,) = glamour.say("skip", "deny")
    assert "When:" not in shown.text
    assert "About:" not in shown.text


def test_a_name_may_be_kept_back(glamour: Conversation) -> None:
    glamour.say("call me at 415 555 0132, any time, about cost", "book")
    (shown,) = glamour.say("I'd rather not say", "deny")
    assert "Name: not given" in shown.text


def test_start_over_and_back(glamour: Conversation) -> None:
    glamour.say("call me, Dana 415 555 0132", "book")
    (ask,) = glamour.say("back", "follow_up")
    assert "phone number" in ask.text
    (ask,) = glamour.say("start over", "capabilities")
    assert "name" in ask.text


def test_a_red_flag_comes_first_and_the_form_is_still_there(glamour: Conversation) -> None:
    glamour.say("call me, I'm Dana", "book")
    (alarm,) = glamour.say("i cant breathe", "emergency")
    assert alarm.urgency == "emergency"
    (ask,) = glamour.say("415 555 0132", "out_of_scope")
    assert "suit you" in ask.text


# --- appointments that exist


def test_moving_an_appointment(glamour: Conversation) -> None:
    said = "can I move my appointment from Friday at 10 to Monday morning?"
    (ask,) = glamour.say(said, "reschedule")
    assert "can't see or change" in ask.text
    (shown,) = glamour.say("Dana Fox 415 555 0132", "out_of_scope")
    assert "An appointment to move" in shown.text
    assert "Appointment: Friday at 10" in shown.text
    assert "When: Monday, in the morning" in shown.text
    glamour.say("yes", "affirm")
    (request,) = glamour.requests
    assert (request.kind, request.appointment) == (Kind.RESCHEDULE, "Friday at 10")


def test_everything_about_an_appointment_at_once(glamour: Conversation) -> None:
    said = "Cancel my appointment on Friday at 10 please, Dana Fox, dana@example.com"
    (shown,) = glamour.say(said, "reschedule")
    assert "Appointment: Friday at 10\n" in shown.text
    assert "Name: Dana Fox\nReach: dana@example.com" in shown.text


def test_cancelling_an_appointment_step_by_step(glamour: Conversation) -> None:
    (ask,) = glamour.say("I need to cancel my appointment", "reschedule")
    assert "Which appointment" in ask.text
    (ask,) = glamour.say("the one on friday at 10", "out_of_scope")
    assert "name" in ask.text
    (ask,) = glamour.say("Dana Fox", "out_of_scope")
    (shown,) = glamour.say("dana@example.com", "out_of_scope")
    assert "An appointment to cancel" in shown.text
    assert "friday at 10" in shown.text
    glamour.say("yes", "affirm")
    assert glamour.requests[0].kind is Kind.CANCEL


# --- together with the screening


def screened() -> Conversation:
    glamour = Conversation("glamour")
    glamour.say("am I a candidate?", "candidate")
    glamour.say("yes", "affirm")
    for said, heard in (
        ("thin purple ones on my thighs", "spider_veins"),
        ("no", "deny"),
        ("none of those", "deny"),
        ("no meds", "medication"),
        ("none", "deny"),
        ("no", "deny"),
        ("51", "out_of_scope"),
    ):
        glamour.say(said, heard)
    return glamour


@pytest.mark.parametrize(("answer", "along"), [("yes", True), ("no", False)])
def test_the_screening_goes_along_only_if_the_patient_agrees(answer: str, along: bool) -> None:
    glamour = screened()
    glamour.say("call me, Dana 415 555 0132, any time", "book")
    (shown,) = glamour.say(answer, "affirm" if along else "deny")
    assert ("With it:" in shown.text) == along
    assert "About: Whether it suits me" in shown.text
    glamour.say("yes", "affirm")
    screening = glamour.requests[0].screening
    assert (screening is not None) == along
    if screening is not None:
        assert screening["outcome"] == "likely_suitable"


def test_a_booking_in_the_middle_of_the_screening(glamour: Conversation) -> None:
    glamour.say("am I a candidate?", "candidate")
    glamour.say("yes", "affirm")
    glamour.say("can you just call me? Dana 415 555 0132, any time, about cost", "book")
    done, rest = glamour.say("yes", "affirm")
    assert "stored" in done.text
    assert "questions about your veins" in rest.text


def test_staff_online_take_over_without_losing_the_form() -> None:
    staffed = Conversation("glamour", staff_online=True)
    staffed.say("call me, I'm Dana", "book")
    told, ask = staffed.say("can I talk to a person?", "handoff")
    assert "write to you here" in told.text
    assert "phone number" in ask.text
