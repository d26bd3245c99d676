"""The topic classifier on its own: cross-validation, confusions, calibration."""

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bench.evaluation.figures import Share
from bot.cli.model import BRAIN_PYTHON, QUIET
from bot.cli.progress import run_logged

BINS = 10


class Guess(BaseModel):
    """A training message, its topic, and what a model that has not seen it makes of it.

    `topics` are the likeliest ones in order, `confidence` is that of the first.
    """

    text: str
    topic: str
    topics: list[str]
    confidence: float

    @property
    def right(self) -> bool:
        """The first guess is the message's topic."""
        return self.topics[0] == self.topic


class CrossValidation(BaseModel):
    """All guesses, seconds to train on all messages, milliseconds of CPU a message."""

    folds: int
    guesses: list[Guess]
    training_seconds: float
    milliseconds: list[float]


@dataclass(frozen=True)
class Confusion:
    """Messages of one topic that were taken for another."""

    topic: str
    taken_for: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Retrieval:
    """Of a topic's messages, those found; of what was taken for the topic, what is right."""

    recall: Share
    precision: Share


@dataclass(frozen=True)
class Bin:
    """Messages of like confidence: how many, how sure on the mean, and how many of them right."""

    count: int
    confidence: float
    accuracy: float


def cross_validate(folds: int, logs: Path) -> CrossValidation:
    """Train and ask the folds in the brain environment. Raises StepError with its output."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "folds.json"
        options = ("--folds", str(folds), "--output", str(output))
        run_logged(
            [str(BRAIN_PYTHON), "-m", "bench.evaluation.folds", *options],
            logs / "folds.log",
            "The lines above name the file and what is wrong in it; mend it and try again.",
            env={**os.environ, **QUIET, "PYTHONWARNINGS": "ignore"},
        )
        return CrossValidation.model_validate_json(output.read_bytes())


def accuracy(guesses: Sequence[Guess], within: int = 1) -> Share:
    """Return how often the right topic is among so many first guesses."""
    return Share(sum(g.topic in g.topics[:within] for g in guesses), len(guesses))


def retrievals(guesses: Sequence[Guess]) -> dict[str, Retrieval]:
    """Return recall and precision by topic."""
    real = Counter(guess.topic for guess in guesses)
    said = Counter(guess.topics[0] for guess in guesses)
    right = Counter(guess.topic for guess in guesses if guess.right)
    return {
        topic: Retrieval(Share(right[topic], real[topic]), Share(right[topic], said[topic]))
        for topic in sorted(real)
    }


def confusions(guesses: Sequence[Guess], examples: int = 3) -> list[Confusion]:
    """Return the wrong pairs, the most frequent first, with the surest of their messages."""
    wrong: dict[tuple[str, str], list[Guess]] = {}
    for guess in guesses:
        if not guess.right:
            wrong.setdefault((guess.topic, guess.topics[0]), []).append(guess)
    found = [
        Confusion(topic, taken_for, len(pair), _surest(pair, examples))
        for (topic, taken_for), pair in wrong.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.topic, one.taken_for))


def bins(guesses: Sequence[Guess]) -> list[Bin]:
    """Return the bins of equal width that hold a message, the least sure first."""
    filled: dict[int, list[Guess]] = {}
    for guess in guesses:
        filled.setdefault(min(int(guess.confidence * BINS), BINS - 1), []).append(guess)
    return [
        Bin(
            len(held),
            sum(guess.confidence for guess in held) / len(held),
            accuracy(held).value,
        )
        for _, held in sorted(filled.items())
    ]


def calibration_gap(found: Sequence[Bin]) -> float:
    """Return the mean distance of confidence and accuracy over the bins, weighted by size."""
    total = sum(one.count for one in found)
    return sum(abs(one.confidence - one.accuracy) * one.count for one in found) / total


def _surest(guesses: list[Guess], count: int) -> tuple[str, ...]:
    ordered = sorted(guesses, key=lambda guess: -guess.confidence)
    return tuple(guess.text for guess in ordered[:count])
