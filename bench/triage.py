"""How well and how fast red flags are found in the gateway: .venv/app/bin/python -m bench.triage.

Measures on the project's own examples and tables and, where it exists, on the folder of
messages kept apart, and writes the tables of docs/triage.md (`--local` prints them only).
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from bench.evaluation.disturb import typing_errors, without_punctuation
from bench.evaluation.publish import markdown, plain
from bench.evaluation.tables import Table
from bench.pages import write_part
from bot.care.triage import Findings, Likeness, is_higher, judge, screen
from bot.knowledge.triage import load_findings
from bot.knowledge.triage_examples import load_likeness

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests" / "tables" / "triage"
EXAMPLES = ROOT / "clinics" / "triage" / "en" / "examples"
PAGE = ROOT / "docs" / "triage.md"
DRAWS = 5
UNSEEN = ("unseen", "unseen_late")
LONG = 1_000
MOST = 40
BEFORE = "How long do I wear the stockings? I was told two weeks by the nurse. "
COLUMNS = ("messages", "flag", "number", "by pattern", "found", "right level")
AFTER = " What does the second session cost? Can my sister wait in the lobby?"


@dataclass(frozen=True)
class Triage:
    """What the gateway reads a message with."""

    findings: Findings
    likeness: Likeness

    def level(self, text: str) -> str:
        """Return the level of the alert that a message raises, or none."""
        alert = judge(text, self.findings, self.likeness).alert
        return alert.level if alert else "none"

    def level_by_pattern(self, text: str) -> str:
        """Return the level that the patterns alone give it."""
        alert = screen(text, self.findings)
        return alert.level if alert else "none"


@dataclass(frozen=True)
class Message:
    """A message with the flag and level it must raise; ordinary ones have the level none."""

    text: str
    flag: str = ""
    level: str = "none"


@dataclass(frozen=True)
class Corpus:
    """Messages of one origin."""

    name: str
    red_flags: list[Message]
    ordinary: list[Message]


def ways() -> dict[str, Callable[[str, Random], str]]:
    """Return how else a message may be typed, by name."""
    return {
        "one or two typing errors": typing_errors,
        "capitals": lambda text, _: text.upper(),
        "no punctuation": lambda text, _: without_punctuation(text),
        "between other sentences": lambda text, _: f"{BEFORE}{text}{AFTER}",
        "the same, no punctuation": lambda text, _: without_punctuation(f"{BEFORE}{text}{AFTER}"),
    }


def own() -> list[Corpus]:
    """Return the project's examples, English and Spanish, and the messages they do not hold."""
    flags = [row for path in sorted(EXAMPLES.glob("red_flags*.yml")) for row in _yaml(path)]
    ordinary = [row for path in sorted(EXAMPLES.glob("ordinary*.yml")) for row in _yaml(path)]
    spanish, unseen = _yaml(OWN / "spanish.yml"), [_yaml(OWN / f"{name}.yml") for name in UNSEEN]
    return [
        Corpus("English", _messages(flags), [Message(t) for row in ordinary for t in row["say"]]),
        Corpus(
            "Spanish", _messages(spanish["red_flags"]), [Message(t) for t in spanish["ordinary"]]
        ),
        Corpus(
            "unseen",
            _messages(row for table in unseen for row in table["red_flags"]),
            [Message(text) for table in unseen for text in table["ordinary"]],
        ),
    ]


def kept_apart(folder: Path) -> list[Corpus]:
    """Return the messages of a folder that no wording was made for; none if it is missing."""
    if not folder.is_dir():
        return []
    flags = [Message(row["text"], row["flag"], row["level"]) for row in _rows(folder, "red_flags")]
    looks = [Message(row["text"]) for row in _rows(folder, "look_alikes")]
    plain_ones = [Message(row["text"]) for row in _rows(folder, "messages")]
    return [Corpus("validation", flags, looks), Corpus("validation, ordinary", [], plain_ones)]


