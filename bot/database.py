"""The database: declarative base, engine, transactions. SQLite by default, PostgreSQL by URL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy import URL, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000
CONNECT_TIMEOUT_S = 5
# Threads that read and that write at once, each kind with its own, so that neither waits for the
# other. A SQLite file takes one writer at a time and lets in by chance whoever asks at the right
# moment: many threads that ask would keep each other, and Rasa in the next process, waiting.
AT_ONCE = 10
FILE_WRITERS = 1
# Of each connection to a SQLite file; the system keeps the file in memory as well. Another process
# that writes makes it stale, so more would be memory for nothing: 2 MB each, which is the default,
# made 75 MB of a gateway's under load.
CACHE_KB = 512
BEGIN = "sqlite_begin"

_goes_first: ContextVar[bool] = ContextVar("goes_first", default=False)


@contextmanager
def going_first() -> Iterator[None]:
    """Let what is read and written within not queue behind all else: for a red flag.

    Holds for tasks that are begun within, to their end.
    """
    token = _goes_first.set(True)
    try:
        yield
    finally:
        _goes_first.reset(token)


class Base(DeclarativeBase):
    """Base of all tables; constraints are named by one convention so that migrations can too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite stores no offset, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC. Raises ValueError when it has no offset."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs an offset")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine and its two kinds of transactions, served in order. Close it with `close()`."""

    def __init__(self, url: URL) -> None:
        self.engine = make_engine(url)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        # SQLite refuses a writer that began as a reader when another wrote in between,
        # so a transaction that will write says so at its start.
        self._writing = sessionmaker(
            self.engine.execution_options(**{BEGIN: "IMMEDIATE"}), expire_on_commit=False
        )
        at_once = FILE_WRITERS if url.get_backend_name() == "sqlite" else AT_ONCE
        # By whether they go first.
        self._readers = {first: CapacityLimiter(AT_ONCE) for first in (False, True)}
        self._writers = {first: CapacityLimiter(at_once) for first in (False, True)}

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading."""
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back on an exception."""
        with self._writing.begin() as session:
            yield session

    async def reading[T](self, work: Callable[[Session], T]) -> T:
        """Run `work` in a worker thread with a session for reading."""
        limiter = self._readers[_goes_first.get()]
        return await run_sync(partial(_run, self.read, work), limiter=limiter)

    async def writing[T](self, work: Callable[[Session], T]) -> T:
        """Run `work` in a worker thread as one transaction."""
        limiter = self._writers[_goes_first.get()]
        return await run_sync(partial(_run, self.write, work), limiter=limiter)

    def scrub(self) -> None:
        """Let no copy of deleted rows stay in SQLite's write-ahead log. Nothing on PostgreSQL."""
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            connection.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _run[T](opened: Callable[[], Any], work: Callable[[Session], T]) -> T:
    with opened() as session:
        return work(session)


def make_engine(url: URL) -> Engine:
    """Return an engine for `url`; makes the folder of a SQLite file."""
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url,
            # Parameters hold patients' words; they stay out of error messages and logs.
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=AT_ONCE,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
        )
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=AT_ONCE,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what a patient had deleted is overwritten, not only unlinked
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{CACHE_KB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    kind = connection.get_execution_options().get(BEGIN, "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
