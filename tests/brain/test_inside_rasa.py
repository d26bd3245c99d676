"""What is ours inside Rasa's process; the tests themselves run in Rasa's Python (inside/)."""

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.cli.model import BRAIN_PYTHON, QUIET, ROOT
from tests.plain_settings import plain_settings
from tests.services import empty_postgres

HERE = Path(__file__).parent / "inside"


def names() -> list[str]:
    """The tests by their names, read without importing Rasa."""
    return [
        f"{path.stem}.{kind.name}.{test.name}"
        for path in sorted(HERE.glob("check_*.py"))
        for kind in ast.parse(path.read_text("utf-8")).body
        if isinstance(kind, ast.ClassDef)
        for test in kind.body
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
    ]


@cache
def outcomes(url: str) -> dict[str, str]:
    done = subprocess.run(
        [str(BRAIN_PYTHON), "-W", "ignore", str(HERE)],
        cwd=ROOT,
        env={**os.environ, **QUIET, "STORE_URL": url, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/tracker.db"


@pytest.fixture(scope="session")
def postgres_tracker_url(postgres_server: str) -> Iterator[str]:
    with empty_postgres(postgres_server) as url:
        tracker: str = plain_settings(database_url=url).tracker
        yield tracker


@pytest.mark.parametrize("name", names())
def test_on_sqlite(name: str, sqlite_url: str) -> None:
    wrong = outcomes(sqlite_url)[name]
    assert not wrong, wrong


@pytest.mark.parametrize("name", [name for name in names() if "store" in name])
def test_on_postgresql(name: str, postgres_tracker_url: str) -> None:
    wrong = outcomes(postgres_tracker_url)[name]
    assert not wrong, wrong
