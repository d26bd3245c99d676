"""What a turn leads to in the database: one repository call for each effect, in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.care.booking.request import ContactRequest
from bot.care.happened import TaskStep, TreatmentTold, task_steps, treatment_told
from bot.care.memory import Memory
from bot.care.turn import (
    Effect,
    Outcome,
    PersonWanted,
    RemindersSet,
    RemindersStopped,
    RequestWithdrawn,
    ScreeningDone,
    Unplaced,
)
from bot.records.conversations import belongs_to
from bot.records.events import Event, add_events
from bot.records.handover import request_person
from bot.records.notices import notify_of_request
from bot.records.reminders import end_reminders, remind
from bot.records.requests import save_request, withdraw_requests
from bot.records.screenings import add_screening
from bot.records.treatments import add_treatment
from bot.records.unplaced import add_unplaced

Worth = Effect | TreatmentTold | TaskStep


@dataclass(frozen=True, slots=True)
class Case:
    """Whose conversation it is, which of its messages, and when (aware, in the clinic's zone).

    `notified`: somebody of the clinic gets a mail about new requests.
    """

    clinic_id: str
    conversation_id: str
    message: int
    now: datetime
    notified: bool = False


def worth_storing(before: Memory, outcome: Outcome) -> tuple[Worth, ...]:
    """Return what a turn leads to in the database; most turns lead to nothing."""
    treatment = treatment_told(before, outcome.memory)
    told = (treatment,) if treatment is not None else ()
    return (*outcome.effects, *told, *task_steps(before, outcome))


def carry_out(effects: Iterable[Worth], session: Session, about: Case) -> None:
    """Store each effect; the caller commits. Of a conversation that is gone nothing is stored.

    Doing it again for the same message changes nothing.
    """
    if not belongs_to(session, about.clinic_id, about.conversation_id):
        return
    for effect in effects:
        _store(effect, session, about)


def _store(effect: Worth, session: Session, about: Case) -> None:
    clinic, conversation = about.clinic_id, about.conversation_id
    message, now = about.message, about.now
    match effect:
        case ContactRequest():
            save_request(session, clinic, conversation, effect, now)
            if about.notified:
                notify_of_request(session, clinic, conversation, now)
        case RequestWithdrawn():
            withdraw_requests(session, conversation, effect.family, now)
        case Unplaced():
            add_unplaced(session, clinic, now.date(), effect)
        case PersonWanted():
            request_person(session, clinic, conversation, effect.about or "asked", now)
        case RemindersSet():
            remind(session, clinic, conversation, effect, now)
        case RemindersStopped():
            end_reminders(session, conversation, now)
        case ScreeningDone():
            add_screening(
                session,
                clinic,
                conversation,
                message,
                answers=effect.answers,
                result=effect.result,
                now=now,
            )
        case TreatmentTold():
            add_treatment(session, clinic, conversation, message, told=effect, now=now)
        case TaskStep():
            step = Event(message, effect.step, effect.task)
            add_events(session, clinic, conversation, [step], now)
