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


# What of it talks to a database.
STORES = ("check_tracker_store",)


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
def outcomes(url: str, *files: str) -> dict[str, str]:
    done = subprocess.run(
        [str(BRAIN_PYTHON), "-W", "ignore", str(HERE), *files],
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


@pytest.mark.parametrize("name", [name for name in names() if name.startswith(STORES)])
def test_on_postgresql(name: str, postgres_tracker_url: str) -> None:
    wrong = outcomes(postgres_tracker_url, *STORES)[name]
    assert not wrong, wrong


WITHOUT_TENSORFLOW = """
import sys
from bot.brain.__main__ import CONFIG, put_in
from bot.brain.without_tensorflow import leave_out
assert leave_out(CONFIG)
put_in()
import rasa.__main__, rasa.core.run, rasa.server, bot.brain.tracker_store
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.graph_components.validators.default_recipe_validator import DIETClassifier
assert DIETClassifier in DEFAULT_COMPONENTS
assert "RulePolicy" in DefaultV1Recipe._registered_components
print("tensorflow" in sys.modules)
"""


def test_rasa_starts_without_tensorflow() -> None:
    assert in_rasas_python(WITHOUT_TENSORFLOW) == "False"


@pytest.mark.parametrize(
    ("config", "left_out"),
    [
        ("pipeline: [{name: KeywordIntentClassifier}]\npolicies: [{name: RulePolicy}]", True),
        ("pipeline: [{name: DIETClassifier}]\npolicies: [{name: RulePolicy}]", False),
        ("pipeline: [{name: x.diet.DIETClassifier}]\npolicies: [{name: RulePolicy}]", False),
        ("pipeline: [{name: a.b.c}]\npolicies: [{name: TEDPolicy}]", False),
        ("pipeline: [{name: KeywordIntentClassifier}]\npolicies:", False),
        ("language: en", False),
    ],
)
def test_tensorflow_stays_where_a_component_needs_it(
    config: str, left_out: bool, tmp_path: Path
) -> None:
    (tmp_path / "config.yml").write_text(config)
    code = f"""
from pathlib import Path
from bot.brain.without_tensorflow import leave_out
print(leave_out(Path({str(tmp_path / "config.yml")!r})))
"""
    assert in_rasas_python(code) == str(left_out)


def in_rasas_python(code: str) -> str:
    """What a program prints last in Rasa's Python."""
    done = subprocess.run(
        [str(BRAIN_PYTHON), "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, **QUIET, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.split()[-1]
