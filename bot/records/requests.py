"""Patients who want to be contacted, for the clinic to read in the morning."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.turn import CallbackRequest
from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH


class RequestRow(Base):
    """A request to be contacted. It goes when its conversation is deleted."""

    __tablename__ = "requests"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(80))
    reach: Mapped[str] = mapped_column(String(320))
    topic: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as the clinic reads it: who, how to reach, about which topic, since when."""

    id: str
    conversation_id: str
    name: str
    reach: str
    topic: str | None
    created_at: datetime


def add_request(
    session: Session, clinic_id: str, conversation_id: str, wanted: CallbackRequest, now: datetime
) -> None:
    """Store a request; the same person asking again in a conversation changes the first one."""
    same = select(RequestRow).where(
        RequestRow.clinic_id == clinic_id,
        RequestRow.conversation_id == conversation_id,
        RequestRow.reach == wanted.details.reach,
    )
    row = session.scalar(same) or RequestRow(
        id=str(uuid4()),
        clinic_id=clinic_id,
        conversation_id=conversation_id,
        reach=wanted.details.reach,
        name="",
        created_at=now,
    )
    row.name = wanted.details.name or row.name
    row.topic = wanted.topic or row.topic
    session.add(row)


def list_requests(session: Session, clinic_id: str) -> list[StoredRequest]:
    """Return a clinic's requests, newest first."""
    rows = session.scalars(
        select(RequestRow)
        .where(RequestRow.clinic_id == clinic_id)
        .order_by(RequestRow.created_at.desc())
    )
    return [
        StoredRequest(r.id, r.conversation_id, r.name, r.reach, r.topic, r.created_at) for r in rows
    ]
