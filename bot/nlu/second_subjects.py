"""Which topics a message raises beside its first one: a logistic model of what speaks for each.

The weights stand in `second_subjects.yml`; `bench.second_subjects` chooses and judges them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rasa.shared.utils.io import read_yaml_file

from bot.nlu.subjects import BESIDE, SAFETY, TASKS, Ranking, Subject, select, without_reasons
from bot.nlu.topic_model import Reading

_WEIGHTS: Final = Path(__file__).with_name("second_subjects.yml")
# How many of the likeliest topics of the whole and of a part are looked at, and from which share.
_OF_WHOLE: Final = 3
_OF_PART: Final = 2
_SHARE: Final = 0.05
# From here on a topic may go before the one that was heard first.
_SURE: Final = 0.9
# Nobody asks more than four things in one breath.
_BESIDE_FIRST: Final = 3
_ALTERNATIVES: Final = 3
_LEAST: Final = 1e-4


@dataclass(frozen=True)
class Weights:
    """What each sign in `Candidate.signs` adds to the log-odds, and the shares that are enough.

    A topic that `select` heard is kept from the share `keep`, another is added from `add`.
    """

    bias: float
    signs: Mapping[str, float]
    keep: float
    add: float

    def share(self, signs: Mapping[str, float]) -> float:
        """How likely a topic with these signs is one that was asked about, 0 to 1."""
        odds = self.bias + sum(weight * signs[name] for name, weight in self.signs.items())
        return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True)
class Candidate:
    """A topic that may be raised: the segment that speaks most for it, and what else does."""

    topic: str
    segment: int
    text: str
    signs: Mapping[str, float]


def load_weights(path: Path = _WEIGHTS) -> Weights:
    """The weights in use; raises if the file is not readable."""
    return Weights(**read_yaml_file(path))


def subjects_of(reading: Reading, weights: Weights) -> list[Subject]:
    """The subjects of a message in the order asked; at least one."""
    heard = select(reading.text, reading.segments, reading.rankings)
    first = heard[0]
    # Danger is weighed by those limits alone: nothing here may take it away.
    if first.topic in BESIDE or any(subject.topic in SAFETY for subject in heard):
        return heard
    found = {candidate.topic: candidate for candidate in candidates(reading, heard)}
    shares = {topic: weights.share(one.signs) for topic, one in found.items()}
    known = {subject.topic: subject for subject in heard}
    raised = [
        known.get(topic) or _subject(found[topic], share, reading.rankings[reading.text])
        for topic, share in sorted(shares.items(), key=lambda pair: -pair[1])
        if topic != first.topic and share >= (weights.keep if topic in known else weights.add)
    ]
    return without_reasons(_in_order(first, raised[:_BESIDE_FIRST], found, shares))


def _in_order(
    first: Subject,
    others: Sequence[Subject],
    found: Mapping[str, Candidate],
    shares: Mapping[str, float],
) -> list[Subject]:
    """The subjects as they were asked; only one that is sure goes before what was heard first."""
    begins = found[first.topic].segment if first.topic in found else 0
    asked = sorted(others, key=lambda one: found[one.topic].segment)
    before = [
        one for one in asked if found[one.topic].segment < begins and shares[one.topic] >= _SURE
    ]
    return [*before, first, *(one for one in asked if one not in before)]


def candidates(reading: Reading, heard: Sequence[Subject]) -> Iterator[Candidate]:
    """Every topic that the message or one of its parts may be about, with what speaks for it."""
    whole = dict(reading.rankings[reading.text])
    parts = [
        {text: dict(reading.rankings[text]) for text in one.texts() if text in reading.rankings}
        for one in reading.segments
    ]
    asks = any(segment.question for segment in reading.segments)
    for topic in sorted(_likely(reading, parts) - BESIDE - SAFETY):
        shares = [max(ranked[topic] for ranked in texts.values()) for texts in parts]
        place = max(range(len(shares)), key=lambda at: shares[at])
        segment = reading.segments[place]
        alone = parts[place][segment.text]
        own = max(alone, key=lambda name: alone[name]) == topic
        # Nothing of several steps is begun because of a side meaning.
        if topic in TASKS and not own:
            continue
        signs = {
            "whole": _log_odds(whole[topic]),
            "whole_first": _log_odds(max(whole.values())),
            "part": _log_odds(shares[place]),
            "whole_words": _log_odds(reading.words[reading.text][topic]),
            "part_words": _log_odds(reading.words[segment.text][topic]),
            "own": float(own),
            "told": float(asks and not segment.question),
            "two_parts": float(len(parts) == 2),
            "more_parts": float(len(parts) > 2),
            "heard": float(any(subject.topic == topic for subject in heard)),
        }
        yield Candidate(topic, place, segment.text, signs)


def _likely(reading: Reading, parts: Sequence[Mapping[str, Mapping[str, float]]]) -> set[str]:
    """The topics worth a look."""
    whole = {topic for topic, _ in reading.rankings[reading.text][:_OF_WHOLE]}
    of_parts = {
        topic
        for texts in parts
        for text in texts
        for topic, share in reading.rankings[text][:_OF_PART]
        if share > _SHARE
    }
    return whole | of_parts


def _subject(candidate: Candidate, share: float, whole: Ranking) -> Subject:
    others = [(topic, p) for topic, p in whole if topic != candidate.topic]
    return Subject(candidate.topic, share, candidate.text, tuple(others[:_ALTERNATIVES]))


def _log_odds(share: float) -> float:
    bounded = min(max(share, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
