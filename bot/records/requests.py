"""What patients ask of a clinic, for its staff to read: contact me, move or cancel a visit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.care.booking.request import MOST_NAMES, ContactRequest, Family, Status, beside
from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH

MAX_REACH = 320


class RequestRow(Base):
    """A request to a clinic. It goes when its conversation is deleted.

    One per clinic, person, day and family of kinds: asking again changes it.
    """

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("clinic_id", "reach", "day", "family"),
        CheckConstraint(
            "kind IN ('consultation', 'call_back', 'reschedule', 'cancel')", name="kind"
        ),
        CheckConstraint("family IN ('contact', 'appointment')", name="family"),
        CheckConstraint("status IN ('open', 'done', 'withdrawn')", name="status"),
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(16))
    family: Mapped[str] = mapped_column(String(16))
    # The day at the clinic on which it was asked.
    day: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(MOST_NAMES))
    reach: Mapped[str] = mapped_column(String(MAX_REACH))
    # An e-mail address beside a phone number.
    other_reach: Mapped[str] = mapped_column(String(MAX_REACH))
    # Which appointment is to be moved or cancelled, in the patient's words.
    appointment: Mapped[str] = mapped_column(Text)
    # When the patient would like it: in their own words, and what was understood.
    preferred: Mapped[str] = mapped_column(Text)
    times: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    topic: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    reason: Mapped[str] = mapped_column(Text)
    # The summary of a screening, only where the patient agreed to share it.
    screening: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    status: Mapped[str] = mapped_column(String(16), index=True)
    # What staff noted on it.
    note: Mapped[str] = mapped_column(Text)
    # When the patient agreed to be contacted.
    consent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as the clinic reads it; see ContactRequest and RequestRow for its fields."""

    id: str
    conversation_id: str
    kind: str
    day: date
    name: str
    reach: str
    other_reach: str
    appointment: str
    preferred: str
    times: Mapping[str, Any] | None
    topic: str | None
    reason: str
    screening: Mapping[str, Any] | None
    status: str
    note: str
    consent_at: datetime
    created_at: datetime
    changed_at: datetime


def save_request(
    session: Session, clinic_id: str, conversation_id: str, wanted: ContactRequest, now: datetime
) -> str:
    """Store a request and return its id; the same person's of the same day is changed instead.

    `now` is the moment of consent, in the clinic's zone: its date is the request's day.
    """
    found = _replaced(session, clinic_id, conversation_id, wanted, now.date())
    known = session.scalar(_of_person(clinic_id, wanted, now.date()).with_for_update())
    name = wanted.name
    if known is not None and known.conversation_id != conversation_id:
        name = beside(known.name, wanted.name)
    told = {
        "conversation_id": conversation_id,
        "kind": str(wanted.kind),
        "name": name or (known.name if known else ""),
        "other_reach": wanted.other_reach,
        "appointment": wanted.appointment,
        "preferred": wanted.preferred,
        "times": wanted.times and dict(wanted.times),
        "topic": wanted.topic or (known.topic if known else None),
        "reason": wanted.reason,
        "screening": wanted.screening and dict(wanted.screening),
        "status": str(Status.OPEN),
        "consent_at": now,
        "changed_at": now,
    }
    values = told | {
        "id": found.id if found else str(uuid4()),
        "clinic_id": clinic_id,
        "family": str(wanted.kind.family),
        "day": now.date(),
        "reach": wanted.reach,
        "note": found.note if found else "",
        "created_at": found.created_at if found else now,
    }
    # One statement, so that two writers at once end up with one request.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    stored = session.scalar(
        insert(RequestRow)
        .values(values)
        .on_conflict_do_update(index_elements=["clinic_id", "reach", "day", "family"], set_=told)
        .returning(RequestRow.id)
    )
    session.expire_all()
    return str(stored)


def list_requests(
    session: Session, clinic_id: str, statuses: Collection[Status] = tuple(Status)
) -> list[StoredRequest]:
    """Return a clinic's requests, newest first."""
    rows = session.scalars(
        select(RequestRow)
        .where(RequestRow.clinic_id == clinic_id, RequestRow.status.in_(statuses))
        .order_by(RequestRow.created_at.desc(), RequestRow.id)
    )
    return [_stored(row) for row in rows]


def requests_of_conversation(session: Session, conversation_id: str) -> list[StoredRequest]:
    """Return what was asked of the clinic in a conversation, in order."""
    rows = session.scalars(
        select(RequestRow)
        .where(RequestRow.conversation_id == conversation_id)
        .order_by(RequestRow.created_at, RequestRow.id)
    )
    return [_stored(row) for row in rows]


def get_request(session: Session, clinic_id: str, request_id: str) -> StoredRequest | None:
    """Return a clinic's request, or None if the clinic has none of that id."""
    row = session.get(RequestRow, request_id)
    return _stored(row) if row is not None and row.clinic_id == clinic_id else None


def close_request(
    session: Session,
    clinic_id: str,
    request_id: str,
    status: Status,
    *,
    note: str = "",
    now: datetime,
) -> bool:
    """Give a clinic's request another status, and a note if there is one; False: no such one."""
    values: dict[str, Any] = {"status": str(status), "changed_at": now}
    changed = session.scalar(
        update(RequestRow)
        .where(RequestRow.id == request_id, RequestRow.clinic_id == clinic_id)
        .values(values | ({"note": note} if note else {}))
        .returning(RequestRow.id)
    )
    return changed is not None


def withdraw_requests(session: Session, conversation_id: str, family: Family, now: datetime) -> int:
    """Withdraw what is still open of a conversation's requests of a family; return how many."""
    withdrawn = session.scalars(
        update(RequestRow)
        .where(
            RequestRow.conversation_id == conversation_id,
            RequestRow.family == str(family),
            RequestRow.status == str(Status.OPEN),
        )
        .values(status=str(Status.WITHDRAWN), changed_at=now)
        .returning(RequestRow.id)
    )
    return len(withdrawn.all())


@dataclass(frozen=True, slots=True)
class _Former:
    id: str
    note: str
    created_at: datetime


def _replaced(
    session: Session, clinic_id: str, conversation_id: str, wanted: ContactRequest, day: date
) -> _Former | None:
    """Take out the request that this one corrects; its id, note and moment live on."""
    if wanted.replaces in (None, wanted.reach):
        return None
    gone = session.execute(
        delete(RequestRow)
        .where(
            RequestRow.clinic_id == clinic_id,
            RequestRow.conversation_id == conversation_id,
            RequestRow.reach == wanted.replaces,
            RequestRow.family == str(wanted.kind.family),
            RequestRow.day == day,
        )
        .returning(RequestRow.id, RequestRow.note, RequestRow.created_at)
    ).first()
    return _Former(*gone) if gone else None


def _of_person(clinic_id: str, wanted: ContactRequest, day: date) -> Select[RequestRow]:
    return select(RequestRow).where(
        RequestRow.clinic_id == clinic_id,
        RequestRow.reach == wanted.reach,
        RequestRow.day == day,
        RequestRow.family == str(wanted.kind.family),
    )


def _stored(row: RequestRow) -> StoredRequest:
    return StoredRequest(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=row.kind,
        day=row.day,
        name=row.name,
        reach=row.reach,
        other_reach=row.other_reach,
        appointment=row.appointment,
        preferred=row.preferred,
        times=row.times,
        topic=row.topic,
        reason=row.reason,
        screening=row.screening,
        status=row.status,
        note=row.note,
        consent_at=row.consent_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
