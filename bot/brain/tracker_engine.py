"""Connections of the tracker store that stay open, set up as the gateway's are.

Rasa opens a SQLite file anew at every use, and syncs it to the disk at every commit. The file has a
write-ahead log (bot/database.py), which stays whole without that: after a power failure the last
moments may be missing, in Rasa's part as in the gateway's.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "secure_delete=ON",  # what a patient had deleted is overwritten, not only unlinked
    "busy_timeout=10000",
)


def keeping_connections(engine: Engine) -> Engine:
    """Return an engine on the same database that keeps its connections; the given one is closed."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return engine
    engine.dispose()
    kept: Engine = sa.create_engine(
        engine.url,
        poolclass=QueuePool,
        # A connection is used by one thread at a time, but not always by the same.
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    sa.event.listen(kept, "connect", _prepare)
    return kept


def _prepare(connection: Any, _entry: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
