"""Red flags that were raised in conversations, for staff to see first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH, ConversationRow


class AlertRow(Base):
    """A red flag in a patient's message. It goes when its conversation is deleted."""

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint("level IN ('soon', 'urgent', 'emergency')", name="level"),
        CheckConstraint("layer IN ('pattern', 'model')", name="layer"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    # The number of the patient's message in the conversation.
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    flag: Mapped[str] = mapped_column(String(32))
    level: Mapped[str] = mapped_column(String(16))
    layer: Mapped[str] = mapped_column(String(16))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # When the patient said that help is on the way, or that it was a mistake.
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When staff of the clinic said that it is dealt with.
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A red flag as the gateway found it. `layer`: "pattern" or "model"."""

    flag: str
    level: str
    layer: str


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """A red flag that nothing has settled yet, and the number of the message that raised it."""

    flag: str
    level: str
    seq: int


def add_alert(
    session: Session,
    conversation_id: str,
    *,
    clinic_id: str,
    seq: int,
    new: NewAlert,
    now: datetime,
) -> None:
    """Store a red flag of message `seq`, and mark the conversation with the gravest level."""
    session.add(
        AlertRow(
            conversation_id=conversation_id,
            seq=seq,
            clinic_id=clinic_id,
            flag=new.flag,
            level=new.level,
            layer=new.layer,
            raised_at=now,
        )
    )
    grave = ("emergency",) if new.level == "urgent" else ("emergency", "urgent")
    marked = update(ConversationRow).where(ConversationRow.id == conversation_id)
    if new.level != "emergency":
        marked = marked.where(ConversationRow.urgency.not_in(grave))
    session.execute(marked.values(urgency=new.level))


def find_open_alert(session: Session, conversation_id: str) -> OpenAlert | None:
    """Return the newest red flag of a conversation that nothing has settled, or None."""
    row = session.scalar(
        select(AlertRow)
        .where(AlertRow.conversation_id == conversation_id, AlertRow.settled_at.is_(None))
        .order_by(AlertRow.seq.desc())
        .limit(1)
    )
    return OpenAlert(row.flag, row.level, row.seq) if row else None


def settle_alerts(session: Session, conversation_id: str, now: datetime) -> None:
    """Note that the conversation's red flags are settled; staff still see them."""
    session.execute(
        update(AlertRow)
        .where(AlertRow.conversation_id == conversation_id, AlertRow.settled_at.is_(None))
        .values(settled_at=now)
    )


def handle_alerts(session: Session, clinic_id: str, conversation_id: str, now: datetime) -> bool:
    """Note that staff dealt with the red flags of a conversation; False if there were none."""
    handled = session.scalars(
        update(AlertRow)
        .where(
            AlertRow.clinic_id == clinic_id,
            AlertRow.conversation_id == conversation_id,
            AlertRow.handled_at.is_(None),
        )
        .values(handled_at=now)
        .returning(AlertRow.seq)
    )
    return bool(handled.all())
