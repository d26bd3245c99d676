"""What the assistant has to send by itself, at its time: reminders, mails, notices to the clinic.

One row is one sending. It is claimed in a transaction, so that of several workers one takes it, and
a claim ends by itself when its worker dies. What cannot be taken back once begun (a mail) is marked
as tried before; if its worker dies then, it is not tried again: sent at most once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH

# How long a worker may take for one sending before another takes it over.
LEASE: Final = timedelta(minutes=2)


class State(StrEnum):
    """What became of a sending."""

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Kind(StrEnum):
    """What is sent; the worker has one handler for each."""

    REMINDER = "reminder"
    PLAN_MAIL = "plan_mail"
    REQUEST_NOTICE = "request_notice"
    ALERT_NOTICE = "alert_notice"


# Their detail holds a patient's e-mail address, which goes as soon as the sending is settled.
PERSONAL: Final = frozenset({Kind.PLAN_MAIL})


class OutboxRow(Base):
    """A sending. `key` names it within its conversation and kind, so that it is there once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("conversation_id", "kind", "key"),
        CheckConstraint(
            "state IN ('scheduled', 'claimed', 'sent', 'cancelled', 'failed')", name="state"
        ),
        Index(None, "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default=State.SCHEDULED)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # After this it helps nobody any more; null: however late, it is sent.
    useful_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When something began that cannot be taken back.
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Why it was cancelled or failed: one word.
    reason: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class NewSending:
    """Something to send at `due_at`. `detail` is plain JSON for its handler."""

    kind: Kind
    key: str
    due_at: datetime
    useful_until: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sending:
    """A row as it stands. `claim` identifies the worker's hold on it."""

    id: int
    clinic_id: str
    conversation_id: str
    kind: Kind
    key: str
    state: State
    due_at: datetime
    claim: datetime | None
    attempts: int
    detail: dict[str, Any]
    reason: str | None = None


def schedule(
    session: Session, clinic_id: str, conversation_id: str, new: NewSending, now: datetime
) -> None:
    """Put something into the outbox. Once there it stays as it is, unless it was cancelled."""
    row = session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.kind == new.kind,
            OutboxRow.key == new.key,
        )
        .with_for_update()
    )
    if row is None:
        row = OutboxRow(
            clinic_id=clinic_id,
            conversation_id=conversation_id,
            kind=new.kind,
            key=new.key,
            created_at=now,
        )
        session.add(row)
    elif row.state != State.CANCELLED:
        return
    row.state, row.due_at, row.useful_until = State.SCHEDULED, new.due_at, new.useful_until
    row.detail, row.reason, row.settled_at = new.detail, None, None
    session.flush()


def cancel(
    session: Session,
    conversation_id: str,
    kind: Kind,
    now: datetime,
    *,
    reason: str,
    keep: Collection[str] = (),
) -> int:
    """Cancel what is not sent yet of a kind, but for the keys to keep; returns how many."""
    cancelled = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.kind == kind,
            OutboxRow.state.in_((State.SCHEDULED, State.CLAIMED)),
            OutboxRow.tried_at.is_(None),
            OutboxRow.key.not_in(keep),
        )
        .values(_settled(kind, State.CANCELLED, now, reason))
    )
    return int(getattr(cancelled, "rowcount", 0))


def replan(
    session: Session,
    clinic_id: str,
    conversation_id: str,
    kind: Kind,
    wanted: Iterable[NewSending],
    *,
    now: datetime,
) -> None:
    """Make the outbox hold what is wanted of a kind and nothing else; what is sent stays sent."""
    new = {one.key: one for one in wanted}
    cancel(session, conversation_id, kind, now, reason="replanned", keep=new)
    for one in new.values():
        schedule(session, clinic_id, conversation_id, one, now)


