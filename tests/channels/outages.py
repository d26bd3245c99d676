"""The database of a running gateway, out of reach for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from bot.database import Database

# A port that nothing listens on.
NOBODY_THERE = "postgresql://postgres@127.0.0.1:1/saphena"


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Keep every other writer of the file waiting."""
    with database.write() as session:
        session.connection()  # which begins
        yield


@contextmanager
def lost(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody read or write."""
    down = OperationalError("select", {}, Exception("down"))

    async def fail(_work: object) -> None:
        raise down

    with monkeypatch.context() as changed:
        changed.setattr(database, "reading", fail)
        changed.setattr(database, "writing", fail)
        yield
