"""Figures from samples and what was answered to them. Pure functions over plain data."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.evaluation.asking import CLARIFY, Outcome
from bench.evaluation.samples import LOOK_ALIKES, MESSAGES, RED_FLAGS, Sample
from bot.care.answer import Urgency

OUT_OF_SCOPE = "out_of_scope"
Z95 = 1.96

type Answered = tuple[Sample, Outcome]


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; nothing of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% interval (Wilson) in which the share on further such messages lies."""
        if not self.total:
            return 0.0, 1.0
        spread = Z95**2 / self.total
        centre = (self.value + spread / 2) / (1 + spread)
        half = math.sqrt(self.value * (1 - self.value) * spread + spread**2 / 4) / (1 + spread)
        return max(0.0, centre - half), min(1.0, centre + half)


def figures(samples: Sequence[Sample], outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return every figure by its name; the outcomes are in the order of the samples."""
    pairs = list(zip(samples, outcomes, strict=True))
    return {
        **_ordinary([pair for pair in pairs if pair[0].set == MESSAGES]),
        **_look_alikes([pair for pair in pairs if pair[0].set == LOOK_ALIKES]),
        **_red_flags([pair for pair in pairs if pair[0].set == RED_FLAGS]),
    }


def is_right(sample: Sample, outcome: Outcome) -> bool:
    """Tell whether the first reply is about what was asked."""
    return outcome.first in sample.good


def by_topic(samples: Sequence[Sample], outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Return, by a message's first topic, how many first replies to ordinary messages are right."""
    right: dict[str, list[bool]] = {}
    for sample, outcome in zip(samples, outcomes, strict=True):
        if sample.set == MESSAGES:
            right.setdefault(sample.topics[0], []).append(is_right(sample, outcome))
    return {topic: Share(sum(hits), len(hits)) for topic, hits in sorted(right.items())}


def failures(samples: Sequence[Sample], outcomes: Sequence[Outcome]) -> list[Answered]:
    """Return what was answered wrongly or not in full, too urgently or not urgently enough."""
    return [pair for pair in zip(samples, outcomes, strict=True) if _failed(*pair)]


def loss(plain: Share, changed: Share) -> float:
    """Return by how many points of 100 a figure is lower than in the plain run."""
    return 100 * (plain.value - changed.value)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _ordinary(pairs: list[Answered]) -> dict[str, Share]:
    """On ordinary messages: first replies, all labels, out of scope, needless alarm."""
    unplaced = [pair for pair in pairs if OUT_OF_SCOPE in pair[0].topics]
    refused = [pair for pair in pairs if pair[1].first == OUT_OF_SCOPE]
    asked_back = [pair for pair in pairs if pair[1].first == CLARIFY]
    offered = [pair for pair in asked_back if pair[0].good & pair[1].offered]
    labels = [(topic, outcome) for sample, outcome in pairs for topic in sample.topics]
    return {
        "first_reply_right": _share(is_right(*pair) for pair in pairs),
        "asked_back": Share(len(asked_back), len(pairs)),
        "asked_back_with_the_right_button": Share(len(offered), len(pairs)),
        "all_labels_answered": _share(topic in outcome.topics for topic, outcome in labels),
        "a_reply_too_many": _share(not set(o.topics[1:]) <= s.good for s, o in pairs),
        "out_of_scope_recall": _share(o.first == OUT_OF_SCOPE for _, o in unplaced),
        "out_of_scope_precision": _share(OUT_OF_SCOPE in s.good for s, _ in refused),
        "ordinary_as_urgent": _share(o.at_least(Urgency.URGENT) for _, o in pairs),
    }


def _look_alikes(pairs: list[Answered]) -> dict[str, Share]:
    """On what only sounds alarming."""
    labelled = [pair for pair in pairs if pair[0].topics]
    return {
        "look_alike_first_reply_right": _share(is_right(*pair) for pair in labelled),
        "look_alike_as_urgent": _share(o.at_least(Urgency.URGENT) for _, o in pairs),
    }


def _red_flags(pairs: list[Answered]) -> dict[str, Share]:
    """On what is alarming."""
    emergencies = [pair for pair in pairs if pair[0].level is Urgency.EMERGENCY]
    return {
        "red_flag_as_urgent": _share(o.at_least(Urgency.URGENT) for _, o in pairs),
        "red_flag_level_right": _share(o.urgency is s.level for s, o in pairs),
        "emergency_as_emergency": _share(o.urgency is Urgency.EMERGENCY for _, o in emergencies),
    }


def _failed(sample: Sample, outcome: Outcome) -> bool:
    if sample.set == RED_FLAGS:
        return outcome.urgency is not sample.level
    if outcome.at_least(Urgency.URGENT):
        return True
    if not sample.topics:
        return False
    unanswered = len(sample.topics) > 1 and not set(sample.topics) <= set(outcome.topics)
    return unanswered or not is_right(sample, outcome)


def _share(hits: Iterable[bool]) -> Share:
    counted = list(hits)
    return Share(sum(counted), len(counted))
