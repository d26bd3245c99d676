"""Which conversations are reminded, and of what; the sendings themselves are in the outbox."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.reminders.timetable import Occasion
from bot.care.reminders.wish import Wish
from bot.care.turn import RemindersSet, Reminding
from bot.database import Base, UtcDateTime
from bot.records.conversations import offered_last
from bot.records.models import ID_LENGTH
from bot.records.outbox import Kind, NewSending, cancel, replan


class RemindersRow(Base):
    """That a patient asked for reminders: of which topics (null: of everything), and if still."""

    __tablename__ = "reminders"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    active: Mapped[bool]
    topics: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def reminding(session: Session, conversation_id: str) -> Reminding | None:
    """Return what a conversation is reminded of, None where that was never asked for."""
    row = session.get(RemindersRow, conversation_id)
    if row is None:
        return None
    topics = None if row.topics is None else tuple(row.topics)
    asked = offered_last(session, conversation_id, Wish.WELL.payload)
    return Reminding(row.active, topics, checked_in=asked)


def remind(
    session: Session,
    clinic_id: str,
    conversation_id: str,
    told: RemindersSet,
    now: datetime,
) -> None:
    """Have a patient reminded on these occasions, and on no others that are not over yet."""
    topics = None if told.topics is None else list(told.topics)
    values = {"clinic_id": clinic_id, "active": True, "topics": topics, "changed_at": now}
    session.merge(RemindersRow(conversation_id=conversation_id, **values))
    sendings = [_sending(one) for one in told.occasions]
    replan(session, clinic_id, conversation_id, Kind.REMINDER, sendings, now=now)


def end_reminders(session: Session, conversation_id: str, now: datetime) -> bool:
    """Send a patient no reminder any more; False where none were set."""
    row = session.get(RemindersRow, conversation_id)
    if row is None or not row.active:
        return False
    row.active, row.changed_at = False, now
    cancel(session, conversation_id, Kind.REMINDER, now, reason="stopped")
    return True


def _sending(one: Occasion) -> NewSending:
    return NewSending(Kind.REMINDER, one.key, one.due, one.useful_until)
