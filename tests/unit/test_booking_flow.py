"""A request to the clinic as a conversation: filled, corrected, read back, sent once.

The model's reading of each message is given, so these test the dialogue only.
"""

from dataclasses import replace

import pytest

from bot.care.answer import Answer
from bot.care.booking.request import Family, Kind
from bot.care.hours import read_hours
from bot.care.turn import RequestWithdrawn
from tests.talking import Conversation

FOX = "+1 415-555-0132"
EVERYTHING = "Dana Fox 415 555 0132, mornings are best, about my brown marks"
OFFICE = read_hours(
    {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["09:00-12:00"]}
)


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour")


@pytest.fixture
def read_back(glamour: Conversation) -> Answer:
    """The last reply of a conversation in which everything was told."""
    (answer,) = glamour.say(f"please call me back, {EVERYTHING}", "book")
    return answer


def titles(answer: Answer) -> list[str]:
    return [button.title for button in answer.buttons]


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


# --- problems with an answer


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


# --- corrections


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


# --- questions in between, stopping, going on


def test_a_question_in_between_is_answered_and_the_form_goes_on(glamour: Conversation) -> None:
    glamour.say("call me", "book")
    answer, ask = glamour.say("does it hurt?", "pain")
    assert (answer.topic, ask.topic) == ("pain", "book")
    glamour.say("Dana Fox", "out_of_scope")
    answer, ask = glamour.say("how many sessions will I need?", "session_count")
    assert "phone number or e-mail" in ask.text


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
