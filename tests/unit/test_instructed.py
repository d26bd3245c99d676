"""What a clinician told the patient stands beside the clinic's page, and before a yes."""

import pytest

from bot.care.instructed import was_told
from tests.talking import Conversation

TOLD = (
    "doctor said no gym for a week, can I go anyway",
    "my doc told me to wait 2 weeks. sauna ok?",
    "dr. miller said I could run tomorrow",
    "the nurse told me not to fly",
    "they told me I could run tomorrow",
    "I was told ten days, is a hot bath ok",
    "i\u2019ve been advised to keep them on for a month",
    "told me not to swim for 10 days",
    "the sheet says 5 days",
    "paperwork I got says one week",
    "She cleared me for the gym",
)
NOT_TOLD = (
    "you said 3 days",
    "can I go to the gym",
    "my husband said it looks better",
    "do I tell my doctor",
    "the doctor injected my veins yesterday, can I run",
    "what did you say about flying",
    "",
)


@pytest.mark.parametrize("text", TOLD)
def test_what_was_told_in_person_is_heard(text: str) -> None:
    assert was_told(text)


@pytest.mark.parametrize("text", NOT_TOLD)
def test_other_messages_are_not(text: str) -> None:
    assert not was_told(text)


@pytest.mark.parametrize(
    ("said", "topic", "state", "begins", "holds"),
    [
        ("injected 6 days ago, doctor said a week, run?", "exercise", "ok", "If you were", "over"),
        ("injected 6 days ago, can I run?", "exercise", "ok", "The wait is over", "Counted"),
        ("injected yesterday, they said I could run", "exercise", "avoid", "Please wait", "else"),
        ("injected yesterday, nurse said no swimming", "swimming", "no_rule", "Glamour", "Keep to"),
        ("my doctor said a week, can I run?", "exercise", "ask", "Glamour", "longer time"),
    ],
)
def test_the_verdict_stays_and_the_longer_time_comes_before_a_yes(
    said: str, topic: str, state: str, begins: str, holds: str
) -> None:
    (answer,) = Conversation("glamour").say(said, topic)
    assert answer.verdict is not None
    assert answer.verdict.state == state
    assert answer.text.startswith(begins)
    assert holds in answer.text
