"""One turn of a conversation at a time, over all workers: Rasa's lock store, as it can be replaced.

Rasa's own in memory knows one process; its Redis one reads a lock, changes it and writes it back,
which two workers may do at once. Here the database (or, for SQLite, the file system) holds the lock
for as long as the worker lives: PostgreSQL's advisory locks end with their connection, file locks
with their process. LOCK_URL names it; without one the lock is this process's alone.
"""

import asyncio
import fcntl
import hashlib
import os
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore

POLL_SECONDS = 0.01
FILE = "file://"
# Conversations share a lock file with a few others, which only makes them wait for each other.
FILES = 256
CONNECTIONS = 64


class Shared(ABC):
    """A lock between processes. `take` gives what `release` needs, or None while it is taken."""

    @abstractmethod
    def take(self, key: int) -> Any:
        """Take the lock of this number if it is free, without waiting."""

    @abstractmethod
    def release(self, key: int, held: Any) -> None:
        """Let it go."""


class Alone(Shared):
    """No other process: the lock is always free."""

    def take(self, key: int) -> Any:
        """Take it."""
        return True

    def release(self, key: int, held: Any) -> None:
        """Nothing is held."""


class Files(Shared):
    """Locks on files of a folder, for the workers of one machine."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def take(self, key: int) -> Any:
        """Lock the file."""
        file = (self._folder / f"{key % FILES}.lock").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return file

    def release(self, key: int, held: Any) -> None:
        """Close it."""
        held.close()


class Advisory(Shared):
    """PostgreSQL's advisory locks, for the workers of any machine."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(
            url, pool_size=CONNECTIONS, max_overflow=0, isolation_level="AUTOCOMMIT"
        )

    def take(self, key: int) -> Any:
        """Take the lock on a connection that then belongs to the turn."""
        connection = self._engine.connect()
        try:
            if connection.execute(_TAKE, {"key": key}).scalar():
                return connection
        except BaseException:
            connection.invalidate()
            raise
        connection.close()
        return None

    def release(self, key: int, held: Any) -> None:
        """Give it back. A connection that is broken has let go of it already."""
        try:
            held.execute(_RELEASE, {"key": key})
        except sa.exc.DBAPIError:
            held.invalidate()
        held.close()


_TAKE = sa.text("SELECT pg_try_advisory_lock(:key)")
_RELEASE = sa.text("SELECT pg_advisory_unlock(:key)")


class ConversationLockStore(LockStore):  # type: ignore[misc]  # Rasa's types are not checked
    """Locks conversations within this process, in order of arrival, and between processes."""

    def __init__(self, endpoint_config: Any = None) -> None:
        self._shared = _shared(os.environ.get("LOCK_URL", ""))
        self._lines: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = POLL_SECONDS,
    ) -> AsyncIterator[TicketLock]:
        """Hold a conversation's lock. Raises LockError if it is not free after `lock_lifetime`."""
        end = time.monotonic() + lock_lifetime
        line = self._lines.setdefault(conversation_id, asyncio.Lock())
        try:
            await asyncio.wait_for(line.acquire(), lock_lifetime)
        except asyncio.TimeoutError:  # noqa: UP041 (in Python 3.10 it is not the built-in one)
            raise LockError(_BUSY.format(conversation_id)) from None
        try:
            key = key_of(conversation_id)
            held = await self._wait(key, conversation_id, end)
            try:
                yield TicketLock(conversation_id)
            finally:
                self._shared.release(key, held)
        finally:
            line.release()
            if not line.locked():
                self._lines.pop(conversation_id, None)

    async def _wait(self, key: int, conversation_id: str, end: float) -> Any:
        while (held := self._shared.take(key)) is None:
            if time.monotonic() > end:
                raise LockError(_BUSY.format(conversation_id))
            await asyncio.sleep(POLL_SECONDS)
        return held


_BUSY = "the conversation {} is busy with another message"


def key_of(conversation_id: str) -> int:
    """Return a conversation's number among locks: 64 bits with a sign, as PostgreSQL wants them."""
    digest = hashlib.sha256(conversation_id.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _shared(url: str) -> Shared:
    if not url:
        return Alone()
    if url.startswith(FILE):
        return Files(Path(url[len(FILE) :]))
    return Advisory(url)
