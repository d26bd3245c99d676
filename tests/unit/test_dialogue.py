"""Conversations judged by the domain alone: what is remembered, corrected and asked back.

The model's reading of each message is given (topic in brackets), so these test the dialogue only.
"""

from collections.abc import Sequence

import pytest

from bot.care.answer import Answer
from bot.care.turn import Subject, Turn
from tests.talking import NOW, Conversation


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour")


def state(answers: Sequence[Answer]) -> tuple[str, str, str | None]:
    verdict = answers[0].verdict
    assert verdict is not None, answers[0].text
    until = verdict.until.isoformat() if verdict.until else None
    return answers[0].topic, str(verdict.state), until


def test_a_date_told_once_is_used_later(glamour: Conversation) -> None:
    (noted,) = glamour.say("had my veins injected on Sunday", "treatment_record")
    assert "Sunday, November 22, day 2" in noted.text
    assert state(glamour.say("gym tomorrow?", "exercise")) == ("exercise", "ok", None)
    assert state(glamour.say("and today?", "follow_up")) == ("exercise", "avoid", "2026-11-25")


def test_date_and_question_in_one_message(glamour: Conversation) -> None:
    said = "had my spider veins injected yesterday, flying home tomorrow, ok?"
    assert state(glamour.say(said, "flying")) == ("flying", "caution", "2026-11-26")
    assert glamour.slots["vein_kind"] == "spider"


@pytest.mark.parametrize(
    ("days", "judged", "said"),
    [(1, "avoid", "Day 1 is too early"), (2, "caution", "range"), (5, "ok", "the wait is over")],
)
def test_days_after_a_treatment_nobody_dated(
    glamour: Conversation, days: int, judged: str, said: str
) -> None:
    answers = glamour.say(f"is flying ok {days} days after treatment?", "flying")
    assert state(answers) == ("flying", judged, None)
    assert said in answers[0].text
    assert state(glamour.say("it was on Sunday", "treatment_record"))[0] == "flying"


def test_a_correction_moves_the_date(glamour: Conversation) -> None:
    glamour.say("my legs were done on Saturday", "treatment_record")
    assert state(glamour.say("run today?", "exercise")) == ("exercise", "ok", None)
    (noted,) = glamour.say("sorry, it was Sunday not Saturday", "treatment_record")
    assert "Sunday, November 22" in noted.text
    assert state(glamour.say("so can i run today?", "exercise"))[1] == "avoid"


def test_the_date_is_asked_for_and_the_question_taken_up(glamour: Conversation) -> None:
    (asked,) = glamour.say("can I fly?", "flying")
    assert state([asked]) == ("flying", "ask", None)
    assert "2 to 3 days" in asked.text
    assert state(glamour.say("two days ago", "treatment_record")) == (
        "flying",
        "caution",
        "2026-11-25",
    )


def test_a_bare_date_is_the_answer_whatever_the_model_makes_of_it(glamour: Conversation) -> None:
    glamour.say("can I fly?", "flying")
    assert state(glamour.say("yesterday", ("cost", 0.9)))[0] == "flying"


def test_a_new_question_instead_of_the_date_is_answered(glamour: Conversation) -> None:
    glamour.say("can I fly?", "flying")
    (answer,) = glamour.say("never mind, how long does one session take overall", "session_length")
    assert answer.topic == "session_length"


def test_two_subjects_get_two_replies_in_order(glamour: Conversation) -> None:
    said = "treated today, can I do the gym and a sauna?"
    answers = glamour.say(said, "exercise", "heat")
    assert [answer.topic for answer in answers] == ["exercise", "heat"]
    assert {answer.verdict.state for answer in answers if answer.verdict} == {"avoid"}


def test_each_subject_has_the_day_beside_it(glamour: Conversation) -> None:
    answers = glamour.hear(
        "treated yesterday. can I fly on Thursday? also when can I go to the gym?",
        ("flying", "can I fly on Thursday?"),
        ("exercise", "also when can I go to the gym?"),
    )
    assert state(answers[:1]) == ("flying", "ok", None)
    assert state(answers[1:]) == ("exercise", "avoid", "2026-11-26")


