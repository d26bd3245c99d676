"""Messages that neither patterns nor examples were made for: what triage is worth to a stranger.

The floors are what was reached when the messages were first measured; see docs/triage.md.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from bench.evaluation.disturb import typing_errors, without_punctuation
from bot.care.triage import Alert, is_higher, judge, screen
from bot.knowledge.triage import load_findings
from bot.knowledge.triage_examples import load_likeness

ROOT = Path(__file__).parents[2]
TRIAGE = ROOT / "clinics" / "triage"
BEFORE = "How long do I wear the stockings? I was told two weeks by the nurse. "
AFTER = " What does the second session cost? Can my sister wait in the lobby?"


@dataclass(frozen=True)
class Reached:
    """Shares of a set: found by pattern, found, at the right level; and its false alarms."""

    by_pattern: float
    found: float
    level: float
    false_alarms: float


SETS = {
    "unseen": Reached(by_pattern=0.97, found=0.99, level=0.99, false_alarms=0.01),
    "unseen_late": Reached(by_pattern=0.91, found=0.95, level=0.95, false_alarms=0.065),
}
every_set = pytest.mark.parametrize(("name", "reached"), SETS.items(), ids=SETS)


@cache
def table(name: str) -> Any:
    return yaml.safe_load((ROOT / f"tests/tables/triage/{name}.yml").read_text("utf-8"))


def flags(name: str) -> list[tuple[str, str]]:
    """Text and level."""
    return [(text, row["level"]) for row in table(name)["red_flags"] for text in row["say"]]


@cache
def judged(text: str) -> Alert | None:
    return judge(text, load_findings(TRIAGE), load_likeness(TRIAGE)).alert


def alarms(alert: Alert | None) -> bool:
    return alert is not None and is_higher(alert.level, "soon")


@every_set
def test_the_patterns_alone(name: str, reached: Reached) -> None:
    missed = [text for text, _ in flags(name) if not alarms(screen(text, load_findings(TRIAGE)))]
    assert len(missed) <= len(flags(name)) * (1 - reached.by_pattern), "\n".join(missed)


@every_set
def test_everything_that_runs_in_the_gateway(name: str, reached: Reached) -> None:
    missed = [text for text, _ in flags(name) if not alarms(judged(text))]
    assert len(missed) <= len(flags(name)) * (1 - reached.found), "\n".join(missed)


@every_set
def test_the_level(name: str, reached: Reached) -> None:
    wrong = [
        f"{level}: {text}"
        for text, level in flags(name)
        if (alert := judged(text)) is None or alert.level != level
    ]
    assert len(wrong) <= len(flags(name)) * (1 - reached.level), "\n".join(wrong)


@every_set
def test_false_alarms(name: str, reached: Reached) -> None:
    ordinary = table(name)["ordinary"]
    alarmed = [text for text in ordinary if alarms(judged(text))]
    assert len(alarmed) <= len(ordinary) * reached.false_alarms, "\n".join(alarmed)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (typing_errors, 0.94),
        (lambda text, _: text.upper(), 1.0),
        (lambda text, _: without_punctuation(text), 0.99),
        (lambda text, _: f"{BEFORE}{text}{AFTER}", 0.97),
        (lambda text, _: without_punctuation(f"{BEFORE}{text}{AFTER}"), 0.97),
    ],
    ids=["typing errors", "capitals", "no punctuation", "among others", "among others, unparted"],
)
def test_what_is_found_is_found_typed_otherwise(change: Any, kept: float) -> None:
    random = Random(2)
    found = [text for name in SETS for text, _ in flags(name) if alarms(judged(text))]
    texts = [change(text, random) for text in found for _ in range(3)]
    lost = [text for text in texts if not alarms(judged(text))]
    assert len(lost) <= len(texts) * (1 - kept), "\n".join(lost)