def by_flag(corpora: Sequence[Corpus], triage: Triage) -> Table:
    """Of each flag: how many were found at urgent or above, and at the right level."""
    rows = []
    for corpus in corpora:
        red = [message for message in corpus.red_flags if message.level != "soon"]
        for flag in (*dict.fromkeys(message.flag for message in red), "all"):
            of_flag = [message for message in red if flag in (message.flag, "all")]
            if of_flag:
                rows.append((corpus.name, flag, *_figures(of_flag, triage)))
    return Table("By flag", COLUMNS, tuple(rows))


def false_alarms(corpora: Sequence[Corpus], triage: Triage) -> Table:
    """How many harmless messages raise urgent or emergency."""
    rows = []
    for corpus in corpora:
        alarms = sum(_alarms(triage.level(message.text)) for message in corpus.ordinary)
        number = len(corpus.ordinary)
        rows.append((corpus.name, str(number), str(alarms), f"{alarms / number:.1%}"))
    return Table("False alarms", ("messages", "number", "alarms", "share"), tuple(rows))


def typed_otherwise(corpora: Sequence[Corpus], triage: Triage) -> Table:
    """Of the red flags that are found as written, how many are still found."""
    corpora = [corpus for corpus in corpora if corpus.red_flags]
    rows = []
    for name, change in ways().items():
        cells = [name]
        for corpus in corpora:
            found = [m.text for m in corpus.red_flags if _alarms(triage.level(m.text))]
            random = Random(1)
            texts = [change(text, random) for _ in range(DRAWS) for text in found]
            cells.append(_share(_alarms(triage.level(text)) for text in texts))
        rows.append(tuple(cells))
    return Table("Typed otherwise", ("change", *(c.name for c in corpora)), tuple(rows))


def speed(corpora: Sequence[Corpus], triage: Triage) -> Table:
    """Milliseconds of one screening on one core: messages as they are, and 1,000 characters."""
    rows = []
    for corpus in corpora:
        texts = [message.text for message in (*corpus.red_flags, *corpus.ordinary)]
        joined = " ".join(Random(1).sample(texts, len(texts)))
        long = [joined[at : at + LONG] for at in range(0, len(joined) - LONG, LONG)][:MOST]
        for name, some in (("as they are", texts), ("1,000 characters of them", long)):
            if some:
                taken = [milliseconds(text, triage) for text in some]
                figures = (f"{statistics.median(taken):.2f}", f"{max(taken):.2f}")
                rows.append((corpus.name, name, *figures))
    return Table("Speed", ("messages", "length", "median, ms", "slowest, ms"), tuple(rows))


def milliseconds(text: str, triage: Triage) -> float:
    """Return the best of five runs, in the thread's own time: others do not count."""
    times = []
    for _ in range(5):
        start = time.thread_time()
        triage.level(text)
        times.append(time.thread_time() - start)
    return min(times) * 1_000


def _alarms(found: str) -> bool:
    return is_higher(found, "soon")


def _figures(messages: Sequence[Message], triage: Triage) -> tuple[str, ...]:
    levels = [triage.level(message.text) for message in messages]
    right = [found == message.level for found, message in zip(levels, messages, strict=True)]
    by_pattern = [_alarms(triage.level_by_pattern(message.text)) for message in messages]
    return str(len(messages)), _share(by_pattern), _share(map(_alarms, levels)), _share(right)


def _share(hits: Iterable[bool]) -> str:
    counted = list(hits)
    return f"{sum(counted) / len(counted):.1%}"


def _messages(rows: Iterable[Mapping[str, Any]]) -> list[Message]:
    return [Message(text, row["flag"], row["level"]) for row in rows for text in row["say"]]


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    lines = (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validation", type=Path, default=ROOT.parent / "shared" / "validation")
    parser.add_argument("--local", action="store_true", help="print only")
    arguments = parser.parse_args()
    folder = ROOT / "clinics" / "triage"
    triage = Triage(load_findings(folder), load_likeness(folder))
    corpora = [*own(), *kept_apart(arguments.validation)]
    tables = [make(corpora, triage) for make in (by_flag, false_alarms, typed_otherwise, speed)]
    print("\n\n".join(map(plain, tables)))
    if not arguments.local:
        write_part(PAGE, "figures", "\n\n".join(map(markdown, tables)))


if __name__ == "__main__":
    main()
