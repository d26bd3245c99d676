"""Labelled messages to measure on; they stay in a folder of their own, beside the project."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.care.answer import Urgency

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "validation"
MESSAGES, LOOK_ALIKES, RED_FLAGS = "messages", "look_alikes", "red_flags"
SETS = (MESSAGES, LOOK_ALIKES, RED_FLAGS)


@dataclass(frozen=True)
class Sample:
    """A message and what a good answer to it is.

    `number` is its line in the set's file, `also_ok` are topics that would do as a first answer,
    `level` is the urgency of a red flag.
    """

    set: str
    number: int
    text: str = field(repr=False)  # so that no test report shows it
    topics: tuple[str, ...] = ()
    also_ok: tuple[str, ...] = ()
    level: Urgency | None = None

    @property
    def good(self) -> frozenset[str]:
        """The topics that are right as a first answer."""
        return frozenset(self.topics + self.also_ok)


def missing(folder: Path) -> list[Path]:
    """Return the files that the folder should have and has not."""
    return [path for path in (folder / f"{name}.jsonl" for name in SETS) if not path.is_file()]


def load(folder: Path) -> list[Sample]:
    """Return the samples of all sets, in the order of the files.

    Raises OSError when a file is missing, KeyError or ValueError when a line is not as expected.
    """
    return [
        _sample(name, number, json.loads(line))
        for name in SETS
        for number, line in enumerate(_lines(folder / f"{name}.jsonl"), start=1)
        if line.strip()
    ]


def _lines(path: Path) -> list[str]:
    # Not splitlines(): a message may hold one of the rarer line separators.
    return path.read_text("utf-8").split("\n")


def _sample(name: str, number: int, row: dict[str, Any]) -> Sample:
    level = row.get("level")
    return Sample(
        name,
        number,
        row["text"],
        tuple(row.get("topics", ())),
        tuple(row.get("also_ok", ())),
        Urgency(level) if level else None,
    )