def test_a_planned_session_is_told_not_moved(glamour: Conversation) -> None:
    answers = glamour.hear(
        "my session is on Friday, can I fly home on Sunday?",
        ("reschedule", "my session is on Friday,"),
        ("flying", "can I fly home on Sunday?"),
    )
    assert [answer.topic for answer in answers] == ["flying"]
    assert state(answers) == ("flying", "caution", "2026-11-30")


def test_at_night_leans_on_the_stockings(glamour: Conversation) -> None:
    glamour.say("injected today, how long do I wear the stockings?", "compression")
    (answer,) = glamour.say("what about at night?", "follow_up")
    assert answer.verdict is not None
    assert (answer.topic, answer.verdict.phase) == ("compression", "day and night")


def test_a_kind_of_vein_is_asked_where_lengths_differ() -> None:
    jewel = Conversation("true-jewel")
    said = "treated 4 days ago, stockings off now?"
    (asked,) = jewel.say(said, "compression")
    assert state([asked])[1] == "ask"
    assert [button.title for button in asked.buttons] == [
        "Spider veins",
        "Reticular veins",
        "Varicose veins",
    ]
    (answer,) = jewel.press(asked, "Spider veins")
    assert answer.verdict is not None
    assert (answer.topic, answer.verdict.state, answer.verdict.phase) == (
        "compression",
        "keep",
        "daytime",
    )


def test_a_kind_of_vein_may_be_typed() -> None:
    jewel = Conversation("true-jewel")
    jewel.say("treated 4 days ago, stockings off now?", "compression")
    (answer,) = jewel.say("the bigger blue ones", "feeder_veins")
    assert answer.verdict is not None
    assert (answer.topic, answer.verdict.phase) == ("compression", "day and night")


def test_asking_about_a_kind_of_vein_is_not_telling_ones_own(glamour: Conversation) -> None:
    glamour.say("what are spider veins?", "spider_veins")
    assert glamour.slots["vein_kind"] is None


def test_an_unsure_guess_is_asked_back_once_then_a_person_is_offered(
    glamour: Conversation,
) -> None:
    (asked,) = glamour.say("is the hot thing fine tomorrow", ("heat", 0.2))
    assert asked.topic == "clarify"
    assert [button.topic for button in asked.buttons] == ["heat", "bathing"]
    (offer,) = glamour.say("the thing", ("heat", 0.2))
    assert offer.topic == "out_of_scope"
    (details,) = glamour.say("yes please", "affirm")
    assert details.topic == "book"


def test_the_day_asked_about_survives_a_clarifying_question(glamour: Conversation) -> None:
    glamour.say("treated on Sunday", "treatment_record")
    (asked,) = glamour.say("is the hot thing fine tomorrow", ("heat", 0.2))
    assert state(glamour.press(asked, "Hot baths and saunas")) == ("heat", "ok", None)


def test_a_call_back_is_asked_for_and_passed_on(glamour: Conversation) -> None:
    (unknown,) = glamour.say("what does it cost", "cost")
    assert (unknown.known, unknown.buttons[0].topic) == (False, "book")
    (ask,) = glamour.press(unknown, "Ask for a call back")
    assert "phone number" in ask.text
    (when,) = glamour.say("Anna Berg, 212 555 0147 thanks", "thanks")
    (read_back,) = glamour.press(when, "Any time")
    assert glamour.requests == []
    (done,) = glamour.press(read_back, "Yes, send it")
    assert "+1 212-555-0147" in done.text
    (request,) = glamour.requests
    assert (request.name, request.reach) == ("Anna Berg", "+1 212-555-0147")


def test_a_wish_to_be_called_with_all_details_only_needs_a_yes(glamour: Conversation) -> None:
    said = "please call Anna Berg back on 212 555 0147, any time, about my brown marks"
    (read_back,) = glamour.say(said, "book")
    assert "+1 212-555-0147" in read_back.text
    (done,) = glamour.say("yes", "affirm")
    assert "stored" in done.text
    assert len(glamour.requests) == 1


def test_a_call_back_can_be_declined_or_left_for_another_question(glamour: Conversation) -> None:
    glamour.say("call me", "book")
    (dropped,) = glamour.say("no, leave it", "deny")
    assert dropped.topic == "deny"
    glamour.say("call me", "book")
    answer, asked = glamour.say("does it hurt?", "pain")
    assert (answer.topic, asked.topic) == ("pain", "book")
    assert glamour.requests == []


