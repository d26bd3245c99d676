"""One line per step with its time. Standard library only, Python 3.8 on: the set-up runs it too."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TITLE_WIDTH = 20
TICK_SECONDS = {True: 1.0, False: 10.0}  # on a terminal, and in a log file


class StepError(Exception):
    """A step that cannot go on: the cause, and the cure the user can apply."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause}\n{cure}")
        self.cause = cause
        self.cure = cure


class Step:
    """A context that prints its title, the seconds while it lasts, and `result` at the end."""

    def __init__(self, title: str, doing: str, out: IO[str] | None = None) -> None:
        self.result = "done"
        self._title = title
        self._doing = doing
        self._out = out or sys.stdout
        self._live = self._out.isatty()
        self._started = 0.0
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Step:
        self._started = time.monotonic()
        self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        self._over.set()
        self._ticker.join()
        stopped = kind in (KeyboardInterrupt, SystemExit)
        self._line("stopped" if stopped else "failed" if kind else self.result)

    def _tick(self) -> None:
        while not self._over.wait(TICK_SECONDS[self._live]):
            self._line(f"{self._doing} ...", end="" if self._live else "\n")

    def _line(self, text: str, end: str = "\n") -> None:
        seconds = time.monotonic() - self._started
        start = "\r\033[K" if self._live else ""
        print(
            f"{start}  {self._title:<{TITLE_WIDTH}} {text:<44} {seconds:6.1f} s",
            end=end,
            file=self._out,
            flush=True,
        )


def run_logged(
    command: Sequence[str],
    log: Path,
    cure: str,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run a command (in `folder`) with its output in the file `log`.

    Raises StepError with the output's end when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as stream:
        code = subprocess.call(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=folder,
        )
    if code:
        end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-40:])
        raise StepError(f"{' '.join(command)} ended with {code} ({log}):\n{end}", cure)
