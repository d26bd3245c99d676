"""Screenings that came to a result: what was told, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.screening import Answers, Result
from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH
from bot.records.upsert import insert_if_missing


class ScreeningRow(Base):
    """The result as of message `seq`; a correction gives a further row."""

    __tablename__ = "screenings"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    # The number of the patient's message in the conversation.
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    # As `Answers.to_json` writes them.
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(32))
    # [{"outcome", "ground", "subject", "told"}], gravest first.
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class StoredScreening:
    """A screening as the clinic reads it. See `ScreeningRow`."""

    seq: int
    answers: Mapping[str, Any]
    outcome: str
    reasons: list[dict[str, str]]
    judged_at: datetime


def add_screening(
    session: Session,
    clinic_id: str,
    conversation_id: str,
    seq: int,
    *,
    answers: Answers,
    result: Result,
    now: datetime,
) -> None:
    """Store what message `seq` led to; the same message again changes nothing."""
    values = {
        "conversation_id": conversation_id,
        "seq": seq,
        "clinic_id": clinic_id,
        "answers": answers.to_json(),
        "outcome": str(result.outcome),
        "reasons": [
            {
                "outcome": str(reason.outcome),
                "ground": str(reason.ground),
                "subject": reason.subject,
                "told": reason.told,
            }
            for reason in result.reasons
        ],
        "judged_at": now,
    }
    insert_if_missing(session, ScreeningRow, values)


def screenings_of(session: Session, clinic_id: str, conversation_id: str) -> list[StoredScreening]:
    """Return the screenings of a clinic's patient in order; the last is what counts."""
    rows = session.scalars(
        select(ScreeningRow)
        .where(ScreeningRow.clinic_id == clinic_id, ScreeningRow.conversation_id == conversation_id)
        .order_by(ScreeningRow.seq)
    )
    return [
        StoredScreening(row.seq, row.answers, row.outcome, row.reasons, row.judged_at)
        for row in rows
    ]
