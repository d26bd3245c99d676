"""Who answers a conversation: the assistant, or a person of the clinic. One row a conversation.

A change is one UPDATE that names the state it expects, so of several gateways one succeeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH, ConversationRow
from bot.records.plain import ConversationGoneError
from bot.records.staff import StaffAccountRow
from bot.records.upsert import insert_if_missing

State = Literal["waiting", "held", "ended"]

_ENDED: Mapping[str, Any] = {"state": "ended", "held_by": None, "told_at": None}


class HandoverRow(Base):
    """The handover of a conversation. It goes when its conversation is deleted."""

    __tablename__ = "handovers"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'held', 'ended')", name="state"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    state: Mapped[str] = mapped_column(String(16))
    # Why a person was asked for, as a short code ("asked", "complaint"); never a patient's words.
    reason: Mapped[str] = mapped_column(String(ID_LENGTH))
    # Since when the patient waits, or last waited, for a person to take the conversation.
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_by: Mapped[str | None] = mapped_column(ForeignKey(StaffAccountRow.id, ondelete="SET NULL"))
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last thing that staff did in it, and the first message of the patient since then.
    staff_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    patient_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the patient was told that nobody is free, or that nobody has answered yet.
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last form that staff sent in it: the same one sent twice counts once.
    last_form: Mapped[str | None] = mapped_column(String(ID_LENGTH))


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover as it stands; `held_by` is the id of a staff account. See `HandoverRow`."""

    conversation_id: str
    clinic_id: str
    state: State
    reason: str
    asked_at: datetime
    held_by: str | None
    held_at: datetime | None
    staff_at: datetime | None
    patient_at: datetime | None
    told_at: datetime | None


def find_handover(session: Session, conversation_id: str) -> Handover | None:
    """Return the handover of a conversation, or None if nobody was ever asked for."""
    row = session.get(HandoverRow, conversation_id)
    return to_handover(row) if row else None


def request_person(
    session: Session, clinic_id: str, conversation_id: str, reason: str, now: datetime
) -> None:
    """Note that the patient wants a person; `reason` is a short code, such as "asked".

    Asking again changes nothing while the patient waits or is with a person; once told that
    nobody is free, the wait begins anew. Raises ConversationGoneError when the clinic has no
    such conversation.
    """
    _require_row(session, clinic_id, conversation_id, reason, now)
    waited_in_vain = (HandoverRow.state == "waiting") & HandoverRow.told_at.is_not(None)
    _change(
        session,
        conversation_id,
        or_(HandoverRow.state == "ended", waited_in_vain),
        state="waiting",
        reason=reason,
        asked_at=now,
        told_at=None,
        held_by=None,
    )


def take(
    session: Session,
    clinic_id: str,
    conversation_id: str,
    account_id: str,
    *,
    holder: str | None,
    now: datetime,
) -> bool:
    """Let staff hold the conversation; tell whether it changed hands.

    `holder` is who was seen to hold it (None: nobody); if another does by now, nothing changes.
    Raises ConversationGoneError when the clinic has no such conversation.
    """
    _require_row(session, clinic_id, conversation_id, "taken", now)
    free = HandoverRow.state != "held"
    expected = free if holder is None else _held_by(holder)
    return _change(
        session,
        conversation_id,
        expected & or_(free, HandoverRow.held_by.is_distinct_from(account_id)),
        state="held",
        held_by=account_id,
        held_at=now,
        staff_at=now,
        patient_at=None,
        told_at=None,
    )


def note_staff_message(
    session: Session, conversation_id: str, account_id: str, form: str, now: datetime
) -> bool:
    """Note that its holder writes; False when another holds it, or the form was sent before."""
    return _change(
        session,
        conversation_id,
        _held_by(account_id) & HandoverRow.last_form.is_distinct_from(form),
        staff_at=now,
        patient_at=None,
        told_at=None,
        last_form=form,
    )


def note_patient_message(session: Session, conversation_id: str, now: datetime) -> bool:
    """Note that the patient writes to the staff who hold the conversation."""
    expected = (HandoverRow.state == "held") & HandoverRow.patient_at.is_(None)
    return _change(session, conversation_id, expected, patient_at=now)


def give_back(session: Session, conversation_id: str, account_id: str) -> bool:
    """Let the assistant answer again; False when the account does not hold the conversation."""
    return _change(session, conversation_id, _held_by(account_id), **_ENDED)


