"""The examples that triage learns from, and what it learned of them, kept in models/."""

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.care.triage.likeness import Example, Likeness, learn
from bot.checksums import ChecksumError, require_checksum, write_checksum
from bot.knowledge.yaml_source import read_yaml

logger = logging.getLogger(__name__)

# English only: there are not enough Spanish examples to learn from.
LEARNED: Final = "en"
_SAFETY: Final = frozenset({"emergency", "self_harm"})
_ROOT: Final = Path(__file__).resolve().parents[2]
_NLU: Final = _ROOT / "data" / "nlu"
_KEPT: Final = _ROOT / "models"
_HOW: Final = _ROOT / "bot" / "care" / "triage"


@cache
def load_likeness(folder: Path, kept: Path = _KEPT) -> Likeness:
    """Return what the examples below `folder` teach; learned anew (some seconds) if they changed.

    Raises PackError or OSError, which name the file.
    """
    path = kept / f"likeness-{_inputs_hash(folder)}.json"
    if path.exists() and _is_as_learned(path):
        return Likeness(**json.loads(path.read_text(encoding="utf-8")))
    learned = learn(distinct(examples(folder), ordinary_messages(_NLU)), LEARNED)
    try:
        _keep(learned, path)
    except OSError as error:
        # In a container that writes nothing it is learned at each start, which works as well.
        logger.warning("what red flags teach is not kept in %s: %s", path.parent, error.strerror)
    return learned


def _is_as_learned(path: Path) -> bool:
    try:
        require_checksum(path, "It is learned again.")
    except ChecksumError as error:
        # Red flags are worth more than these seconds: nothing refuses to start over it.
        logger.warning("%s", error)
        return False
    return True


def examples(folder: Path) -> Iterator[Example]:
    """Yield the examples below clinics/triage/: red flags by kind, and harmless messages.

    A sign that is only for opening hours is no red flag here.
    """
    for path in _example_files(folder):
        for row in read_yaml(path).data:
            yield from _of_row(row)


def ordinary_messages(nlu: Path) -> Iterator[Example]:
    """Yield what patients ask besides, and more red flags: the training data of the dialogue."""
    for path in sorted(nlu.glob("*.yml")):
        for entry in read_yaml(path).data["nlu"]:
            flag = "other" if entry["intent"] in _SAFETY else ""
            lines = entry["examples"].strip().splitlines()
            yield from (Example(line.removeprefix("- "), flag) for line in lines)


def distinct(*groups: Iterator[Example]) -> list[Example]:
    """Return the examples with each message once; what is told of it first counts."""
    once: dict[str, Example] = {}
    for example in (example for group in groups for example in group):
        once.setdefault(" ".join(example.text.lower().split()), example)
    return list(once.values())


def _of_row(row: dict[str, Any]) -> Iterator[Example]:
    grave = row.get("level", "soon") != "soon"
    for text in row["say"]:
        yield Example(text, row["flag"], row["level"]) if grave else Example(text)


def _example_files(folder: Path) -> list[Path]:
    return sorted((folder / LEARNED / "examples").glob("*.yml"))


def _inputs_hash(folder: Path) -> str:
    """Return 12 hexadecimal digits that change with the examples, and with how is learned."""
    how = [_HOW / "likeness.py", _HOW / "words.py"]
    digest = hashlib.sha256()
    for path in (*how, *_example_files(folder), *sorted(_NLU.glob("*.yml"))):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _keep(learned: Likeness, path: Path) -> None:
    """Write the file in one go: several processes may learn at the same time."""
    form = {
        "language": learned.language,
        "bias": learned.bias,
        "phrases": learned.phrases,
        "kinds": learned.kinds,
    }
    path.parent.mkdir(exist_ok=True)
    staging = path.with_name(f"{path.name}-{os.getpid()}")
    staging.write_text(json.dumps(form, ensure_ascii=False), encoding="utf-8")
    for old in set(path.parent.glob("likeness-*.json*")) - {path, staging}:
        old.unlink(missing_ok=True)
    write_checksum(staging, path)
    staging.rename(path)
