"""What waits to be written, on disk: a red flag that was answered outlives the gateway.

Each gateway has a folder of its own below `late` in STATE_DIR: a file for each entry, gone when it
is written, and `lock`, which it holds as long as it lives. What a dead one left, the next that
starts takes over.
"""

import fcntl
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

logger = logging.getLogger(__name__)

LOCK = "lock"
ENDING = ".json"


class Journal:
    """The entries of one gateway. Nothing is made on disk before the first is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / secrets.token_hex(8)
        self._number = 0
        self._locks: dict[Path, IO[bytes]] = {}

    def keep(self, entry: bytes) -> Path | None:
        """Write an entry and return its file; None, and a line in the log, when that fails."""
        self._number += 1
        path = self._own / f"{self._number:08}{ENDING}"
        try:
            if self._own not in self._locks:
                self._own.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._lock(self._own)
            _write(path, entry)
        except OSError as error:
            logger.error("red flag not kept on disk: %s", type(error).__name__)
            return None
        return path

    def drop(self, path: Path) -> None:
        """Forget an entry that is written."""
        with suppress(OSError):
            path.unlink(missing_ok=True)

    def left(self) -> Iterator[tuple[Path, bytes]]:
        """Return what dead gateways left, in its order; their folders are this one's from now."""
        for folder in sorted(self._folder.glob("*/"), key=_begun):
            try:
                if not self._lock(folder):
                    continue
                for path in sorted(folder.glob(f"*{ENDING}")):
                    yield path, path.read_bytes()
            except OSError as error:
                logger.error("kept red flags not read: %s", type(error).__name__)

    def close(self) -> None:
        """Let go of all folders; those without entries are removed."""
        for folder, lock in self._locks.items():
            if not any(folder.glob(f"*{ENDING}")):
                shutil.rmtree(folder, ignore_errors=True)
            lock.close()
        self._locks.clear()

    def _lock(self, folder: Path) -> bool:
        """Take a folder; False while a living gateway has it."""
        lock = (folder / LOCK).open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._locks[folder] = lock
        return True


def _write(path: Path, entry: bytes) -> None:
    """Write a file so that after a power failure it is there whole, or not at all."""
    written = path.with_suffix(".part")
    with os.fdopen(os.open(written, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
        file.write(entry)
        file.flush()
        os.fsync(file.fileno())
    written.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _begun(folder: Path) -> float:
    """Return when a gateway kept its first entry; folders that vanish meanwhile come first."""
    try:
        return (folder / LOCK).stat().st_mtime
    except OSError:
        return 0.0