def leave(session: Session, conversation_id: str) -> bool:
    """Let the assistant answer again because the patient says so."""
    return _change(session, conversation_id, HandoverRow.state == "held", **_ENDED)


def end_silent(session: Session, conversation_id: str, before: datetime) -> bool:
    """Let the assistant answer again if its holder has done nothing since `before`."""
    expected = (HandoverRow.state == "held") & (HandoverRow.staff_at <= before)
    return _change(session, conversation_id, expected, **_ENDED)


def end_waiting(session: Session, conversation_id: str) -> bool:
    """End a wait that nobody will answer live."""
    return _change(session, conversation_id, HandoverRow.state == "waiting", **_ENDED)


def note_told_nobody_free(
    session: Session, conversation_id: str, before: datetime, now: datetime
) -> bool:
    """Note that a patient who waits since `before` is told so; once a wait."""
    return _change(session, conversation_id, _waits_since(before), told_at=now)


def note_told_no_answer(
    session: Session, conversation_id: str, before: datetime, now: datetime
) -> bool:
    """Note that a patient without an answer since `before` is told so; not told since `before`."""
    told = HandoverRow.told_at
    expected = _unanswered_since(before) & or_(told.is_(None), told <= before)
    return _change(session, conversation_id, expected, told_at=now)


def held_by(session: Session, account_id: str) -> list[str]:
    """Return the ids of the conversations that an account holds."""
    held = select(HandoverRow.conversation_id).where(_held_by(account_id))
    return list(session.scalars(held))


def waiting_since(session: Session, before: datetime) -> list[Handover]:
    """Return, of all clinics, who waits since `before` and was not told that nobody is free."""
    return _find(session, _waits_since(before))


def unanswered_since(session: Session, before: datetime) -> list[Handover]:
    """Return, of all clinics, who has no answer of staff since `before` and was not told so."""
    return _find(session, _unanswered_since(before) & HandoverRow.told_at.is_(None))


def silent_since(session: Session, before: datetime) -> list[Handover]:
    """Return, of all clinics, what staff hold without having done anything since `before`."""
    return _find(session, (HandoverRow.state == "held") & (HandoverRow.staff_at <= before))


def _require_row(
    session: Session, clinic_id: str, conversation_id: str, reason: str, now: datetime
) -> None:
    owned = select(ConversationRow.id).where(
        ConversationRow.id == conversation_id, ConversationRow.clinic_id == clinic_id
    )
    if session.scalar(owned) is None:
        raise ConversationGoneError(conversation_id)
    values = {
        "conversation_id": conversation_id,
        "clinic_id": clinic_id,
        "state": "ended",
        "reason": reason,
        "asked_at": now,
    }
    insert_if_missing(session, HandoverRow, values)


def _held_by(account_id: str) -> ColumnElement[bool]:
    return (HandoverRow.state == "held") & (HandoverRow.held_by == account_id)


def _waits_since(before: datetime) -> ColumnElement[bool]:
    waits = (HandoverRow.state == "waiting") & HandoverRow.told_at.is_(None)
    return waits & (HandoverRow.asked_at <= before)


def _unanswered_since(before: datetime) -> ColumnElement[bool]:
    return (HandoverRow.state == "held") & (HandoverRow.patient_at <= before)


def _find(session: Session, wanted: ColumnElement[bool]) -> list[Handover]:
    return [to_handover(row) for row in session.scalars(select(HandoverRow).where(wanted))]


def _change(
    session: Session, conversation_id: str, expected: ColumnElement[bool], **values: Any
) -> bool:
    """Change a handover if it is as expected; tell whether it was."""
    changed = session.scalar(
        update(HandoverRow)
        .where(HandoverRow.conversation_id == conversation_id, expected)
        .values(**values)
        .returning(HandoverRow.conversation_id)
    )
    return changed is not None


def to_handover(row: HandoverRow) -> Handover:
    """Return a row as plain data."""
    state: State = row.state  # type: ignore[assignment]  # the table's constraint sees to it
    return Handover(
        conversation_id=row.conversation_id,
        clinic_id=row.clinic_id,
        state=state,
        reason=row.reason,
        asked_at=row.asked_at,
        held_by=row.held_by,
        held_at=row.held_at,
        staff_at=row.staff_at,
        patient_at=row.patient_at,
        told_at=row.told_at,
    )
