"""How long pure code takes, on whatever machine, and whatever else runs there meanwhile."""

import re
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

ROUNDS = 200
# The quickest reading of `_reference` on the machine on which docs/triage.md was measured.
REFERENCE_MS = 0.35
_TEXT = "may i go running tomorrow with a bruise on my left leg, or is it too soon? " * 70


def milliseconds(work: Callable[[], object], enough: float, rounds: int = ROUNDS) -> float:
    """Return the time that `work` takes, in milliseconds of its own thread.

    The quickest of many readings: others' work on the machine is no fault. A machine (or a moment)
    that is slower than the reference is told by a fixed piece of work beside it, and taken into
    account. Reading ends early below `enough`.
    """
    work()
    quickest = reference = float("inf")
    result = quickest
    for _ in range(rounds):
        reference = min(reference, _reading(_reference))
        quickest = min(quickest, _reading(work))
        result = quickest / max(1.0, reference / REFERENCE_MS)
        if result < enough:
            break
    return result


def _reading(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1_000


def _reference() -> int:
    """Do what reading a message is made of: find words, look them up, compare strings."""
    words = re.findall(r"[a-z']+|[?.,]", _TEXT)
    seen = Counter(words)
    pairs = set(pairwise(words))
    return sum(seen[one] for one, other in pairs if one < other)
