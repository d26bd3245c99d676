"""Backup and restore: one command each, on both databases, with errors that say what to do."""

import os
from pathlib import Path
from shutil import which

import pytest
from sqlalchemy import text

from bot.cli.backup import backup, restore
from bot.cli.progress import StepError
from bot.database import Database
from bot.migrations.schema import upgrade
from bot.records.conversations import open_conversation
from bot.settings import Settings
from tests.plain_settings import plain_settings
from tests.unit.test_records_outbox import NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a migrated database that holds one conversation."""
    if request.param == "postgresql" and not (which("pg_dump") or os.environ.get("CI")):
        pytest.skip("PostgreSQL's client programs are not installed")
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    made = plain_settings(state_dir=tmp_path / "state", database_url=url)
    database = Database(made.database)
    upgrade(database.engine)
    with database.write() as session:
        open_conversation(session, "glamour", "web", NOW)
    database.close()
    return made


def conversations(settings: Settings) -> int:
    database = Database(settings.database)
    with database.read() as session:
        count: int = session.execute(text("SELECT count(*) FROM conversations")).scalar_one()
    database.close()
    return count


def add_another(settings: Settings) -> None:
    database = Database(settings.database)
    with database.write() as session:
        open_conversation(session, "true-jewel", "web", NOW)
    database.close()


def test_what_was_saved_comes_back(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "saphena.backup"
    backup(settings, file)
    assert file.stat().st_mode & 0o077 == 0
    add_another(settings)
    assert conversations(settings) == 2
    restore(settings, file)
    assert conversations(settings) == 1


def test_it_is_one_moment_s_state_while_others_write(settings: Settings, tmp_path: Path) -> None:
    database = Database(settings.database)
    with database.write() as session:
        open_conversation(session, "true-jewel", "web", NOW)
        session.flush()
        if database.engine.dialect.name == "postgresql":
            backup(settings, tmp_path / "meanwhile")
            session.rollback()
    database.close()
    if not (tmp_path / "meanwhile").exists():
        backup(settings, tmp_path / "meanwhile")
    before = conversations(settings)
    restore(settings, tmp_path / "meanwhile")
    assert conversations(settings) == before


def test_no_file_is_written_over(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("mine")
    with pytest.raises(StepError, match="is there already"):
        backup(settings, file)
    assert file.read_text() == "mine"


def test_what_is_no_backup_is_refused_and_nothing_changes(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "other").write_text("not a database")
    for name, words in (("other", "no backup"), ("missing", "can't be read")):
        with pytest.raises(StepError, match=words):
            restore(settings, tmp_path / name)
    assert conversations(settings) == 1


def test_a_damaged_backup_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "damaged"
    backup(settings, file)
    content = bytearray(file.read_bytes())
    content[len(content) // 3 : len(content) // 3 + 6000] = b"\xff" * 6000
    file.write_bytes(content)
    with pytest.raises(StepError):
        restore(settings, file)
    assert conversations(settings) == 1


def test_a_backup_of_the_other_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other"
    sqlite = settings.database.get_backend_name() == "sqlite"
    other.write_bytes(b"PGDMP..." if sqlite else b"SQLite format 3\x00...")
    with pytest.raises(StepError, match="another kind"):
        restore(settings, other)
