"""The supervisor over real processes: restarts, giving up, stopping, and no orphan."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bot.cli.model import ROOT
from tests.waiting import waited_for

PROGRAM = """
import os, sys
from pathlib import Path
from bot.cli.supervisor import supervise
folder = Path(sys.argv[1])
died = supervise(folder / "Procfile", os.environ, folder / "log", lambda: None)
print(f"died: {died}")
"""

type Start = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def begin(procfile: str) -> subprocess.Popen[str]:
        (tmp_path / "Procfile").write_text(procfile)
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_a_process_that_dies_once_is_started_again(start: Start, tmp_path: Path) -> None:
    first_dies = (
        "steady: exec sleep 60\nonce: test -e second && exec sleep 60; touch second; exit 7\n"
    )
    process = start(first_dies)
    _wait_for(lambda: len(_descendants(process, "sleep")) == 2)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert "once ended with code 7: starting it again (1 of 3)" in output
    assert "died: None" in output


def test_a_process_that_keeps_dying_stops_the_rest_with_its_last_words(start: Start) -> None:
    process = start("steady: exec sleep 60\nbroken: echo the disk is full; exit 3\n")
    _wait_for(lambda: bool(_descendants(process, "sleep")))
    steady = _descendants(process, "sleep")
    output, _ = process.communicate(timeout=30)
    assert "broken ended with code 3: starting it again (3 of 3)" in output
    assert "broken ended with code 3: stopping all" in output
    assert "died: broken keeps dying" in output
    assert output.count("the disk is full") == 4
    assert not any(child.is_running() for child in steady)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_after_a_signal(start: Start, number: signal.Signals) -> None:
    process = start("plain: exec sleep 60\nfamily: sleep 60 & sleep 60\n")
    _wait_for(lambda: len(_descendants(process, "sleep")) == 3)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(number)
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []
    process.communicate(timeout=5)


def _descendants(process: subprocess.Popen[str], name: str) -> list[psutil.Process]:
    found = psutil.Process(process.pid).children(recursive=True)
    return [child for child in found if child.name() == name]


def _wait_for(condition: Callable[[], bool]) -> None:
    assert waited_for(condition), "it did not happen in time"