def test_details_without_a_number_are_asked_for_again(glamour: Conversation) -> None:
    glamour.say("call me", "book")
    (again,) = glamour.say("my name is Anna", ("greet", 0.4))
    assert "phone number or e-mail" in again.text
    (again,) = glamour.say("I said Anna", ("greet", 0.4))
    assert "phone number or e-mail" in again.text


def test_a_red_flag_comes_before_a_form(glamour: Conversation) -> None:
    glamour.say("call me", "book")
    (alarm,) = glamour.say("i cant breathe", "emergency")
    assert (alarm.urgency, alarm.text[:12]) == ("emergency", "Call 911 now")


def test_a_red_flag_that_the_model_is_unsure_of_is_one_of_the_choices(
    glamour: Conversation,
) -> None:
    turn = Turn("leg feels off", (Subject("emergency", 0.6, (("swelling", 0.2),)),), NOW, {})
    (asked,) = glamour._turn(turn)
    assert (asked.topic, asked.urgency) == ("clarify", "none")
    assert asked.text.startswith("If you feel in danger now, call 911")
    assert [button.topic for button in asked.buttons] == ["emergency", "swelling"]
    (alarm,) = glamour.press(asked, "It is an emergency")
    assert alarm.urgency == "emergency"


def test_a_follow_up_that_names_its_subject_is_about_that(glamour: Conversation) -> None:
    glamour.say("treated today, may I take a hot bath?", "heat")
    turn = Turn("and running?", (Subject("follow_up", 0.5, (("exercise", 0.4),)),), NOW, {})
    assert glamour._turn(turn)[0].topic == "exercise"


def test_after_a_treatment_nobody_prepares(glamour: Conversation) -> None:
    heard = (Subject("preparation", 0.55, (("compression", 0.43),)),)
    said = "do I need the stockings today?"
    assert glamour._turn(Turn(said, heard, NOW, {}))[0].topic == "preparation"
    glamour.say("treated yesterday", "treatment_record")
    assert glamour._turn(Turn(said, heard, NOW, {}))[0].topic == "compression"


def test_danger_that_the_patterns_read_as_denied_is_no_red_flag(glamour: Conversation) -> None:
    said = "no chest pain, just a bit itchy"
    heard = (Subject("emergency", 0.95, (("redness_itch", 0.04), ("swelling", 0.005))),)
    (answer,) = glamour._turn(Turn(said, heard, NOW, {}, danger_denied=True))
    assert (answer.topic, answer.urgency) == ("redness_itch", "none")


def test_a_day_that_does_not_exist_is_asked_back(glamour: Conversation) -> None:
    (asked,) = glamour.say("treated on February 31, can I run?", "exercise")
    assert "Which day was it?" in asked.text


@pytest.mark.parametrize(
    ("clinic", "topic", "known", "general"),
    [
        ("glamour", "cost", False, False),
        ("glamour", "risks", False, True),
        ("smokey-point", "cost", True, False),
        ("true-jewel", "insurance", False, False),
        ("asclera-medispa", "conditions", False, True),
    ],
)
def test_silence_is_said_and_nothing_is_borrowed(
    clinic: str, topic: str, known: bool, general: bool
) -> None:
    (answer,) = Conversation(clinic).say("…", topic)
    assert (answer.known, answer.general) == (known, general)
    assert ("$" in answer.text) == (clinic == "smokey-point")


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("and my other leg was done 2 weeks ago", "2026-11-26"),
        ("my right leg was also treated on Friday", "2026-11-26"),
        ("and the right leg was done today", "2026-11-27"),
    ],
)
def test_of_two_treatments_the_later_one_counts(
    glamour: Conversation, said: str, until: str
) -> None:
    glamour.say("my left leg was treated yesterday", "treatment_record")
    glamour.say(said, "treatment_record")
    assert state(glamour.say("can I run?", "exercise")) == ("exercise", "avoid", until)


@pytest.mark.parametrize("topic", ["emergency", "self_harm"])
def test_nothing_stands_before_danger(glamour: Conversation, topic: str) -> None:
    """Nor does it where a sentence of the message was in another language."""
    subject = Subject(topic, 0.95, (), "I can not breathe")
    (answer,) = glamour.heard("que hago ahora? I can not breathe", subject, also_in="es")
    assert answer.topic == topic
