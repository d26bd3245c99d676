"""A copy of the database while it is in use, and its return: `python -m bot db backup`, `restore`.

SQLite's own backup, and PostgreSQL's pg_dump and pg_restore: what is copied is one moment's state.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from bot.cli.progress import StepError
from bot.settings import Settings

SQLITE_MAGIC = b"SQLite format 3\x00"
POSTGRES_MAGIC = b"PGDMP"


def backup(settings: Settings, file: Path) -> None:
    """Write a copy of the database, readable for its owner only. Raises StepError."""
    if file.exists():
        raise StepError(f"{file} is there already.", "Name a new file; none is written over.")
    file.parent.mkdir(parents=True, exist_ok=True)
    # Nobody else may read it, from the first byte on: it holds what patients wrote.
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        if _is_sqlite(settings.database):
            _copy(_file_of(settings.database), file)
        else:
            _run("pg_dump", "--format=custom", f"--file={file}", database=settings.database)
    except BaseException:
        file.unlink()
        raise


def restore(settings: Settings, file: Path) -> None:
    """Put a copy in the place of the database. Nothing may use it meanwhile. Raises StepError."""
    kind = _kind_of(file)
    if _is_sqlite(settings.database) is not (kind == SQLITE_MAGIC):
        other = "PostgreSQL" if kind == POSTGRES_MAGIC else "SQLite"
        raise StepError(
            f"{file} is a backup of {other}, and DATABASE_URL names another kind.",
            "Set DATABASE_URL to a database of the backup's kind.",
        )
    if _is_sqlite(settings.database):
        _put_back(file, _file_of(settings.database))
    else:
        options = ("--clean", "--if-exists", "--single-transaction", "--no-owner")
        _run("pg_restore", *options, str(file), database=settings.database)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _file_of(url: URL) -> Path:
    return Path(url.database or "")


def _kind_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(SQLITE_MAGIC))
    except OSError as error:
        raise StepError(f"{file} can't be read: {error.strerror}.", "Check its name.") from None
    for kind in (SQLITE_MAGIC, POSTGRES_MAGIC):
        if begin.startswith(kind):
            return kind
    raise StepError(f"{file} is no backup of a database.", "Name one that `db backup` wrote.")


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise StepError(f"There is no database {source}.", "Check DATABASE_URL and STATE_DIR.")
    with closing(sqlite3.connect(source)) as used, closing(sqlite3.connect(target)) as copy:
        used.backup(copy)


def _put_back(file: Path, database: Path) -> None:
    """Write the copy into the database as one transaction: cut off, the old one is still there."""
    with closing(sqlite3.connect(file)) as copy:
        if not _is_whole(copy):
            raise StepError(f"{file} is damaged.", "Use an older backup; nothing was changed.")
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database, timeout=5)) as used:
            try:
                copy.backup(used)
            except sqlite3.OperationalError as error:
                cure = "Stop Saphena first, then restore."
                raise StepError(f"{database} is in use: {error}.", cure) from None


def _is_whole(copy: sqlite3.Connection) -> bool:
    try:
        return bool(copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


def _run(program: str, *arguments: str, database: URL) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, unseen."""
    found = shutil.which(program)
    if found is None:
        raise StepError(
            f"{program} is not installed.", "Install PostgreSQL's client programs of its version."
        )
    address = database.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, "PGPASSWORD": str(database.password or "")}
    done = subprocess.run(
        [found, f"--dbname={address}", *arguments],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise StepError(f"{program} failed: {done.stderr.strip()}", "Nothing was changed.")
