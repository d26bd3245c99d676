"""The runs: every message as it is, and once more for every way of changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import httpx

from bench.evaluation.asking import Outcome, ask_all
from bench.evaluation.disturb import CERTAIN, Change, changes
from bench.evaluation.figures import Share, figures
from bench.evaluation.samples import Sample

SEED = 3
DRAWS = 3


@dataclass(frozen=True)
class Run:
    """What was answered, and the figures of it."""

    outcomes: list[Outcome]
    figures: dict[str, Share]


def plain_run(http: httpx.Client, samples: Sequence[Sample]) -> Run:
    """Ask every message as it is."""
    outcomes = ask_all(http, (sample.text for sample in samples))
    return Run(outcomes, figures(samples, outcomes))


def changed_run(
    http: httpx.Client, samples: Sequence[Sample], name: str, draws: int = DRAWS
) -> Run:
    """Ask every message changed; where chance decides how, so many times."""
    change = changes()[name]
    rounds = 1 if name in CERTAIN else draws
    repeated = [sample for _ in range(rounds) for sample in samples]
    outcomes = ask_all(http, changed_texts(samples, name, change, rounds))
    return Run(outcomes, figures(repeated, outcomes))


def changed_texts(samples: Sequence[Sample], name: str, change: Change, rounds: int) -> list[str]:
    """Return the changed texts, round after round; the same in every run."""
    return [
        change(sample.text, Random(f"{SEED} {name} {number} {sample.set} {sample.number}"))
        for number in range(rounds)
        for sample in samples
    ]
