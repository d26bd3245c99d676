"""Queries on the clinics' knowledge."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.care.answer import Source, Urgency
from bot.care.hours import read_hours
from bot.care.protocol import Protocol, Said
from bot.care.rules import Kind, Phase, Rule, Window
from bot.knowledge.models import AnswerRow, ClinicRow, RuleRow
from bot.knowledge.reminders import timetable_from_json
from bot.knowledge.screening_store import screening_from_json

# Asked at every message, so it is made once.
_CHECKSUM: Final = select(ClinicRow.checksum).where(ClinicRow.id == bindparam("clinic"))


@dataclass(frozen=True, slots=True)
class ClinicCard:
    """What a channel shows of a clinic."""

    id: str
    name: str
    treatments: tuple[str, ...]
    country: str
    time_zone: str
    phone: str | None
    website: str | None
    emergency_number: str
    crisis_line: str | None
    retention_days: int | None = None
    hours: dict[str, list[str]] | None = None
    email: str | None = None


def list_clinics(session: Session) -> list[ClinicCard]:
    """Return all clinics by name."""
    rows = session.scalars(select(ClinicRow).order_by(ClinicRow.name))
    return [to_card(row) for row in rows]


def get_clinic(session: Session, clinic_id: str) -> ClinicCard | None:
    """Return one clinic, or None if there is none of that id."""
    row = session.get(ClinicRow, clinic_id)
    return to_card(row) if row else None


def clinic_checksum(session: Session, clinic_id: str) -> str | None:
    """Return the checksum of the pack last imported, or None if there is no such clinic."""
    checksum: str | None = session.connection().scalar(_CHECKSUM, {"clinic": clinic_id})
    return checksum


def load_protocol(
    session: Session, clinic_id: str, *, default_retention_days: int = 30
) -> Protocol | None:
    """Return everything the assistant knows for a clinic, or None if there is no such clinic.

    `default_retention_days` holds where the clinic's pack names no number of days.
    """
    clinic = session.get(ClinicRow, clinic_id)
    if clinic is None:
        return None
    answers = list(session.scalars(select(AnswerRow).where(AnswerRow.clinic_id == clinic_id)))
    rules = session.scalars(select(RuleRow).where(RuleRow.clinic_id == clinic_id))
    return Protocol(
        clinic_id=clinic.id,
        name=clinic.name,
        treatments=tuple(clinic.treatments),
        country=clinic.country,
        time_zone=clinic.time_zone,
        phone=clinic.phone,
        emergency_number=clinic.emergency_number,
        crisis_line=clinic.crisis_line,
        hours=read_hours(clinic.hours),
        answers=_said(answers, "clinic"),
        general=_said(answers, "general"),
        near_rules=_said(answers, "near"),
        reasons=_said(answers, "reason"),
        rules={row.topic: _rule(row) for row in rules},
        screening=screening_from_json(clinic.screening),
        timetable=timetable_from_json(clinic.reminders),
        retention_days=clinic.retention_days or default_retention_days,
    )


def to_card(row: ClinicRow) -> ClinicCard:
    """Return a row as plain data."""
    return ClinicCard(
        id=row.id,
        name=row.name,
        treatments=tuple(row.treatments),
        country=row.country,
        time_zone=row.time_zone,
        phone=row.phone,
        website=row.website,
        emergency_number=row.emergency_number,
        crisis_line=row.crisis_line,
        retention_days=row.retention_days,
        hours=row.hours,
        email=row.email,
    )


def _said(rows: Iterable[AnswerRow], origin: str) -> dict[str, Said]:
    return {
        row.topic: Said(row.text, _sources(row.sources), Urgency(row.urgency), row.disputed)
        for row in rows
        if row.origin == origin
    }


def _rule(row: RuleRow) -> Rule:
    return Rule(
        topic=row.topic,
        kind=Kind(row.kind),
        what=row.what,
        phases=tuple(_phase(phase) for phase in row.phases),
        sources=_sources(row.sources),
        note=row.note,
        disputed=row.disputed,
    )


def _phase(phase: dict[str, Any]) -> Phase:
    return Phase(
        name=phase["name"],
        window=Window(**phase["window"]) if phase["window"] else None,
        veins=frozenset(phase["veins"]) if phase["veins"] is not None else None,
    )


def _sources(rows: Iterable[dict[str, str]]) -> tuple[Source, ...]:
    return tuple(Source(**row) for row in rows)
