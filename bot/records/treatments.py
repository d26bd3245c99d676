"""What patients told of their treatments: one row for each message that changed it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.happened import TreatmentTold
from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH
from bot.records.upsert import insert_if_missing


class TreatmentRow(Base):
    """The treatment as known from message `seq` on; the highest `seq` is what counts now."""

    __tablename__ = "treatments"
    __table_args__ = (
        CheckConstraint("vein_kind IN ('spider', 'reticular', 'varicose')", name="vein_kind"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    # The number of the patient's message in the conversation.
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    kind: Mapped[str | None] = mapped_column(String(32))
    # In the clinic's time zone; the hour ("14:30") only if it was told.
    day: Mapped[date | None] = mapped_column(Date)
    hour: Mapped[str | None] = mapped_column(String(5))
    vein_kind: Mapped[str | None] = mapped_column(String(16))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A patient's treatment as told in message `seq`. See `TreatmentRow`."""

    seq: int
    kind: str | None
    day: date | None
    hour: str | None
    vein_kind: str | None
    told_at: datetime


def add_treatment(
    session: Session,
    clinic_id: str,
    conversation_id: str,
    seq: int,
    *,
    told: TreatmentTold,
    now: datetime,
) -> None:
    """Store what message `seq` told; the same message again changes nothing."""
    values = {
        "conversation_id": conversation_id,
        "seq": seq,
        "clinic_id": clinic_id,
        "kind": told.kind,
        "day": told.when and told.when.day,
        "hour": told.when and told.when.time and told.when.time.strftime("%H:%M"),
        "vein_kind": told.vein_kind,
        "told_at": now,
    }
    insert_if_missing(session, TreatmentRow, values)


def treatments_of(session: Session, clinic_id: str, conversation_id: str) -> list[Treatment]:
    """Return what a clinic's patient told of the treatment, in order; the last is what counts."""
    rows = session.scalars(
        select(TreatmentRow)
        .where(TreatmentRow.clinic_id == clinic_id, TreatmentRow.conversation_id == conversation_id)
        .order_by(TreatmentRow.seq)
    )
    return [
        Treatment(row.seq, row.kind, row.day, row.hour, row.vein_kind, row.told_at) for row in rows
    ]
