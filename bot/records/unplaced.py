"""Messages that could not be placed, for a clinic to review. Not tied to any conversation."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Date, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.turn import Unplaced
from bot.database import Base
from bot.records.models import ID_LENGTH
from bot.text.redact import redact


class UnplacedRow(Base):
    """What a message said once personal data was taken out, and the topics it came near to.

    Only the day is kept: with the hour, it could be found again in a conversation.
    """

    __tablename__ = "unplaced"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    day: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    near: Mapped[str] = mapped_column(Text)


def add_unplaced(session: Session, clinic_id: str, day: date, message: Unplaced) -> None:
    """Keep a redacted message; the same one twice on a day is kept once."""
    same = select(UnplacedRow.id).where(
        UnplacedRow.clinic_id == clinic_id,
        UnplacedRow.day == day,
        UnplacedRow.text == message.text,
    )
    if session.scalar(same) is None:
        near = " ".join(message.near)
        session.add(UnplacedRow(clinic_id=clinic_id, day=day, text=message.text, near=near))


def list_unplaced(session: Session, clinic_id: str) -> list[UnplacedRow]:
    """Return a clinic's messages that could not be placed, newest first."""
    newest = UnplacedRow.id.desc()
    return list(
        session.scalars(
            select(UnplacedRow).where(UnplacedRow.clinic_id == clinic_id).order_by(newest)
        )
    )


def forget_unplaced(session: Session, clinic_id: str, said: Iterable[str], since: date) -> None:
    """Remove what a clinic keeps of these messages, from the day they can have been kept on.

    Another patient's message that reads the same goes with them.
    """
    texts = {redact(text) for text in said}
    session.execute(
        delete(UnplacedRow).where(
            UnplacedRow.clinic_id == clinic_id,
            # The clinic's own day may be the one before.
            UnplacedRow.day >= since - timedelta(days=1),
            UnplacedRow.text.in_(texts),
        )
    )


def purge_unplaced(session: Session, clinic_id: str, before: date) -> int:
    """Remove what a clinic kept before a day; returns how many."""
    removed = session.scalars(
        delete(UnplacedRow)
        .where(UnplacedRow.clinic_id == clinic_id, UnplacedRow.day < before)
        .returning(UnplacedRow.id)
    )
    return len(removed.all())


def count_unplaced(session: Session, clinic_id: str, before: date) -> int:
    """Return how many a clinic kept before a day."""
    query = select(func.count()).where(UnplacedRow.clinic_id == clinic_id, UnplacedRow.day < before)
    return session.scalar(query) or 0
