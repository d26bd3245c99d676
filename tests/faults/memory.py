"""Memory taken away from running processes: a room that is too small, and somebody who eats."""

import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CONTROL = Path("/sys/fs/cgroup")
ENOUGH = 1 << 62
# Who asks for more than there is dies first: so the kernel is told.
EATER = """
import sys, time
open("/proc/self/oom_score_adj", "w").write("1000")
eaten = [b"1" * 1_000_000 for _ in range(int(sys.argv[1]))]
time.sleep(600)
"""


@dataclass(frozen=True)
class Room:
    """A control group of the kernel's, in its first or second version."""

    folder: Path
    limit: str
    held: str

    def holds(self) -> int:
        """Return the bytes that cannot be given back."""
        lines = (self.folder / "memory.stat").read_text().splitlines()
        return int(dict(line.split() for line in lines)[self.held])

    def shrink(self, size: int) -> None:
        """Let there be no more than so many bytes in it."""
        (self.folder / self.limit).write_text(str(size))

    def take_in(self, process: int | None = None) -> None:
        """Put a process (this one) into it; what it starts from now on is in it too."""
        with suppress(ProcessLookupError):  # it is over
            (self.folder / "cgroup.procs").write_text(str(process or os.getpid()))

    def inmates(self) -> list[int]:
        """Return the processes in it."""
        return [int(one) for one in (self.folder / "cgroup.procs").read_text().split()]


@contextmanager
def room() -> Iterator[Room | None]:
    """Make a room for what is started in the block; None where none is to be had."""
    home, made = _home(), _made()
    if home is None or made is None:
        yield None
        return
    made.take_in()
    try:
        yield made
    finally:
        made.shrink(ENOUGH)
        home.take_in()
        for _ in range(300):
            # A database that was started anew in the room lives on; others are on their way out.
            for one in made.inmates():
                home.take_in(one)
            with suppress(OSError):
                made.folder.rmdir()
                break
            time.sleep(0.1)


def _home() -> Room | None:
    """Return the room that this process is in."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, kind, path = line.split(":", 2)
        if kind == "memory":
            return Room(CONTROL / "memory" / path[1:], "memory.limit_in_bytes", "rss")
    if (CONTROL / "cgroup.controllers").exists():
        return Room(CONTROL / path[1:], "memory.max", "anon")
    return None


def _made() -> Room | None:
    name = f"saphena-{secrets.token_hex(4)}"
    if (CONTROL / "memory").exists():
        made = Room(CONTROL / "memory" / name, "memory.limit_in_bytes", "rss")
    else:
        made = Room(CONTROL / name, "memory.max", "anon")
    with suppress(OSError):
        made.folder.mkdir()
        made.shrink(ENOUGH)
        return made
    with suppress(OSError):
        made.folder.rmdir()
    return None


@contextmanager
def pressure(room: Room | None, megabytes: int) -> Iterator[None]:
    """Eat so much until the end of the block; in a room there are 50 MB less than are asked for.

    Then the kernel takes from all what it can, and kills who eats; the next one goes on.
    """
    over = threading.Event()

    def eat() -> None:
        while not over.is_set():
            with subprocess.Popen([sys.executable, "-c", EATER, str(megabytes)]) as eater:
                while eater.poll() is None and not over.wait(0.1):
                    pass
                eater.kill()

    if room is not None:
        room.take_in()
        room.shrink(room.holds() + (megabytes - 50) * 1_000_000)
    thread = threading.Thread(target=eat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        if room is not None:
            room.shrink(ENOUGH)