def claim_due(
    session: Session, now: datetime, kinds: Collection[Kind], limit: int = 20
) -> list[Sending]:
    """Claim what is due, the longest due first; what another worker holds is passed over.

    What nobody needs any more is cancelled, and what a worker died over while it was being sent
    is failed, as nobody can tell whether it got out.
    """
    rows = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.kind.in_(kinds),
            OutboxRow.due_at <= now,
            or_(
                OutboxRow.state == State.SCHEDULED,
                (OutboxRow.state == State.CLAIMED)
                & or_(
                    OutboxRow.claimed_until <= now,
                    # No claim is so long: the clock was set back. Clocks may differ by a lease.
                    OutboxRow.claimed_until > now + 2 * LEASE,
                ),
            ),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        # Nothing on SQLite, where a writing transaction is the only one from its start.
        .with_for_update(skip_locked=True)
    ).all()
    return [_sending(row) for row in rows if _claim(row, now)]


def _claim(row: OutboxRow, now: datetime) -> bool:
    if row.tried_at is not None:
        _close(row, State.FAILED, now, "interrupted")
        return False
    if row.useful_until is not None and row.useful_until < now:
        _close(row, State.CANCELLED, now, "too_late")
        return False
    row.state, row.claimed_until, row.attempts = State.CLAIMED, now + LEASE, row.attempts + 1
    return True


def _close(row: OutboxRow, state: State, now: datetime, reason: str | None) -> None:
    for name, value in _settled(Kind(row.kind), state, now, reason).items():
        setattr(row, name, value)


def _settled(kind: Kind, state: State, now: datetime, reason: str | None) -> dict[str, Any]:
    values = {"state": state, "reason": reason, "settled_at": now, "claimed_until": None}
    return values | ({"detail": {}} if kind in PERSONAL else {})


def overdue(session: Session, kind: Kind, now: datetime) -> tuple[int, datetime | None]:
    """Return how many sendings of a kind are due and not sent, and when the first was due."""
    count, oldest = session.execute(
        select(func.count(), func.min(OutboxRow.due_at)).where(
            OutboxRow.kind == kind,
            OutboxRow.due_at <= now,
            OutboxRow.state.in_((State.SCHEDULED, State.CLAIMED)),
        )
    ).one()
    return count, oldest


def note_trying(session: Session, sending: Sending, now: datetime) -> bool:
    """Mark that something begins which cannot be taken back; False when the claim is lost."""
    return _change(session, sending, {"tried_at": now})


def settle(
    session: Session, sending: Sending, state: State, now: datetime, reason: str | None = None
) -> bool:
    """End a sending as sent, cancelled or failed; False when the claim is lost."""
    return _change(session, sending, _settled(sending.kind, state, now, reason))


def put_off(session: Session, sending: Sending, due_at: datetime) -> bool:
    """Give a claimed sending back, to be tried again at `due_at`; False when the claim is lost."""
    return _change(
        session,
        sending,
        {"state": State.SCHEDULED, "due_at": due_at, "claimed_until": None, "tried_at": None},
    )


def _change(session: Session, sending: Sending, values: dict[str, Any]) -> bool:
    changed = session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == sending.id,
            OutboxRow.state == State.CLAIMED,
            OutboxRow.claimed_until == sending.claim,
        )
        .values(values)
    )
    return bool(getattr(changed, "rowcount", 0))


def count_since(session: Session, conversation_id: str, kind: Kind, since: datetime) -> int:
    """Return how many of a kind a conversation put into the outbox since a moment."""
    counted = session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.kind == kind,
            OutboxRow.created_at >= since,
        )
    )
    return counted or 0


def sendings_of(
    session: Session, conversation_id: str, kinds: Collection[Kind] = tuple(Kind)
) -> list[Sending]:
    """Return a conversation's sendings, by when they are due."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.conversation_id == conversation_id, OutboxRow.kind.in_(kinds))
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )
    return [_sending(row) for row in rows]


def _sending(row: OutboxRow) -> Sending:
    return Sending(
        id=row.id,
        clinic_id=row.clinic_id,
        conversation_id=row.conversation_id,
        kind=Kind(row.kind),
        key=row.key,
        state=State(row.state),
        due_at=row.due_at,
        claim=row.claimed_until,
        attempts=row.attempts,
        detail=dict(row.detail),
        reason=row.reason,
    )
