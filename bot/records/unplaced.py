"""Messages that could not be placed, for a clinic to review. Not tied to any conversation."""

from datetime import date

from sqlalchemy import Date, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.turn import Unplaced
from bot.database import Base
from bot.records.models import ID_LENGTH


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
