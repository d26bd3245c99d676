"""The tables of docs/performance.md, between its marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.capacity.costs import Costs
from bench.pages import table, target
from bench.performance.measuring import Cost, Times, around

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
OURS, SAME, DEFAULT, ECHO, THROUGH = (
    "Saphena",
    "its Rasa alone, REST channel",
    "Saphena on Rasa as it comes",
    "echo",
    "echo through the gateway",
)
ONE, MOST = 1, 32
EARLY, LATE = 20, 300


@dataclass
class Found:
    """Everything one run of the benchmark measured; empty where it was not."""

    load: float
    times: dict[int, dict[str, Times]]
    length: dict[str, list[Cost]]
    megabytes: dict[str, float]
    seconds: float
    stored: dict[str, dict[int, Times]] = field(default_factory=dict)
    # By process, on PostgreSQL.
    costs: Costs | None = None


def tables(found: Found, machine: str) -> str:
    """Return the whole report as Markdown."""
    return "\n".join(
        [
            f"On {machine}; load average before the run: {found.load:.1f}. CPU is that of all "
            "processes together, and the figure to compare: unlike the other times it depends "
            "little on what else the machine does.",
            "",
            *table(("target", "figure", ""), _targets(found)),
            "",
            *table(("", "conversations", "p50 ms", "p95 ms", "messages/s", "CPU ms"), _all(found)),
            "",
            *table(
                ("one long conversation", "message", "p50 ms", "CPU ms"),
                (
                    (name, str(number), *(f"{figure:.1f}" for figure in around(costs, number)))
                    for name, costs in found.length.items()
                    for number in (EARLY, LATE)
                ),
            ),
            "",
            *table(("database", "conversations stored", "p50 ms", "CPU ms"), _stored(found)),
            "",
            *table(
                ("process", "MB"), ((name, f"{mb:.0f}") for name, mb in found.megabytes.items())
            ),
        ]
    )


def _targets(found: Found) -> Iterable[Sequence[str]]:
    one, most = found.times[ONE], found.times[MOST]
    ours, floor = one[OURS], one[ECHO]
    if DEFAULT in one:
        yield _target(
            "throughput at 32 conversations, times that on Rasa as it comes, at least 4",
            most[OURS].rate / most[DEFAULT].rate,
            at_least=4,
        )
        yield _target(
            "p50 of one conversation, times faster than on Rasa as it comes, at least 3",
            one[DEFAULT].p50 / ours.p50,
            at_least=3,
        )
        yield [
            "CPU of a message, times less than on Rasa as it comes",
            f"{one[DEFAULT].cpu_each / ours.cpu_each:.3g}",
            "",
        ]
    yield _target("p50 of one conversation, ms, at most 15", ours.p50, at_most=15)
    yield _target("p95 over p50, at most 2", ours.p95 / ours.p50, at_most=2)
    yield _target("a message over an echo, at most 12", ours.p50 / floor.p50, at_most=12)
    yield _target(
        "a message over an echo through the same gateway, at most 12",
        ours.p50 / one[THROUGH].p50,
        at_most=12,
    )
    for name, costs in found.length.items():
        if name in (OURS, DEFAULT):
            yield _target(
                f"CPU of message {LATE} over message {EARLY}, at most 1.25: {name}",
                around(costs, LATE)[1] / around(costs, EARLY)[1],
                at_most=1.25,
            )
    for database, stored in found.stored.items():
        few, many = sorted(stored)
        yield _target(
            f"CPU of a message with {many:,} conversations stored over {few:,}, "
            f"at most 1.1: {database}",
            stored[many].cpu_each / stored[few].cpu_each,
            at_most=1.1,
        )
    yield _target("MB of all processes, below 1,000", sum(found.megabytes.values()), at_most=1000)
    yield _target("s from a second start to the first answer, below 15", found.seconds, at_most=15)


def _target(
    what: str, figure: float, *, at_least: float = 0.0, at_most: float = 1e9
) -> Sequence[str]:
    shown = f"{figure:.3g}" if figure < 100 else f"{figure:.0f}"
    return target(what, shown, at_least <= figure <= at_most)


def _all(found: Found) -> Iterable[Sequence[str]]:
    for conversations, subjects in found.times.items():
        for name, t in subjects.items():
            cpu = "" if name == ECHO else f"{t.cpu_each:.1f}"
            figures = (f"{t.p50:.1f}", f"{t.p95:.1f}", f"{t.rate:.0f}", cpu)
            yield (name, str(conversations), *figures)


def _stored(found: Found) -> Iterable[Sequence[str]]:
    for database, stored in found.stored.items():
        for number, t in sorted(stored.items()):
            yield (database, f"{number:,}", f"{t.p50:.1f}", f"{t.cpu_each:.1f}")


def rates(found: Found) -> Mapping[str, Mapping[int, float]]:
    """Return messages a second by name and number of conversations, without the echoes."""
    names = [name for name in found.times[ONE] if name not in (ECHO, THROUGH)]
    return {name: {n: found.times[n][name].rate for n in found.times} for name in names}
