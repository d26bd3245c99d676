"""The removal of what is past its retention, for all clinics; by the gateway and by the CLI."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from sqlalchemy.orm import Session

from bot.database import Database
from bot.knowledge.repository import list_clinics
from bot.records.privacy import delete_trackers, orphaned_trackers
from bot.records.retention import (
    BATCH,
    Retention,
    clinics_with_conversations,
    past_retention,
    purge_conversations,
)
from bot.records.unplaced import count_unplaced, purge_unplaced


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed for a clinic, or would be: numbers of conversations and kept messages."""

    clinic_id: str
    days: int
    conversations: int
    unplaced: int


def purge(
    database: Database, default_days: int, now: datetime, *, dry_run: bool = False
) -> list[Purged]:
    """Remove what is past its time; with `dry_run` only count it. Twice is harmless.

    `default_days` holds where a clinic's pack names none. Transactions are short, so that
    patients who write meanwhile do not wait.
    """
    with database.read() as session:
        retentions = _retentions(session, default_days)
    purged = [_purge_clinic(database, one, now, dry_run=dry_run) for one in retentions]
    if not dry_run:
        remove_orphans(database)
        if any(one.conversations or one.unplaced for one in purged):
            database.scrub()
    return purged


def remove_orphans(database: Database) -> int:
    """Remove what Rasa saved after its conversation was deleted; returns how many events.

    Looking for it takes long where much is stored, so nobody is kept from writing meanwhile.
    """
    with database.read() as session:
        orphans = orphaned_trackers(session)
    removed = 0
    for ids in batched(orphans, BATCH):
        with database.write() as session:
            removed += delete_trackers(session, ids)
    return removed


def _retentions(session: Session, default_days: int) -> list[Retention]:
    own = {card.id: card.retention_days for card in list_clinics(session)}
    # A clinic whose pack was taken away still has its patients' conversations.
    every = sorted({*own, *clinics_with_conversations(session)})
    return [Retention(clinic, own.get(clinic) or default_days) for clinic in every]


def _purge_clinic(
    database: Database, retention: Retention, now: datetime, *, dry_run: bool
) -> Purged:
    clinic, first_day = retention.clinic_id, retention.cutoff(now).date()
    with database.read() as session:
        past = past_retention(session, retention, now)
        if dry_run:
            kept = count_unplaced(session, clinic, first_day)
            return Purged(clinic, retention.days, len(past), kept)
    removed = 0
    for ids in batched(past, BATCH):
        with database.write() as session:
            removed += purge_conversations(session, retention, ids, now)
    with database.write() as session:
        unplaced = purge_unplaced(session, clinic, first_day)
    return Purged(clinic, retention.days, removed, unplaced)
