"""The processes of one running assistant, found by the state folder that is theirs alone."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from tests.waiting import waited_for

Name = Literal["gateway", "actions", "rasa"]
COMMANDS: dict[Name, str] = {
    "gateway": "bot.gateway",
    "actions": "bot.cli.action_server",
    "rasa": "bot.brain run",
}


def process_of(name: Name, state: Path) -> int | None:
    """Return the id of a process of the assistant whose STATE_DIR this is, or None."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if COMMANDS[name] in command and f"STATE_DIR={state.resolve()}".encode() in environment:
            return int(folder.name)
    return None


def send(name: Name, state: Path, number: signal.Signals) -> int:
    """Send a process a signal; returns its id."""
    process = process_of(name, state)
    assert process is not None, f"{name} does not run"
    os.kill(process, number)
    return process


def kill(name: Name, state: Path) -> None:
    """Kill a process without warning, and wait until it is gone."""
    process = send(name, state, signal.SIGKILL)
    assert waited_for(lambda: _state(process) in "ZX"), f"{name} did not die"


@contextmanager
def hanging(name: Name, state: Path) -> Iterator[None]:
    """Let a process hang until the end of the block: it takes connections, and does nothing."""
    process = send(name, state, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
