"""Keeps the processes of the Procfile alive: one that dies is started again, or all are stopped."""

import contextlib
import ctypes
import functools
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from logging import Formatter, Logger
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

RESTARTS = 3
RESTART_WINDOW = 60.0  # seconds
GRACE = 5.0  # seconds between SIGTERM and SIGKILL
POLL = 0.1  # seconds
GATHERED = 0.05  # seconds
AT_ONCE = 65_536  # bytes, what a pipe holds
LAST_LINES = 15
LOG_BYTES = 10_000_000


def supervise(
    procfile: Path, environment: Mapping[str, str], log: Path, on_started: Callable[[], None]
) -> str | None:
    """Run every process of the Procfile until a signal asks to stop, or one keeps dying.

    Calls `on_started` once all are started. Returns None after a signal, else the words to show:
    which process died, and its last lines. No process of theirs is left either way.
    """
    printer = LogPrinter(log)
    manager = Supervisor(printer, on_started)
    for name, command in parse_procfile(procfile.read_text("utf-8")).processes.items():
        for each, own in workers(name, environment).items():
            manager.add_process(each, command, env=own, cwd=str(procfile.parent))
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    manager.loop()
    if manager.died is None:
        return None
    return "\n".join(
        (f"{manager.died} keeps dying, its last words ({log}):", *printer.last(manager.died))
    )


def workers(name: str, environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the environments of a process, by name: one for each port in <NAME>_PORTS."""
    ports = environment.get(f"{name.upper()}_PORTS", "").split(",")
    if len(ports) == 1:
        return {name: dict(environment)}
    return {
        f"{name}.{number}": {**environment, f"{name.upper()}_PORT": port}
        for number, port in enumerate(ports, start=1)
    }


class Supervisor(Manager):  # type: ignore[misc]  # honcho is untyped
    """Honcho's manager over processes that are kept alive."""

    def __init__(self, printer: Printer, on_started: Callable[[], None]) -> None:
        super().__init__(printer)
        self.died: str | None = None
        self._on_started = on_started
        self._stopping = multiprocessing.RawValue(ctypes.c_bool, False)
        self._process_ctor = functools.partial(Kept, stopping=self._stopping)

    def terminate(self) -> None:
        """Ask every process to stop; each `Kept` ends its own group, whatever it is doing now."""
        if not self._stopping.value:
            stopped = (name for name, state in self._processes.items() if "returncode" in state)
            self.died = next(stopped, None)
            self._stopping.value = True

    def _start(self) -> None:
        super()._start()
        self._on_started()


class Kept(Process):  # type: ignore[misc]  # honcho is untyped
    """A process that is started again when it dies, up to RESTARTS times in RESTART_WINDOW."""

    def __init__(self, *args: Any, stopping: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stopping = (
            stopping  # shared memory, not an Event: a dead waiter would block its set()
        )
        self._supervisor = os.getpid()
        self._deaths: deque[float] = deque(maxlen=RESTARTS + 1)
        self._child_ctor = self._start_watched

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        """Run the command again and again; the `stop` event is sent only after the last time."""
        if ignore_signals:
            # Handlers, not SIG_IGN, which the command would inherit.
            signal.signal(signal.SIGINT, _leave_to_watch)
            signal.signal(signal.SIGTERM, _leave_to_watch)
        while True:
            held = HeldStop(events)
            super().run(held)
            if not self._start_again(held.stop.data["returncode"]):
                break
        events.put(held.stop)

    def _start_again(self, code: int) -> bool:
        """Wait longer after each death; False when asked to stop, or when it dies too often."""
        if self._is_over():
            return False
        self._deaths.append(time.monotonic())
        recent = [death for death in self._deaths if death > self._deaths[-1] - RESTART_WINDOW]
        again = len(recent) <= RESTARTS
        what = f"starting it again ({len(recent)} of {RESTARTS})" if again else "stopping all"
        self._tell(f"{self.name} ended with code {code}: {what}")
        until = time.monotonic() + 2.0 ** (len(recent) - 1)
        while again and not self._is_over() and time.monotonic() < until:
            time.sleep(POLL)
        return again and not self._is_over()

    def _is_over(self) -> bool:
        return bool(self._stopping.value) or os.getppid() != self._supervisor

    def _tell(self, text: str) -> None:
        # A full disk, or a terminal that was closed, must not end who starts processes again.
        with contextlib.suppress(OSError):
            print(f"  {text}", file=sys.stderr, flush=True)
        self._send_message(f"{text}\n")

    def _start_watched(self, *args: Any, **options: Any) -> Popen:
        child = Popen(*args, **options)
        child.stdout = Gathered(child.stdout)
        threading.Thread(target=self._watch, args=(child,), daemon=True).start()
        return child

    def _watch(self, child: Popen) -> None:
        """End the child's whole group when the child, the supervisor or the run is over."""
        while child.poll() is None and not self._is_over():
            time.sleep(POLL)
        if child.poll() is None:
            _signal_group(child.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE)
        _signal_group(child.pid, signal.SIGKILL)


class Gathered:
    """A process's output, from which what came within a moment is read as if it were one line.

    Each line would otherwise cross to the supervisor by itself, which cost more than writing it.
    """

    def __init__(self, output: Any) -> None:
        self._output = output
        self._begun = b""  # a line whose end has not come yet

    def readline(self) -> bytes:
        """Return whole lines, at least one; at the end what is left, and then nothing."""
        while b"\n" not in self._begun:
            some = os.read(self._output.fileno(), AT_ONCE)
            if not some:
                rest, self._begun = self._begun, b""
                return rest
            self._begun += some
        time.sleep(GATHERED)
        if select.select([self._output], [], [], 0)[0]:
            self._begun += os.read(self._output.fileno(), AT_ONCE)
        whole, end, self._begun = self._begun.rpartition(b"\n")
        return whole + end

    def close(self) -> None:
        """Close the output."""
        self._output.close()


class HeldStop:
    """A process's way to the event queue that keeps its `stop` event back."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self.stop: Message

    def put(self, message: Message) -> None:
        """Pass a message on, or hold it."""
        if message.type == "stop":
            self.stop = message
        else:
            self._events.put(message)


class LogPrinter(Printer):  # type: ignore[misc]  # honcho is untyped
    """Writes the processes' lines to one log file, and remembers the last of each."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        log.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(log, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
        handler.setFormatter(Formatter("%(message)s"))
        self._logger = Logger("saphena")
        self._logger.addHandler(handler)
        self._last: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=LAST_LINES))

    def write(self, message: Message) -> None:
        """Log every line of the message, with the time and the process's name."""
        data = message.data
        lines = (data.decode("utf-8", "replace") if isinstance(data, bytes) else data).splitlines()
        if not lines:
            return
        self._last[message.name].extend(lines)
        at = message.time.isoformat(" ", "milliseconds")
        head = f"{at} {message.name:<{self.width}} | "
        self._logger.info("%s", "\n".join(head + line for line in lines))

    def last(self, name: str) -> list[str]:
        """Return the last lines that the named process wrote."""
        return list(self._last[name])


def _leave_to_watch(*_: object) -> None:
    """Ctrl-C reaches these processes too; they end when their command has."""


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
