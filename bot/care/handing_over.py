"""A person, please: handed over live while staff are online, else the clinic calls back."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.care.answer import Answer, Button
from bot.care.replies import CALLBACK
from bot.care.turn import Context, Effect, PersonWanted

PERSON: Final = "/handoff"


def wanted(topics: Iterable[str], context: Context) -> tuple[Effect, ...]:
    """Return the effect of asking for a person while one can come, else none."""
    if "handoff" in topics and context.turn.staff_online:
        return (PersonWanted(context.before.last_topic),)
    return ()


def told_to_wait(topic: str, context: Context) -> Answer:
    """Say that somebody will write here, and that the assistant is there meanwhile."""
    protocol = context.protocol
    text = context.texts.say(
        "handoff.live", clinic=protocol.name, emergency_number=protocol.emergency_number
    )
    return Answer(text, topic)


def offered(answers: Iterable[Answer], context: Context) -> tuple[Answer, ...]:
    """Where a call back is offered and staff are online, offer a person first."""
    if not context.turn.staff_online:
        return tuple(answers)
    button = Button(context.texts.say("handoff.button"), PERSON, "handoff")
    return tuple(
        replace(answer, buttons=(button, *answer.buttons))
        if any(one.payload == CALLBACK for one in answer.buttons)
        else answer
        for answer in answers
    )
