"""How long conversations are kept, and their removal after that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from bot.care.booking.request import Status
from bot.care.privacy import OPEN_FACTOR
from bot.records.models import ConversationRow
from bot.records.outbox import Kind as SendingKind
from bot.records.outbox import OutboxRow, State
from bot.records.privacy import delete_conversation
from bot.records.requests import RequestRow

BATCH = 100


@dataclass(frozen=True, slots=True)
class Retention:
    """A clinic's days, counted from the last message of a conversation."""

    clinic_id: str
    days: int

    def cutoff(self, now: datetime) -> datetime:
        """Return the moment before which a conversation is past its time."""
        return now - timedelta(days=self.days)


def clinics_with_conversations(session: Session) -> list[str]:
    """Return the ids of all clinics that have conversations, known by a pack or not."""
    return sorted(session.scalars(select(ConversationRow.clinic_id).distinct()))


def past_retention(session: Session, retention: Retention, now: datetime) -> list[str]:
    """Return the ids of a clinic's conversations that are past their time, oldest first."""
    query = select(ConversationRow.id).where(_past(retention, now))
    return list(session.scalars(query.order_by(ConversationRow.last_at)))


def purge_conversations(
    session: Session, retention: Retention, ids: Iterable[str], now: datetime
) -> int:
    """Delete those of the conversations that are still past their time; returns how many.

    Each is looked at again under a lock: the patient may have written meanwhile, or another
    gateway may have deleted it.
    """
    locked = session.scalars(
        select(ConversationRow.id)
        .where(ConversationRow.id.in_(list(ids)), _past(retention, now))
        .order_by(ConversationRow.id)
        .with_for_update(skip_locked=True)
    )
    return sum(delete_conversation(session, one) for one in locked.all())


def _past(retention: Retention, now: datetime) -> ColumnElement[bool]:
    waiting = exists().where(
        RequestRow.conversation_id == ConversationRow.id, RequestRow.status == str(Status.OPEN)
    )
    reminded = exists().where(
        OutboxRow.conversation_id == ConversationRow.id,
        OutboxRow.kind == str(SendingKind.REMINDER),
        OutboxRow.state == str(State.SCHEDULED),
    )
    longest = now - timedelta(days=OPEN_FACTOR * retention.days)
    return (
        (ConversationRow.clinic_id == retention.clinic_id)
        & (ConversationRow.last_at < retention.cutoff(now))
        & or_(~(waiting | reminded), ConversationRow.last_at < longest)
    )
