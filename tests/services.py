"""PostgreSQL and Redis for the tests that need them: what runs already, or one of our own.

Where neither can be had the tests are skipped with the reason; in CI (CI=true) they fail.
"""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import psutil
import psycopg
import pytest

from bot.cli.ports import LOOPBACK, any_free_port
from bot.database import Base, Database
from bot.migrations.schema import upgrade
from tests.plain_settings import plain_settings

RUNNING_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server: TEST_POSTGRES_URL, the local one, or one started here."""
    url = os.environ.get("TEST_POSTGRES_URL", RUNNING_POSTGRES)
    if _answers(url):
        yield url
        return
    with own_postgres() as server:
        yield server.url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh, empty database of its own for one test."""
    with empty_postgres(postgres_server) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A migrated database, on either kind, for the tests of a file; see `emptied`."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'test.db'}"
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres_server")
            url = stack.enter_context(empty_postgres(server))
        database = Database(plain_settings(database_url=url).database)
        stack.callback(database.close)
        upgrade(database.engine)
        yield database


@pytest.fixture
def emptied(migrated: Database) -> Database:
    """The migrated database without any rows, quicker than a new one for each test."""
    with migrated.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    return migrated


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server of the tests' own, which they may stop; its URL stays the same."""

    url: str
    command: tuple[str, ...]
    user: str | None

    def run(self, *arguments: str) -> None:
        """Run pg_ctl and wait until it has done its work."""
        # Without a working folder of ours, which another user may not enter.
        options: dict[str, Any] = {"user": self.user, "cwd": "/", "stdout": subprocess.DEVNULL}
        subprocess.run([*self.command, *arguments], check=True, **options)

    def start(self) -> None:
        """Start it; returns when it takes connections."""
        self.run("-w", "start")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it hang until the end of the block: it takes connections, and does nothing."""
        data = Path(self.command[self.command.index("-D") + 1])
        first = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        processes = [first, *first.children(recursive=True)]
        for one in processes:
            one.suspend()
        try:
            yield
        finally:
            for one in processes:
                one.resume()

    def stop(self) -> None:
        """Stop it as a power cut would: nothing is tidied up, the log is replayed at the start."""
        self.run("-w", "-m", "immediate", "stop")


@contextmanager
def own_postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server with data and port of its own, from the programs installed here."""
    binaries = _postgres_binaries()
    if binaries is None:
        _missing("PostgreSQL: its programs are not installed here")
    # It refuses to be run by root.
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="saphena-postgres-", ignore_cleanup_errors=True) as one:
        folder, port = Path(one), any_free_port()
        if user is not None:
            shutil.chown(folder, user)
        options = f"-p {port} -k {folder} -c listen_addresses={LOOPBACK} -c fsync=off"
        command = (str(binaries / "pg_ctl"), "-D", str(folder / "data"))
        server = PostgresServer(
            f"postgresql://postgres@{LOOPBACK}:{port}/postgres",
            (*command, "-l", str(folder / "log"), "-o", options),
            user,
        )
        PostgresServer(server.url, command, user).run("-o", "-A trust -U postgres", "initdb")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def empty_postgres(postgres_server: str) -> Iterator[str]:
    """Make an empty database on a server; it goes at the end."""
    name = f"saphena_test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{postgres_server.rpartition('/')[0]}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server of the tests' own, which keeps nothing."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        _missing("Redis: there is no redis-server on this machine")
    port = any_free_port()
    options = ["--bind", LOOPBACK, "--port", str(port), "--save", "", "--appendonly", "no"]
    folder = ["--dir", str(tmp_path_factory.mktemp("redis"))]
    with subprocess.Popen([binary, *options, *folder], stdout=subprocess.DEVNULL) as server:
        _wait_for_port(port)
        yield f"redis://{LOOPBACK}:{port}/0"
        server.terminate()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _postgres_binaries() -> Path | None:
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def _wait_for_port(port: int, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
