"""How many processes and cores conversations need, so that one Rasa worker may die."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.capacity.costs import Costs
from bench.capacity.day import Day
from bench.capacity.runs import Figures, Peak, peak
from bench.capacity.system import Size

# So many times the busiest hour is simulated, as no day is like the other.
HEADROOM = 1.5
# Of the time of each process but Rasa's workers: these are found by simulation, from so many on
# that are nearly all busy.
MOST_BUSY, ALL_BUSY = 0.6, 0.95
SLOWEST_P95, MOST_REFUSED = 1.0, 0.001
# Tried beyond what can do the work at all.
TRIED = 8


@dataclass(frozen=True)
class Tried:
    """A size, what patients saw of it, and whether that is good enough."""

    size: Size
    peak: Peak

    @property
    def good(self) -> bool:
        """Tell whether patients are served, a worker less too."""
        return all(map(_good, (self.peak.whole, self.peak.one_down)))


def messages_a_second(day: Day, conversations: int) -> float:
    """Return the rate in the busiest hour."""
    return conversations * day.busiest_share * day.messages / 3600


def by_workers(costs: Costs, day: Day, conversations: int, more: int = 0) -> Iterator[Tried]:
    """Simulate with more and more workers until it is good, then with so many `more`.

    Every process has a core of its own.
    """
    rate, cost = HEADROOM * messages_a_second(day, conversations), costs.mean()

    def enough(milliseconds: float, busy: float = MOST_BUSY) -> int:
        return max(1, math.ceil(rate * milliseconds / 1000 / busy))

    fewest = enough(cost.rasa, ALL_BUSY)
    for workers in range(fewest, fewest + TRIED):
        size = Size(enough(cost.gateway), workers, enough(cost.actions), enough(cost.database))
        found = Tried(size, peak(costs.each, size, day, rate / day.messages))
        yield found
        if found.good:
            break
    for number in range(1, more + 1):
        larger = replace(size, workers=workers + number)
        yield Tried(larger, peak(costs.each, larger, day, rate / day.messages))


def smallest(costs: Costs, day: Day, conversations: int, size: Size) -> Tried:
    """Return the size with the fewest cores, shared by all processes, that is good enough.

    Raises LookupError when none is.
    """
    rate = HEADROOM * messages_a_second(day, conversations)
    fewest = max(1, math.ceil(rate * sum(costs.mean()[1:]) / 1000 / ALL_BUSY))
    for cores in range(fewest, fewest + TRIED):
        shared = replace(size, cores=cores, database=cores)
        found = Tried(shared, peak(costs.each, shared, day, rate / day.messages))
        if found.good:
            return found
    raise LookupError(f"{fewest + TRIED} cores are too few for {conversations} conversations")


def _good(one: Figures) -> bool:
    return one.p95 < SLOWEST_P95 and one.refused <= MOST_REFUSED and one.lost == 0
