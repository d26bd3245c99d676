"""The widget's own checks: its types, its unit tests (widget/tests), its size, its lock file."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.progress import StepError
from bot.cli.widget import WIDGET, ensure_tools, ensure_widget, run_node

MOST_BYTES = 30_000


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("widget")
    ensure_tools(folder)
    return folder


def test_types(logs: Path) -> None:
    run_node("node_modules/typescript/bin/tsc", "--noEmit", log=logs / "types.log")


def test_units(logs: Path) -> None:
    run_node("node_modules/vitest/vitest.mjs", "run", log=logs / "units.log")
    assert re.search(r"Tests .*\b\d+ passed", (logs / "units.log").read_text("utf-8"))


def test_a_failing_check_is_told_with_its_words(logs: Path) -> None:
    with pytest.raises(StepError, match="nowhere"):
        run_node(
            "node_modules/vite/bin/vite.js", "build", "--config", "nowhere", log=logs / "x.log"
        )


def test_all_of_it_is_one_small_script(
    logs: Path, record_property: Callable[[str, object], None]
) -> None:
    size = len(gzip.compress(ensure_widget(logs).read_bytes(), 9))
    record_property("gzip bytes", size)
    assert size <= MOST_BYTES
    assert [path.name for path in (WIDGET / "dist").iterdir() if path.suffix != ".stamp"] == [
        "widget.js"
    ]


def test_it_names_no_other_server(logs: Path) -> None:
    built = ensure_widget(logs).read_text("utf-8")
    assert set(re.findall(r"https?://[\w.]+", built)) <= {"http://www.w3.org"}


def test_the_lock_file_names_no_host() -> None:
    # npm writes funding addresses anew at each install: take them away by hand.
    lock = (WIDGET / "package-lock.json").read_text("utf-8")
    assert re.findall(r"https?://|\"resolved\"", lock) == []
