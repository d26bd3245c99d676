"""What the stand-in for Rasa answers, reply by reply."""

import json
from typing import Any

from tests.channels.standin import CHOICES, Answering, Reply, custom


def answering(*replies: Reply) -> Answering:
    """Answer every message with these replies."""
    return lambda _message: json.dumps(replies).encode()


def by_message(answers: dict[str, Reply]) -> Answering:
    """Answer by the message's text (a button's payload); anything else is repeated."""

    def answer(message: dict[str, Any]) -> bytes:
        text = message["message"]
        return json.dumps([answers.get(text) or custom(f"You said: {text}")]).encode()

    return answer


def verdict(state: str, until: str | None = None, **fields: Any) -> dict[str, Any]:
    """A verdict."""
    rule = {"activity": "exercise", "state": state, "until": until}
    return {**rule, "disputed": False, "phase": None, **fields}


def question(text: str, *choices: dict[str, Any]) -> Reply:
    """A reply that asks to check options."""
    shown = list(choices) or CHOICES
    return custom(text, "candidate", input="choices", choices=shown, buttons=[], sources=[])


def asks_date(text: str) -> Reply:
    """A reply that asks for a day."""
    return custom(text, "treatment_record", input="date", buttons=[], sources=[])
