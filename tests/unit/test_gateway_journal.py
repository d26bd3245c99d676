"""Red flags that wait to be recorded, on disk: what a gateway left, the next one finds."""

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.gateway.journal import Journal

KEPT_THEN_KILLED = """
import os, signal, sys
from pathlib import Path
from bot.gateway.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(12):
    journal.keep(b"%d" % number)
os.kill(os.getpid(), signal.SIGKILL)
"""


def entries(journal: Journal) -> list[bytes]:
    return [entry for _, entry in journal.left()]


def found_by_the_next(folder: Path) -> list[bytes]:
    with closing(Journal(folder)) as journal:
        return entries(journal)


def test_what_a_killed_gateway_kept_is_found_in_its_order(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KEPT_THEN_KILLED, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert found_by_the_next(tmp_path) == [b"%d" % number for number in range(12)]


def test_what_a_living_gateway_keeps_is_its_own(tmp_path: Path) -> None:
    with closing(Journal(tmp_path)) as journal:
        journal.keep(b"mine")
        assert found_by_the_next(tmp_path) == []
    assert found_by_the_next(tmp_path) == [b"mine"]


def test_what_is_written_leaves_nothing_behind(tmp_path: Path) -> None:
    before = Journal(tmp_path)
    before.keep(b"left")
    before.close()
    journal = Journal(tmp_path)
    own = journal.keep(b"own")
    assert own is not None
    journal.drop(own)
    for path, _ in journal.left():
        journal.drop(path)
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_written_stays_for_the_next(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.keep(b"waits")
    journal.close()
    for _ in range(3):
        assert found_by_the_next(tmp_path) == [b"waits"]


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "late")) as journal:
        path = journal.keep(b"patient's words")
        assert path is not None
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "late")
    assert entries(journal) == []
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_where_it_cannot_be_kept_it_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    in_the_way = tmp_path / "late"
    in_the_way.write_bytes(b"")
    assert Journal(in_the_way).keep(b"patient's words") is None
    assert "red flag not kept on disk: " in caplog.text
    assert "patient's words" not in caplog.text


def test_after_a_failure_it_keeps_what_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was full, and has room again."""
    with closing(Journal(tmp_path)) as journal:
        with monkeypatch.context() as full:
            full.setattr("bot.gateway.journal.LOCK", "no/such/folder")
            assert journal.keep(b"lost") is None
        assert journal.keep(b"kept") is not None
    assert found_by_the_next(tmp_path) == [b"kept"]


def test_a_half_written_entry_is_none(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    path = journal.keep(b"whole")
    assert path is not None
    path.with_name("00000002.part").write_bytes(b"ha")
    journal.close()
    assert found_by_the_next(tmp_path) == [b"whole"]
