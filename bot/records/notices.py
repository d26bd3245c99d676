"""Notices to a clinic by mail: that there is something in the console, put into the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.records.outbox import Kind, NewSending, State, schedule, sendings_of

# One conversation sends at most one notice of a sort in this time; what comes meanwhile goes along.
APART: Final = timedelta(minutes=10)
# Patients correct a request in the first minutes, or take it back.
REQUEST_WAIT: Final = timedelta(minutes=2)


def notify_of_request(
    session: Session, clinic_id: str, conversation_id: str, now: datetime
) -> None:
    """Have the clinic told that a request of this conversation waits."""
    notice = _Notice(Kind.REQUEST_NOTICE, "open", now + REQUEST_WAIT)
    _notify(session, clinic_id, conversation_id, notice, now)


def notify_of_alert(
    session: Session, clinic_id: str, conversation_id: str, level: str, now: datetime
) -> None:
    """Have the clinic told at once of a red flag; a graver one does not wait for an earlier."""
    notice = _Notice(Kind.ALERT_NOTICE, level, now)
    _notify(session, clinic_id, conversation_id, notice, now)


@dataclass(frozen=True, slots=True)
class _Notice:
    """`about` tells apart what may not wait for one another."""

    kind: Kind
    about: str
    due_at: datetime


def _notify(
    session: Session, clinic_id: str, conversation_id: str, notice: _Notice, now: datetime
) -> None:
    earlier = [
        one
        for one in sendings_of(session, conversation_id, [notice.kind])
        if one.detail["about"] == notice.about and one.state is not State.CANCELLED
    ]
    if any(one.state is State.SCHEDULED for one in earlier):
        return
    due_at = max([notice.due_at, *(one.due_at + APART for one in earlier)])
    key = f"{notice.about} {due_at.isoformat(timespec='seconds')}"
    detail = {"about": notice.about, "at": now.isoformat()}
    new = NewSending(notice.kind, key, due_at, detail=detail)
    schedule(session, clinic_id, conversation_id, new, now)
