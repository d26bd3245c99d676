"""A person, please: live while staff are online, else a call back."""

import pytest

from bot.care.turn import PersonWanted
from tests.talking import Conversation


@pytest.fixture
def staffed() -> Conversation:
    return Conversation("glamour", staff_online=True)


def people(conversation: Conversation) -> list[PersonWanted]:
    return [one for one in conversation.effects if isinstance(one, PersonWanted)]


def test_staff_are_told_and_the_patient_may_go_on(staffed: Conversation) -> None:
    staffed.say("does it hurt?", "pain")
    (reply,) = staffed.say("I want to talk to a human", "handoff")
    assert "Somebody will write to you here" in reply.text
    assert people(staffed) == [PersonWanted("pain")]
    (reply,) = staffed.say("and what does it cost", "cost")
    assert reply.topic == "cost"


def test_what_is_not_published_offers_a_person_first(staffed: Conversation) -> None:
    (reply,) = staffed.say("what does it cost?", "cost")
    titles = [button.title for button in reply.buttons]
    assert titles == ["Talk to a person now", "Ask for a call back"]
    (reply,) = staffed.press(reply, "Talk to a person now")
    assert people(staffed) == [PersonWanted("cost")]


def test_in_the_middle_of_the_screening_it_waits(staffed: Conversation) -> None:
    staffed.say("am I a candidate?", "candidate")
    staffed.say("yes", "affirm")
    told, question = staffed.say("let me talk to a person", "handoff")
    assert told.topic == "handoff"
    assert "Question 1" in question.text
    assert len(people(staffed)) == 1


def test_with_nobody_there_a_call_back_is_offered() -> None:
    conversation = Conversation("glamour")
    replies = conversation.say("I want to talk to a human", "handoff")
    assert people(conversation) == []
    assert any("phone" in reply.text or "call" in reply.text for reply in replies)
