"""Reminders in the conversation: asked for, offered once, moved, ended, refused with the reason."""

import pytest

from bot.care.answer import SEND_PLAN, Answer
from bot.care.reminders.wish import named_topics, stops, wants_end
from bot.care.turn import RemindersSet, Reminding
from bot.knowledge.texts import load_languages
from tests.talking import CLINICS, Conversation

WANTED = "remind me please"
ENGLISH, SPANISH = load_languages(CLINICS / "texts")


@pytest.fixture
def glamour() -> Conversation:
    """A patient on a channel that reaches them while they are away."""
    return Conversation("glamour", reaches_away=True)


def told(clinic: str, day: str = "Sunday", *, away: bool = True) -> Conversation:
    conversation = Conversation(clinic, reaches_away=away)
    conversation.say(f"I was treated on {day}", "treatment_record")
    return conversation


def days(conversation: Conversation) -> list[str]:
    """The days on which the patient is to be reminded, as last decided."""
    decided = [one for one in conversation.effects if isinstance(one, RemindersSet)]
    return [one.key for one in decided[-1].occasions] if decided else []


def test_asked_for_after_the_day_was_told() -> None:
    patient = told("glamour")
    (answer,) = patient.say(WANTED, "reminders")
    assert "I will write to you here at 9 AM" in answer.text
    assert "Wednesday, November 25" in answer.text
    assert "Write STOP" in answer.text
    assert answer.effect == SEND_PLAN
    assert days(patient) == ["2026-11-25", "2026-12-06", "2026-12-16"]


def test_on_the_web_it_says_that_no_phone_rings() -> None:
    (answer,) = told("glamour", away=False).say(WANTED, "reminders")
    assert "can't ring your phone" in answer.text
    assert answer.effect == SEND_PLAN


def test_the_day_is_asked_for_and_the_wish_taken_up(glamour: Conversation) -> None:
    (asked,) = glamour.say("text me the day I can run", "reminders")
    assert "Which day is or was your treatment?" in asked.text
    assert days(glamour) == []
    (answer,) = glamour.say("last Sunday", "treatment_record")
    assert "heavy exercise" in answer.text
    assert days(glamour) == ["2026-11-25"]


def test_of_one_thing_only_and_then_of_all() -> None:
    patient = told("glamour")
    (answer,) = patient.say("tell me when I can take the stockings off", "reminders")
    assert days(patient) == ["2026-11-25", "2026-12-16"]
    patient.press(answer, "Remind me of everything")
    assert days(patient) == ["2026-11-25", "2026-12-06", "2026-12-16"]


def test_one_more_thing_is_added_to_the_first() -> None:
    patient = told("asclera-medispa")
    patient.say("remind me when I can run", "reminders")
    patient.say("and remind me about the walks", "reminders")
    assert patient.reminding == Reminding(True, ("exercise", "walking"))


def test_offered_once_where_it_reaches_people(glamour: Conversation) -> None:
    (first,) = glamour.say("I was treated on Sunday", "treatment_record")
    assert [one.title for one in first.buttons] == ["Remind me on these days"]
    (second,) = glamour.say("sorry, it was Saturday", "treatment_record")
    assert second.buttons == ()
    (answer,) = glamour.press(first, "Remind me on these days")
    assert "I will write to you here" in answer.text


def test_not_offered_where_nothing_is_left(glamour: Conversation) -> None:
    (answer,) = glamour.say("I was treated on October 1", "treatment_record")
    assert answer.buttons == ()


def test_not_offered_on_the_web() -> None:
    (answer,) = Conversation("glamour").say("I was treated on Sunday", "treatment_record")
    assert answer.buttons == ()


def test_a_corrected_day_moves_them() -> None:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    (answer,) = patient.say("sorry, it was Monday, not Sunday", "treatment_record")
    assert "Your reminders now follow this day." in answer.text
    assert days(patient) == ["2026-11-26", "2026-12-07", "2026-12-17"]


def test_a_told_kind_of_vein_moves_them() -> None:
    patient = told("true-jewel")
    patient.say(WANTED, "reminders")
    assert days(patient)[:2] == ["2026-11-25", "2026-11-29"]
    patient.say("they were spider veins that were treated", "treatment_record")
    assert "2026-12-16" in days(patient)


@pytest.mark.parametrize("said", ["STOP", "stop", "Stop!", "stop the reminders please"])
def test_stopped(said: str) -> None:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    (answer,) = patient.say(said, "reminders")
    assert answer.text.startswith("Done. I will send no more reminders.")
    assert patient.reminding == Reminding(False)


def test_a_bare_stop_is_heard_whatever_the_model_makes_of_it() -> None:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    patient.say("stop", ("cost", 0.9))
    assert patient.reminding == Reminding(False)


def test_nothing_to_stop(glamour: Conversation) -> None:
    (answer,) = glamour.say("stop the messages", "reminders")
    assert answer.text == "No reminders are set, so there is nothing to stop."


