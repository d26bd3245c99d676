"""Somebody who names a medicine beside "am I suitable?" is told about it, and may be screened."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.care.answer import Answer, Button
from bot.care.flows.screening_steps import NAME
from bot.care.screening import questions, read_answers
from bot.care.screening.model import GROUP_OF, Status
from bot.care.turn import Context

_TOPIC: Final = "medication"
_GROUP: Final = "medicines"


def with_medicine(found: tuple[str, ...], context: Context) -> tuple[str, ...]:
    """Add the subject of medicines before the screening where the message names one."""
    if NAME not in found or _TOPIC in found or not _medicines(context):
        return found
    place = found.index(NAME)
    return (*found[:place], _TOPIC, *found[place:])


def offered(answers: Iterable[Answer], context: Context) -> tuple[Answer, ...]:
    """Offer the screening beside an answer on a medicine; the button carries what was named."""
    answers = tuple(answers)
    if not _may_be_screened(context) or any(one.topic == NAME for one in answers):
        return answers
    named = _medicines(context)
    payload = f"/{NAME}{json.dumps({'has': ','.join(named)})}" if named else f"/{NAME}"
    button = Button(context.texts.say("screening.button.check"), payload, NAME)
    return tuple(
        replace(one, buttons=(*one.buttons, button)) if one.topic == _TOPIC else one
        for one in answers
    )


def _may_be_screened(context: Context) -> bool:
    """Not a patient who is treated already, was screened, is busy, or did not want it."""
    memory = context.memory
    busy = memory.tasks.active is not None or memory.screening.done or memory.consent is False
    return not busy and memory.treated is None and bool(questions(context.protocol.screening))


def _medicines(context: Context) -> tuple[str, ...]:
    """The groups of medicines that the message says the patient takes."""
    if context.turn.pressed:
        return ()
    told = read_answers(context.turn.text, context.medicines).findings
    return tuple(
        finding
        for finding, status in told.items()
        if GROUP_OF[finding] == _GROUP and status is Status.YES
    )
