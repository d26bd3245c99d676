"""Who of a clinic's people saw and did what. Ids and actions only, nothing of a patient."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH
from bot.records.staff import LOGIN_LENGTH


class Action(StrEnum):
    """What was seen or done."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOGGED_OUT = "logged_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_SET = "password_set"  # noqa: S105
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    THROTTLE_RESET = "throttle_reset"
    SAW_REQUESTS = "saw_requests"
    SAW_CONVERSATION = "saw_conversation"
    EXPORTED_REQUESTS = "exported_requests"
    TOOK = "took"
    ANSWERED = "answered"
    GAVE_BACK = "gave_back"
    TIMED_OUT = "timed_out"
    PATIENT_LEFT = "patient_left"
    DONE = "done"
    RED_FLAG = "red_flag"


class AuditRow(Base):
    """One thing that was seen or done. It stays when the conversation is deleted."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(32))
    # The login name; null for what the program did by itself, or somebody at the command line.
    who: Mapped[str | None] = mapped_column(String(LOGIN_LENGTH))
    # What it was done to: the id of a conversation or request, or another login name.
    subject: Mapped[str | None] = mapped_column(String(ID_LENGTH))


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log. See `AuditRow`."""

    at: datetime
    action: Action
    who: str | None
    subject: str | None


def add_audit(
    session: Session,
    clinic_id: str,
    action: Action,
    now: datetime,
    *,
    who: str | None = None,
    subject: str | None = None,
    unless_since: datetime | None = None,
) -> None:
    """Add a line; with `unless_since` only if the same one was not added after that time."""
    same = (
        AuditRow.clinic_id == clinic_id,
        AuditRow.action == action,
        AuditRow.who == who,
        AuditRow.subject == subject,
    )
    if unless_since is not None:
        added = exists().where(*same, AuditRow.at > unless_since)
        if session.scalar(select(added)):
            return
    session.add(AuditRow(clinic_id=clinic_id, at=now, action=action, who=who, subject=subject))


def list_audit(
    session: Session, clinic_id: str, *, limit: int, before: int | None = None
) -> list[tuple[int, AuditEntry]]:
    """Return a clinic's newest lines with their numbers; with `before`, those of lower numbers."""
    query = select(AuditRow).where(AuditRow.clinic_id == clinic_id)
    if before is not None:
        query = query.where(AuditRow.id < before)
    rows = session.scalars(query.order_by(AuditRow.id.desc()).limit(limit))
    return [(row.id, AuditEntry(row.at, Action(row.action), row.who, row.subject)) for row in rows]
