"""Deadlines of handovers: nobody came, nobody answered, nobody wrote for long. Each is told once.

The change and the words are one transaction, so with several gateways one of them tells.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.gateway.context import Alongside
from bot.gateway.handover import lines
from bot.gateway.pipeline import ChangedMeanwhileError, only_if, push
from bot.gateway.refusals import Refusal
from bot.gateway.repeating import repeating
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.knowledge.texts import Texts
from bot.records import handover as records
from bot.records.audit import Action, add_audit
from bot.records.handover import Handover
from bot.records.plain import Reply
from bot.settings import Settings

TICK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due after a time, which change it makes, what it says; the change runs once."""

    after: Callable[[Settings], timedelta]
    due: Callable[[Session, datetime], list[Handover]]
    change: Callable[[Session, str, datetime, datetime], bool]
    line: Callable[[ClinicCard, Texts], Reply]
    action: Action | None = None


DEADLINES = (
    Deadline(
        after=lambda settings: settings.handover_wait,
        due=records.waiting_since,
        change=records.note_told_nobody_free,
        line=lines.nobody_free,
    ),
    Deadline(
        after=lambda settings: settings.handover_quiet,
        due=records.unanswered_since,
        change=records.note_told_no_answer,
        line=lines.no_answer_yet,
    ),
    Deadline(
        after=lambda settings: settings.handover_return,
        due=records.silent_since,
        change=lambda session, conversation, before, _now: records.end_silent(
            session, conversation, before
        ),
        line=lines.returned,
        action=Action.TIMED_OUT,
    ),
)


@asynccontextmanager
async def watching(services: Services) -> AsyncIterator[None]:
    """Keep the deadlines until the end of the block."""

    async def watch() -> None:
        await tell_what_is_due(services, services.clock.now())

    async with repeating("handover deadlines", watch, TICK_SECONDS):
        yield


async def tell_what_is_due(services: Services, now: datetime) -> int:
    """Tell every patient for whom a deadline has passed; returns how many were told."""
    told = 0
    for deadline in DEADLINES:
        before = now - deadline.after(services.settings)
        found = await services.database.reading(partial(_due, deadline, before))
        for handover, clinic in found:
            told += await _tell(handover, clinic, deadline, before, services)
    return told


async def _tell(
    handover: Handover,
    clinic: ClinicCard,
    deadline: Deadline,
    before: datetime,
    services: Services,
) -> bool:
    work: list[Alongside] = [
        only_if(
            lambda session, now: deadline.change(session, handover.conversation_id, before, now)
        )
    ]
    if deadline.action is not None:
        work.append(partial(_audit, action=deadline.action, handover=handover))
    line = deadline.line(clinic, services.texts)
    try:
        await push(services, handover.conversation_id, [line], alongside=work)
    except (ChangedMeanwhileError, Refusal):
        return False  # another gateway told it, somebody acted, or the conversation is gone
    return True


def _due(
    deadline: Deadline, before: datetime, session: Session
) -> list[tuple[Handover, ClinicCard]]:
    found = ((one, get_clinic(session, one.clinic_id)) for one in deadline.due(session, before))
    return [(handover, clinic) for handover, clinic in found if clinic is not None]


def _audit(session: Session, now: datetime, *, action: Action, handover: Handover) -> None:
    add_audit(session, handover.clinic_id, action, now, subject=handover.conversation_id)
