"""The disk is full while patients write, and has room again: SQLite, on a small disk of its own."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import kill
from tests.faults.test_under_load import FULL
from tests.faults.writing import enduring
from tests.stack import own_stack

MEGABYTES = 48
# The actions are killed meanwhile: up to 4 s between the tries to start them, and their start.
WITHIN = 10.0 if FULL else 20.0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of so many megabytes."""
    size = ["-o", f"size={MEGABYTES}m"]
    done = subprocess.run(
        ["mount", "-t", "tmpfs", *size, "tmpfs", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here, which takes root: {done.stderr.strip()}")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(disk: Path) -> Path:
    """Write until there is room for nothing more; returns the file."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    assert os.statvfs(disk).f_bavail == 0
    return filler


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_the_disk_is_full(disk: Path) -> None:
    with own_stack(disk) as address, enduring("disk full (SQLite)", address, within=WITHIN):
        filler = fill(disk)
        time.sleep(15 if FULL else 3)
        # Where nothing can be logged either, a process that dies is still started again.
        kill("actions", disk)
        time.sleep(15 if FULL else 5)
        filler.unlink()