@pytest.mark.parametrize(
    ("clinic", "said", "expected"),
    [
        ("glamour", "remind me when I can swim", "has no rule on swimming"),
        ("smokey-point", "remind me when I can go in the sauna", "names no end for hot baths"),
        ("glamour", "remind me of my appointment", "I don't know your appointments"),
        ("glamour", "set an alert for my next visit", "I don't know your appointments"),
    ],
)
def test_what_there_is_no_day_for(clinic: str, said: str, expected: str) -> None:
    patient = told(clinic)
    (answer,) = patient.say(said, "reminders")
    assert expected in answer.text
    assert answer.known is False
    assert [one.topic for one in answer.buttons] == ["book"]
    assert days(patient) == []


def test_the_next_session_is_in_the_clinic_s_document() -> None:
    patient = told("glamour")
    (answer,) = patient.say("remind me when my next session is due", "reminders")
    assert "2026-12-06" in days(patient)
    assert "Next session" in answer.text


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("I was treated on August 3", "nothing left to remind you of"),
        ("I was treated on August 3, 1998", "Is that day right?"),
        ("my treatment is on May 10, 2027", "is too far ahead"),
    ],
)
def test_a_day_far_away(told: str, expected: str, glamour: Conversation) -> None:
    glamour.say(told, "treatment_record")
    (answer,) = glamour.say(WANTED, "reminders")
    assert expected in answer.text
    assert days(glamour) == []


def checked_in() -> Conversation:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    patient.reminding = Reminding(True, None, checked_in=True)
    return patient


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("fine thanks", "thanks", "I am glad to hear it."),
        ("all good", "affirm", "I am glad to hear it."),
        ("not good", "complaint", "tell me in your own words"),
        ("worse", "unsure", "tell me in your own words"),
    ],
)
def test_the_answer_to_how_are_you(said: str, heard: str, expected: str) -> None:
    (answer,) = checked_in().say(said, heard)
    assert expected in answer.text


def test_a_symptom_told_at_the_check_in_is_answered() -> None:
    (answer,) = checked_in().say("there is a bruise on my shin", "bruising")
    assert answer.topic == "bruising"


def test_the_same_words_elsewhere_are_no_answer_to_it() -> None:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    (answer,) = patient.say("all good", "affirm")
    assert answer.topic == "affirm"


@pytest.mark.parametrize(
    ("said", "language"),
    [("STOP", ENGLISH), ("Stop.", ENGLISH), ("unsubscribe", ENGLISH), ("ALTO", SPANISH)],
)
def test_stop_words(said: str, language: object) -> None:
    assert [one for one in (ENGLISH, SPANISH) if stops(said, (one,))] == [language]


@pytest.mark.parametrize(
    "said",
    [
        "stop the daily messages",
        "please turn those reminders off",
        "no more of these texts",
        "I don't want these emails anymore",
        "how do I switch off these alerts",
        "quit texting me at 6am",
    ],
)
def test_wishes_for_an_end(said: str) -> None:
    assert wants_end(said, ENGLISH)


@pytest.mark.parametrize(
    "said",
    [
        "remind me when I can stop wearing the stockings",
        "text me the day I can run",
        "send me a reminder to stop wearing these on Friday",
        "can you message me when the wait ends",
        "drop me a text when I can leave them off",
    ],
)
def test_no_wish_for_an_end(said: str) -> None:
    assert not wants_end(said, ENGLISH)


def test_what_a_wish_names() -> None:
    topics = ("compression", "exercise", "heat")
    assert named_topics("text me the day I can run", topics, ENGLISH) == ("exercise",)
    assert named_topics("remind me about everything", topics, ENGLISH) == ()


def test_an_answer_beside_another_question() -> None:
    patient = told("glamour")
    answers: tuple[Answer, ...] = patient.hear(
        "how much is it, and remind me of my dates",
        ("cost", "how much is it"),
        ("reminders", "remind me of my dates"),
    )
    assert [one.topic for one in answers] == ["cost", "reminders"]


def test_the_wish_waits_for_the_day_whatever_comes_between(glamour: Conversation) -> None:
    glamour.say("remind me", "reminders")
    glamour.say("5", "out_of_scope")
    noted, answer = glamour.say("I was treated yesterday", "treatment_record")
    assert (noted.topic, answer.topic) == ("treatment_record", "reminders")
    assert days(glamour) == ["2026-11-26", "2026-12-07", "2026-12-17"]


def test_asked_again_they_are_listed() -> None:
    patient = told("glamour")
    patient.say(WANTED, "reminders")
    (answer,) = patient.say("did my reminder get set?", "reminders")
    assert answer.text.startswith("Your reminders are set.")


def test_the_day_told_as_an_appointment_is_no_wish_for_one(glamour: Conversation) -> None:
    glamour.say("remind me please", "reminders")
    (answer,) = glamour.say("my appointment was on Sunday", "treatment_record")
    assert "I will write to you here" in answer.text
    assert days(glamour) == ["2026-11-25", "2026-12-06", "2026-12-16"]
