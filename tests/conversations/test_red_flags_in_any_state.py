"""Red flags as the third message in a flow, against the real processes: as good as alone."""

import pytest

from bot.cli.client import Chat
from tests.red_flag_messages import GRAVE, red_flags
from tests.stack import Saphena

# What is said before, and the topic of the reply to it.
STATES = {
    "screening": ("am I a candidate?", "yes, go ahead", "candidate"),
    "booking": ("please call me back", "my name is Dana Fox", "book"),
    "rescheduling": ("I need to reschedule my appointment", "the one on friday", "reschedule"),
    "after other questions": ("how much is a session?", "and does it hurt?", "pain"),
}


@pytest.fixture(scope="session")
def missed_alone(saphena: Saphena) -> frozenset[str]:
    """The red flags that are missed as the first message."""
    return frozenset(text for text in red_flags() if not is_answered(saphena.open("glamour"), text))


def is_answered(chat: Chat, text: str) -> bool:
    (reply, *_) = chat.say(text)
    return reply["urgency"] in GRAVE


@pytest.mark.table
def test_as_the_first_message(missed_alone: frozenset[str]) -> None:
    assert len(missed_alone) <= len(red_flags()) * 0.02, "\n".join(missed_alone)


@pytest.mark.table
@pytest.mark.parametrize("state", STATES)
def test_as_the_third_message(saphena: Saphena, missed_alone: frozenset[str], state: str) -> None:
    first, second, topic = STATES[state]
    missed = []
    for text in red_flags()[::2]:
        chat = saphena.open("glamour")
        chat.say(first)
        (reply, *_) = chat.say(second)
        assert reply["topic"] == topic
        if not is_answered(chat, text):
            missed.append(text)
    assert set(missed) <= missed_alone, "\n".join(set(missed) - missed_alone)


@pytest.mark.parametrize(
    ("state", "go_on"),
    [("screening", "yes"), ("booking", "212 555 0147"), ("rescheduling", "next monday")],
)
def test_what_was_interrupted_goes_on(saphena: Saphena, state: str, go_on: str) -> None:
    first, second, topic = STATES[state]
    chat = saphena.open("glamour")
    chat.say(first)
    (asked, *_) = chat.say(second)
    assert is_answered(chat, "I can't breathe and my chest hurts")
    chat.press(chat.buttons()["It was a mistake"])
    replies = chat.press(chat.buttons()["Go on where we were"])
    assert replies[-1]["topic"] == topic
    assert asked["text"].split("?")[0].split(". ")[-1] in replies[-1]["text"]
