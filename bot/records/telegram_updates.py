"""Updates from Telegram: stored before they are acknowledged, handled once, in order per chat.

What was handled keeps its number only, so that it is known when it comes again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, String, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.models import ID_LENGTH
from bot.records.upsert import insert_if_missing

# So often is an update tried that fails for a reason of its own.
MOST_TRIES = 3


class TelegramUpdateRow(Base):
    """An update by its number; `chat_id` and `body` only until it is handled."""

    __tablename__ = "telegram_updates"

    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    tries: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TelegramLeaseRow(Base):
    """Which process works on a chat now; gone when there is nothing to do."""

    __tablename__ = "telegram_leases"

    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(ID_LENGTH))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits to be handled; `body` is Telegram's JSON."""

    update_id: int
    body: dict[str, Any]
    tries: int


def store_update(
    session: Session,
    clinic_id: str,
    update_id: int,
    chat_id: int,
    *,
    body: dict[str, Any],
    now: datetime,
) -> None:
    """Store an update; one that came before stays as it is."""
    values = {
        "clinic_id": clinic_id,
        "update_id": update_id,
        "chat_id": chat_id,
        "body": body,
        "tries": 0,
        "received_at": now,
        "handled_at": None,
    }
    insert_if_missing(session, TelegramUpdateRow, values)


def waiting_updates(session: Session, clinic_id: str, chat_id: int) -> list[StoredUpdate]:
    """Return the updates of a chat that are not handled yet, in Telegram's order."""
    rows = session.scalars(
        select(TelegramUpdateRow)
        .where(
            TelegramUpdateRow.clinic_id == clinic_id,
            TelegramUpdateRow.chat_id == chat_id,
            TelegramUpdateRow.handled_at.is_(None),
        )
        .order_by(TelegramUpdateRow.update_id)
    )
    return [StoredUpdate(row.update_id, row.body or {}, row.tries) for row in rows]


def chats_with_updates(session: Session, clinic_ids: Collection[str]) -> list[tuple[str, int]]:
    """Return (clinic, chat) of all chats with updates that are not handled yet."""
    query = (
        select(TelegramUpdateRow.clinic_id, TelegramUpdateRow.chat_id)
        .where(
            TelegramUpdateRow.clinic_id.in_(clinic_ids),
            TelegramUpdateRow.handled_at.is_(None),
            TelegramUpdateRow.chat_id.is_not(None),
        )
        .distinct()
    )
    return [(clinic, chat) for clinic, chat in session.execute(query) if chat is not None]


def note_handled(session: Session, clinic_id: str, update_id: int, now: datetime) -> bool:
    """Forget all of an update but its number; False when it was handled already."""
    handled = session.scalar(
        update(TelegramUpdateRow)
        .where(
            TelegramUpdateRow.clinic_id == clinic_id,
            TelegramUpdateRow.update_id == update_id,
            TelegramUpdateRow.handled_at.is_(None),
        )
        .values(handled_at=now, body=None, chat_id=None)
        .returning(TelegramUpdateRow.update_id)
    )
    return handled is not None


def note_failed(session: Session, clinic_id: str, update_id: int, now: datetime) -> bool:
    """Count a failed try; after the last one the update is given up. Returns whether it was."""
    tries = session.scalar(
        update(TelegramUpdateRow)
        .where(TelegramUpdateRow.clinic_id == clinic_id, TelegramUpdateRow.update_id == update_id)
        .values(tries=TelegramUpdateRow.tries + 1)
        .returning(TelegramUpdateRow.tries)
    )
    given_up = tries is not None and tries >= MOST_TRIES
    if given_up:
        note_handled(session, clinic_id, update_id, now)
    return given_up


def forget_handled(session: Session, before: datetime) -> int:
    """Remove what was handled before a moment, and leases of that time; returns how many updates.

    Telegram sends an update again for a day at most.
    """
    session.execute(delete(TelegramLeaseRow).where(TelegramLeaseRow.until < before))
    removed = session.scalars(
        delete(TelegramUpdateRow)
        # Nothing is handled before it came, and by that the rows are found at once.
        .where(TelegramUpdateRow.received_at < before, TelegramUpdateRow.handled_at < before)
        .returning(TelegramUpdateRow.update_id)
    )
    return len(removed.all())


def take_lease(
    session: Session,
    clinic_id: str,
    chat_id: int,
    holder: str,
    *,
    now: datetime,
    until: datetime,
) -> bool:
    """Take or renew the right to work on a chat; False while another process has it."""
    values = {"clinic_id": clinic_id, "chat_id": chat_id, "holder": holder, "until": until}
    insert_if_missing(session, TelegramLeaseRow, values)
    taken = session.scalar(
        update(TelegramLeaseRow)
        .where(
            TelegramLeaseRow.clinic_id == clinic_id,
            TelegramLeaseRow.chat_id == chat_id,
            (TelegramLeaseRow.holder == holder)
            | (TelegramLeaseRow.until < now)
            # No lease is so long: the clock was set back. Clocks may differ by a lease.
            | (TelegramLeaseRow.until > until + (until - now)),
        )
        .values(holder=holder, until=until)
        .returning(TelegramLeaseRow.chat_id)
    )
    return taken is not None


def release_lease(
    session: Session, clinic_id: str, chat_id: int, holder: str, *, even_if_waiting: bool = False
) -> bool:
    """Give a chat back; False while updates wait in it, which the holder has to handle first."""
    waiting = exists().where(
        TelegramUpdateRow.clinic_id == clinic_id,
        TelegramUpdateRow.chat_id == chat_id,
        TelegramUpdateRow.handled_at.is_(None),
    )
    if not even_if_waiting and session.scalar(select(waiting)):
        return False
    session.execute(
        delete(TelegramLeaseRow).where(
            TelegramLeaseRow.clinic_id == clinic_id,
            TelegramLeaseRow.chat_id == chat_id,
            TelegramLeaseRow.holder == holder,
        )
    )
    return True


def release_all_leases(session: Session, clinic_id: str) -> None:
    """Free all chats of a clinic's bot: for a bot that only one process can serve."""
    session.execute(delete(TelegramLeaseRow).where(TelegramLeaseRow.clinic_id == clinic_id))
