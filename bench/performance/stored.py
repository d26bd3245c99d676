"""Filling a database with conversations: copies of one that was really held."""

import time
from uuid import uuid4

import httpx
from sqlalchemy import Connection, inspect, text

from bench.performance.subjects import CLINIC, MESSAGES
from bot.database import make_engine
from bot.settings import Settings

# Each table that holds a conversation's rows, with the column that names it.
TABLES = {
    "conversations": "id",
    "messages": "conversation_id",
    "buttons": "conversation_id",
    "conversation_events": "conversation_id",
    "events": "sender_id",
    "tracker_snapshots": "sender_id",
}
# Columns that the database numbers itself.
NUMBERED = {"events": "id"}
HELD = 2
_NUMBERS = (
    "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n "
    "WHERE i < :last)"
)
BATCH = 10_000


def fill(address: str, settings: Settings, upto: int) -> float:
    """Hold one conversation, and copy it until so many are stored; returns the seconds it took."""
    began = time.perf_counter()
    template = _held(address)
    engine = make_engine(settings.database)
    try:
        with engine.connect() as connection:
            stored = connection.scalar(text("SELECT count(*) FROM conversations")) or 0
        for first in range(stored + 1, upto + 1, BATCH):
            with engine.begin() as connection:
                _copy(connection, template, first, min(first + BATCH - 1, upto))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    finally:
        engine.dispose()
    return time.perf_counter() - began


def _held(address: str) -> str:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        opened = client.post("/api/conversations", json={"clinic": CLINIC}).json()
        for message in MESSAGES[:HELD]:
            client.post(
                f"/api/conversations/{opened['id']}/messages",
                json={"text": message},
                headers={"Authorization": f"Bearer {opened['token']}"},
            ).raise_for_status()
    return str(opened["id"])


def _copy(connection: Connection, template: str, first: int, last: int) -> None:
    """Copy every row of the template's, under new ids as long as real ones."""
    found = inspect(connection)
    prefix = uuid4().hex[:24]
    for table, key in TABLES.items():
        columns = [one["name"] for one in found.get_columns(table)]
        others = [name for name in columns if name not in (key, NUMBERED.get(table))]
        values = ", ".join([f"'{prefix}' || n.i", *(f't."{name}"' for name in others)])
        names = ", ".join(f'"{name}"' for name in [key, *others])
        # Names of our own tables and columns; what varies is bound.
        statement = (
            f'INSERT INTO "{table}" ({names}) {_NUMBERS} SELECT {values} '
            f'FROM "{table}" t CROSS JOIN n WHERE t."{key}" = :template'
        )
        connection.execute(text(statement), {"first": first, "last": last, "template": template})
