"""The stage after triage: while staff hold a conversation, the assistant stays silent."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.care.hours import is_open, read_hours
from bot.clock import Clock
from bot.gateway.context import Context, Step
from bot.gateway.handover import lines
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard
from bot.records import handover as records
from bot.records.audit import Action, add_audit
from bot.records.handover import Handover
from bot.records.plain import Outcome


async def staff(context: Context, services: Services) -> Step:
    """Leave the message to the staff who hold the conversation; else it goes on its way."""
    now = services.clock.now()
    if context.clinic is None:
        return Step.NEXT
    handover = context.known.handover
    context.staff_online = context.known.staff_seen and may_be_open(context.clinic, services.clock)
    held = handover is not None and handover.state == "held"
    if context.payload == lines.LEAVE:
        return _patient_leaves(context, context.clinic, services, held=held)
    if handover is None or not held:
        return Step.NEXT
    if _is_before(handover.staff_at, now - services.settings.handover_return):
        context.alongside.append(partial(_end_silent, context=context, services=services))
        context.replies.append(lines.returned(context.clinic, services.texts))
        return Step.NEXT
    context.outcome = Outcome.LEFT_TO_STAFF
    context.alongside.append(partial(_note_patient, context=context))
    if _should_be_told(handover, now, services.settings.handover_quiet):
        context.alongside.append(partial(_note_told, context=context, services=services))
        context.replies.append(lines.no_answer_yet(context.clinic, services.texts))
    return Step.END


def may_be_open(clinic: ClinicCard, clock: Clock) -> bool:
    """Tell whether a clinic is open now; one that has not published its hours may be."""
    hours = read_hours(clinic.hours)
    return hours is None or is_open(hours, clock.now(ZoneInfo(clinic.time_zone)))


def _patient_leaves(
    context: Context, clinic: ClinicCard, services: Services, *, held: bool
) -> Step:
    if not held:
        context.replies.append(lines.already_back(services.texts))
        return Step.END
    context.alongside.append(partial(_leave, context=context))
    context.replies.append(lines.left(clinic, services.texts))
    return Step.END


def _should_be_told(handover: Handover, now: datetime, quiet: timedelta) -> bool:
    return _is_before(handover.patient_at, now - quiet) and (
        handover.told_at is None or handover.told_at <= now - quiet
    )


def _is_before(moment: datetime | None, limit: datetime) -> bool:
    return moment is not None and moment <= limit


# What is written together with the message. That another gateway was first does not matter here:
# the patient's message is kept, and the handover is as they wanted it.


def _note_patient(session: Session, now: datetime, *, context: Context) -> None:
    records.note_patient_message(session, context.conversation_id, now)


def _note_told(session: Session, now: datetime, *, context: Context, services: Services) -> None:
    before = now - services.settings.handover_quiet
    records.note_told_no_answer(session, context.conversation_id, before, now)


def _end_silent(session: Session, now: datetime, *, context: Context, services: Services) -> None:
    before = now - services.settings.handover_return
    if records.end_silent(session, context.conversation_id, before):
        add_audit(
            session, context.clinic_id, Action.TIMED_OUT, now, subject=context.conversation_id
        )


def _leave(session: Session, now: datetime, *, context: Context) -> None:
    if records.leave(session, context.conversation_id):
        add_audit(
            session, context.clinic_id, Action.PATIENT_LEFT, now, subject=context.conversation_id
        )
