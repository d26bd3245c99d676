"""The tables of docs/deploying.md: what is needed, and how far the simulation can be believed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bench.capacity.costs import Cost, Costs
from bench.capacity.runs import Figures, closed
from bench.capacity.sizing import Tried
from bench.pages import table

CHECKED = (
    *("conversations at once", "messages/s measured", "simulated", "error"),
    *("p50 ms measured", "simulated", "error", "p95 ms measured", "simulated", "error"),
)
NEEDED = (
    *("conversations a day", "messages/s", "gateways", "Rasa workers", "actions", "cores", "GB"),
    *("p50 ms", "p95 ms", "p99 ms", "one worker dead: p95 ms"),
)
BY_WORKERS = (
    *("Rasa workers", "p50 ms", "p95 ms", "p99 ms", "429"),
    *("one dead: p50 ms", "p95 ms", "p99 ms", "429", "not answered"),
)


@dataclass(frozen=True)
class Checked:
    """What was measured and simulated alike: figures and messages a second, by conversations."""

    costs: Costs
    simulated: Mapping[int, tuple[Figures, float]]

    @classmethod
    def of(cls, costs: Costs) -> Self:
        """Simulate what was measured."""
        return cls(costs, {one: closed(costs.each, one, costs.cores) for one in costs.closed})

    @property
    def missed(self) -> float:
        """Return how many times too many messages are simulated with the most at once; at least 1.

        What the simulation does not know (threads that wait for each other, the disk) is in it.
        """
        most = max(self.simulated)
        return max(1.0, self.simulated[most][1] / self.costs.closed[most].rate)


def report(
    checked: Checked, needed: Mapping[int, tuple[float, Tried]], sizes: Sequence[Tried]
) -> str:
    """Return it as Markdown.

    `needed` has by conversations a day the messages a second of the busiest hour and the size;
    `sizes` are those that were tried for the most conversations.
    """
    costs = checked.costs
    spent = ", ".join(
        f"{name} {ms:.1f}" for name, ms in zip(Cost._fields[1:], costs.mean()[1:], strict=True)
    )
    return "\n".join(
        [
            f"CPU of a message, in ms: {spent} (mean of {len(costs.each)}, on {costs.machine}).",
            "",
            *table(NEEDED, (_needed(costs, one, *found) for one, found in needed.items())),
            "",
            f"{max(needed):,} conversations a day by Rasa workers, each process with a core of its "
            f"own: {_others(sizes[0])}.",
            "",
            *table(BY_WORKERS, map(_by_workers, sizes)),
            "",
            f"The same simulation against what was measured, everything on {costs.cores} cores; "
            f"{costs.used():.1f} of these were at work with {max(costs.closed)} at once. The sizes "
            f"above count each message {checked.missed - 1:.0%} dearer: that error is in them.",
            "",
            *table(CHECKED, _checked(checked)),
        ]
    )


def _others(one: Tried) -> str:
    size = one.size
    return f"{size.gateways} gateways, {size.actions} action servers, {size.database} of PostgreSQL"


def _needed(costs: Costs, conversations: int, rate: float, found: Tried) -> Sequence[str]:
    size, held = found.size, costs.megabytes
    megabytes = (
        size.gateways * held["gateway"]
        + size.workers * held["rasa"]
        + size.actions * held["actions"]
    )
    figures = (size.gateways, size.workers, size.actions, size.cores)
    return (
        *(f"{conversations:,}", f"{rate:.1f}", *map(str, figures), f"{megabytes / 1000:.1f}"),
        *(*_times(found.peak.whole), f"{found.peak.one_down.p95 * 1000:,.0f}"),
    )


def _by_workers(found: Tried) -> Sequence[str]:
    before, after = found.peak.whole, found.peak.one_down
    workers = f"**{found.size.workers}**" if found.good else str(found.size.workers)
    return (
        *(workers, *_times(before), f"{before.refused:.1%}"),
        *(*_times(after), f"{after.refused:.1%}", f"{after.lost:.1%}"),
    )


def _checked(checked: Checked) -> Iterator[Sequence[str]]:
    for number, (simulated, rate) in checked.simulated.items():
        measured = checked.costs.closed[number]
        yield (
            str(number),
            *_compared(measured.rate, rate),
            *_compared(measured.p50, simulated.p50 * 1000),
            *_compared(measured.p95, simulated.p95 * 1000),
        )


def _compared(measured: float, simulated: float) -> Sequence[str]:
    return f"{measured:.1f}", f"{simulated:.1f}", f"{simulated / measured - 1:+.0%}"


def _times(one: Figures) -> Sequence[str]:
    return [f"{seconds * 1000:,.0f}" for seconds in (one.p50, one.p95, one.p99)]
