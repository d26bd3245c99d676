"""What happened in conversations, as ids and topics: for counting, without anybody's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH
from bot.records.upsert import insert_if_missing

Kind = Literal["answered", "started", "finished", "abandoned"]


class EventRow(Base):
    """A topic was answered, or a task of several turns was started, finished or abandoned.

    `seq`: the number of the reply that answered, or of the patient's message that moved the task.
    """

    __tablename__ = "conversation_events"
    __table_args__ = (
        CheckConstraint("kind IN ('answered', 'started', 'finished', 'abandoned')", name="kind"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    # A task has the name of the topic that starts it.
    topic: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    # Of an answer only.
    known: Mapped[bool | None]
    urgency: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `known` and `urgency` belong to an answer. See `EventRow`."""

    seq: int
    kind: Kind
    topic: str
    known: bool | None = None
    urgency: str | None = None


def add_events(
    session: Session, clinic_id: str, conversation_id: str, events: Iterable[Event], now: datetime
) -> None:
    """Store what happened; what is stored already stays as it is."""
    for event in events:
        values = {
            "conversation_id": conversation_id,
            "seq": event.seq,
            "kind": event.kind,
            "topic": event.topic,
            "clinic_id": clinic_id,
            "known": event.known,
            "urgency": event.urgency,
            "at": now,
        }
        insert_if_missing(session, EventRow, values)


def events_of(session: Session, clinic_id: str, conversation_id: str) -> list[Event]:
    """Return what happened in a clinic's conversation, in order."""
    rows = session.scalars(
        select(EventRow)
        .where(EventRow.clinic_id == clinic_id, EventRow.conversation_id == conversation_id)
        .order_by(EventRow.seq, EventRow.kind, EventRow.topic)
    )
    return [to_plain(row) for row in rows]


def to_plain(row: EventRow) -> Event:
    """Return a row as plain data."""
    kind: Kind = row.kind  # type: ignore[assignment]  # the table's constraint sees to it
    return Event(row.seq, kind, row.topic, row.known, row.urgency)
