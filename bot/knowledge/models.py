"""SQL tables of the clinics' knowledge. Rewritten whole, clinic by clinic, at each import."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.database import Base, UtcDateTime


class ClinicRow(Base):
    """A clinic, with what a channel needs to show it."""

    __tablename__ = "clinics"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    treatments: Mapped[list[str]] = mapped_column(JSON)
    country: Mapped[str]
    time_zone: Mapped[str]
    emergency_number: Mapped[str]
    crisis_line: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    address: Mapped[str | None]
    hours: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)
    screening: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reminders: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # How long conversations are kept; null where the setting RETENTION_DAYS decides.
    retention_days: Mapped[int | None]
    document_title: Mapped[str]
    signed_off_by: Mapped[str | None]
    signed_off_on: Mapped[date | None]
    checksum: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactRow(Base):
    """A typed fact, and how it reads in a sentence."""

    __tablename__ = "facts"

    clinic_id: Mapped[str] = mapped_column(
        ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str]
    section: Mapped[str]


class AnswerRow(Base):
    """A rendered answer. `origin`: the clinic's document, general.yml, a rule nearby, a reason."""

    __tablename__ = "answers"

    clinic_id: Mapped[str] = mapped_column(
        ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True
    )
    origin: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    urgency: Mapped[str]
    sources: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    disputed: Mapped[bool]
    statements: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class RuleRow(Base):
    """A timed aftercare rule; `phases` as in the pack, contradictions already merged."""

    __tablename__ = "rules"

    clinic_id: Mapped[str] = mapped_column(
        ForeignKey("clinics.id", ondelete="CASCADE"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    what: Mapped[str]
    note: Mapped[str] = mapped_column(Text)
    phases: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sources: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    disputed: Mapped[bool]
    statements: Mapped[list[dict[str, str]]] = mapped_column(JSON)
