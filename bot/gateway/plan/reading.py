"""A patient's plan from the database: the latest treatment they told, and the clinic's rules."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.care.moments import Moment
from bot.care.plan import Course, courses
from bot.care.protocol import Protocol
from bot.care.rules import as_vein_kind
from bot.knowledge.repository import load_protocol
from bot.knowledge.texts import Texts
from bot.records.conversations import find_conversation
from bot.records.treatments import Treatment, treatments_of


@dataclass(frozen=True, slots=True)
class PatientPlan:
    """What a page and a calendar are made of. `courses` is empty where the clinic has no rules."""

    protocol: Protocol
    treated: Moment
    courses: tuple[Course, ...]


def read_plan(session: Session, conversation_id: str, texts: Texts) -> PatientPlan | None:
    """Return the plan of a conversation, or None: no conversation, or no treatment day told."""
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        return None
    told = treatments_of(session, conversation.clinic_id, conversation_id)
    protocol = load_protocol(session, conversation.clinic_id)
    if protocol is None or not told or told[-1].day is None:
        return None
    treated = _moment(told[-1])
    laid = courses(
        protocol.rules,
        treated,
        as_vein_kind(told[-1].vein_kind),
        zone=protocol.zone,
        texts=texts,
    )
    return PatientPlan(protocol, treated, laid)


def _moment(told: Treatment) -> Moment:
    assert told.day is not None  # noqa: S101 (the caller has checked; tells the type checker)
    hour: time | None = datetime.strptime(told.hour, "%H:%M").time() if told.hour else None  # noqa: DTZ007
    return Moment(told.day, hour)
