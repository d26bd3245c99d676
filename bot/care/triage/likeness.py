"""How like known red flags a message reads: weights of its phrases, learned from examples.

The second opinion of triage, for wordings that no pattern foresees. It is as pure and as quick as
the patterns, so it works wherever they do. `learn` makes the weights (a logistic regression on
phrases of one to three words), `Likeness.alert` applies them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from bot.care.triage.alert import Alert
from bot.care.triage.words import split_words

LIKENESS: Final = "likeness"
_SIZES: Final = (1, 2, 3)
# All numbers are the same one.
_NUMBER: Final = "0"
# So many words of a long message are read by themselves, lest what stands around outweigh a sign.
_STRETCH: Final = 10
_DISCOUNT: Final = 2.0
_EPOCHS: Final = 12
_RATE: Final = 0.9
# Phrases that fewer examples have are left out, and those that hardly weigh anything.
_LEAST_SEEN: Final = 2
_LEAST_WEIGHT: Final = 0.5
# Stands among the weights of a kind; no phrase is spelt so.
_BIAS: Final = "*"


@dataclass(frozen=True)
class Example:
    """A message, and the flag and level that it must raise; empty for a harmless one.

    A red flag of unknown kind has the flag "other" and no level.
    """

    text: str
    flag: str = ""
    level: str = ""


@dataclass(frozen=True)
class Likeness:
    """Weights of phrases: for danger against none, and for each kind of danger ("dvt urgent")."""

    language: str
    bias: float
    phrases: Mapping[str, float]
    kinds: Mapping[str, Mapping[str, float]]

    def score(self, words: Sequence[str]) -> float:
        """Return the log-odds that a message tells of danger; minus infinity without words.

        A long message counts as its most alarming stretch does, less a discount: the more
        stretches there are, the sooner one sounds alarming by chance.
        """
        return self._most_alarming(_numberless(words), _DISCOUNT)[0]

    def score_of_worst(self, words: Sequence[str]) -> float:
        """Return the log-odds of a message's most alarming stretch by itself."""
        return self._most_alarming(_numberless(words), 0.0)[0]

    def alert(self, words: Sequence[str]) -> Alert:
        """Return an alert of the kind that a message's most alarming stretch is likeliest of."""
        words = _numberless(words)
        _, start, end = self._most_alarming(words, _DISCOUNT)
        flag, level = self._kind(words[start:end])
        return Alert(flag, level, self.language, (LIKENESS,))

    def _most_alarming(self, words: Sequence[str], discount: float) -> tuple[float, int, int]:
        """The score, and the stretch of words that has it."""
        number = len(words)
        if not number:
            return -math.inf, 0, 0
        sums = [_running_sums(words, size, self.phrases) for size in _SIZES]
        whole = sum(running[-1] for running in sums)
        best = self.bias + whole / math.sqrt(_phrases_in(number)), 0, number
        if number <= _STRETCH:
            return best
        weights = [0.0] * (number - _STRETCH + 1)
        for size, running in zip(_SIZES, sums, strict=True):
            # A stretch holds the phrases that begin in it early enough to end in it.
            ends = running[_STRETCH - size + 1 :]
            weights = [
                weight + end - begin
                for weight, begin, end in zip(weights, running, ends, strict=False)
            ]
        most = max(weights)
        start = weights.index(most)
        score = self.bias + most / math.sqrt(_phrases_in(_STRETCH)) - discount
        return max(best, (score, start, start + _STRETCH))

    def _kind(self, words: Sequence[str]) -> tuple[str, str]:
        found = phrases_of(words)
        weighed = {
            kind: weights[_BIAS] + sum(weights.get(one, 0.0) for one in found) / len(found) ** 0.5
            for kind, weights in self.kinds.items()
        }
        flag, _, level = max(weighed, key=lambda kind: weighed[kind]).partition(" ")
        return flag, level


def _numberless(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(_NUMBER if word[0].isdigit() else word for word in words)


def _phrases_in(number: int) -> int:
    """How many phrases so many words have."""
    return sum(max(0, number - size + 1) for size in _SIZES)


def _running_sums(words: Sequence[str], size: int, weights: Mapping[str, float]) -> list[float]:
    """Sums of the weights of the phrases that begin before each word."""
    phrases = map(" ".join, zip(*(words[start:] for start in range(size)), strict=False))
    return list(accumulate([weights.get(phrase, 0.0) for phrase in phrases], initial=0.0))


def phrases_of(words: Sequence[str]) -> set[str]:
    """Return the phrases of one to three neighbouring words."""
    return {
        " ".join(words[start : start + size])
        for size in _SIZES
        for start in range(len(words) - size + 1)
    }


def learn(examples: Iterable[Example], language: str) -> Likeness:
    """Return weights that tell the red flags among `examples` from the rest. Repeatable."""
    told = [
        (example, phrases_of(_numberless(split_words(example.text).words))) for example in examples
    ]
    told = [(example, found) for example, found in told if found]
    seen = Counter(phrase for _, found in told for phrase in found)
    rows = [
        (
            [phrase for phrase in sorted(found) if seen[phrase] >= _LEAST_SEEN],
            1 / math.sqrt(len(found)),
            1.0 if example.flag else 0.0,
        )
        for example, found in told
    ]
    bias, weights = _regress(rows)
    return Likeness(language, round(bias, 2), _heavy(weights), _kinds(told))


def _regress(rows: list[tuple[list[str], float, float]]) -> tuple[float, dict[str, float]]:
    """Logistic regression by stochastic gradients with steps that shrink for each phrase."""
    random = Random(1)  # noqa: S311 (the order of examples)
    weights: dict[str, float] = {}
    squares: dict[str, float] = {}
    bias, bias_squares = 0.0, 1e-6
    for _ in range(_EPOCHS):
        random.shuffle(rows)
        for found, value, danger in rows:
            z = bias + value * sum(weights.get(phrase, 0.0) for phrase in found)
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, z)))) - danger
            bias_squares += error * error
            bias -= _RATE * error / math.sqrt(bias_squares)
            step = error * value
            for phrase in found:
                squares[phrase] = squares.get(phrase, 1e-2) + step * step
                weights[phrase] = weights.get(phrase, 0.0) - _RATE * step / math.sqrt(
                    squares[phrase]
                )
    return bias, weights


def _kinds(told: list[tuple[Example, set[str]]]) -> dict[str, dict[str, float]]:
    """Tell each kind of red flag from the other kinds, by words and pairs of words."""
    known = [(f"{one.flag} {one.level}", sorted(found)) for one, found in told if one.level]
    seen = Counter(phrase for _, found in known for phrase in found)
    short = [
        (kind, [one for one in found if one.count(" ") < 2 and seen[one] > _LEAST_SEEN])
        for kind, found in known
    ]
    kinds = {}
    for kind in sorted({kind for kind, _ in short}):
        rows = [
            (found, 1 / math.sqrt(len(found)), float(one == kind)) for one, found in short if found
        ]
        bias, weights = _regress(rows)
        kinds[kind] = _heavy(weights) | {_BIAS: round(bias, 2)}
    return kinds


def _heavy(weights: Mapping[str, float]) -> dict[str, float]:
    heavy = {phrase: round(w, 2) for phrase, w in weights.items() if abs(w) >= _LEAST_WEIGHT}
    return dict(sorted(heavy.items()))
