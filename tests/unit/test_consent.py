"""Consent: a short notice before the first question on health, and what "no" means."""

import pytest

from bot.care.turn import ScreeningDone
from tests.talking import Conversation, protocols

MOST_WORDS = 60


@pytest.mark.parametrize("clinic", sorted(protocols()))
def test_the_notice_is_short_and_says_all(clinic: str) -> None:
    *_, notice = Conversation(clinic).say("am I a candidate?", "candidate")
    assert len(notice.text.split()) <= MOST_WORDS
    assert notice.text.startswith("I would ask")
    for said in ("veins, health and medicines", "suit you", "30 days", "delete my data", "record"):
        assert said in notice.text
    assert [button.title for button in notice.buttons] == ["Yes, go ahead", "No"]


@pytest.mark.parametrize(("said", "heard"), [("no", "deny"), ("I'd rather not", "out_of_scope")])
def test_a_typed_no_counts_as_no(said: str, heard: str) -> None:
    glamour = Conversation("glamour")
    glamour.say("am I a candidate?", "candidate")
    (declined,) = glamour.say(said, heard)
    assert declined.text.startswith("All right, I will not ask about your health")
    assert glamour.slots["consent"] is False


def test_after_a_no_it_is_not_asked_again_by_itself() -> None:
    glamour = Conversation("glamour")
    *_, notice = glamour.say("am I a candidate?", "candidate")
    glamour.press(notice, "No")
    for text, topic in (
        ("does it hurt?", "pain"),
        ("what does it cost", "cost"),
        ("I take Eliquis, does that matter?", "medication"),
        ("I am pregnant", "pregnancy"),
        ("thanks", "thanks"),
        ("ok", "affirm"),
    ):
        answers = glamour.say(text, topic)
        assert not any("I would ask" in answer.text for answer in answers), text
    assert glamour.slots["screening"] is None
    assert not any(isinstance(effect, ScreeningDone) for effect in glamour.effects)


def test_it_is_asked_again_when_the_patient_asks_for_the_screening_again() -> None:
    glamour = Conversation("glamour")
    *_, notice = glamour.say("am I a candidate?", "candidate")
    glamour.press(notice, "No")
    *_, again = glamour.say("ok, would it suit me after all?", "candidate")
    assert again.text.startswith("I would ask")
    (question,) = glamour.press(again, "Yes, go ahead")
    assert question.text.startswith("Question 1")


def test_a_yes_holds_for_the_conversation() -> None:
    glamour = Conversation("glamour")
    glamour.say("am I a candidate?", "candidate")
    (question,) = glamour.say("yes", "affirm")
    glamour.press(question, "Stop for now")
    (question,) = glamour.say("am I a candidate?", "candidate")
    assert question.text.startswith("Question 1")


def test_a_question_instead_of_an_answer_is_answered_and_the_notice_stays() -> None:
    glamour = Conversation("glamour")
    glamour.say("am I a candidate?", "candidate")
    answer, notice = glamour.say("does it hurt?", "pain")
    assert answer.topic == "pain"
    assert notice.text.startswith("I would ask")
    why, notice = glamour.say("why do you ask", "rephrase")
    assert "medicines matter" in why.text
    assert notice.text.startswith("I would ask")
