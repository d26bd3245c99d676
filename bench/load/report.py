"""The table of `make load`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.load.people import ALARM, ANSWERED, SENT_AWAY
from bench.load.writing import Seen, Watched
from bench.pages import table, target
from bench.performance.processes import machine

SLOWEST_P95 = 1.0
HEAD = (
    *("", "channel", "messages/s", "answers", "not written", "p50 ms", "p95 ms"),
    *("red flags", "p95 of these, ms", "slowest, ms"),
)


@dataclass(frozen=True)
class Part:
    """A rate: what became of the messages of each channel, and who took the cores."""

    name: str
    watched: Mapping[str, Watched]
    costs: Mapping[str, float]


@dataclass
class Found:
    """A whole run: how many write on each channel, and the rate that was possible at most.

    That is of all channels together, with `at_once` messages under way.
    """

    crowds: Mapping[str, int]
    at_once: int
    most: float
    seconds: float
    parts: Sequence[Part]
    # By channel and outcome, as the gateway counted them.
    outcomes: Mapping[tuple[str, str], int] = field(default_factory=dict)


def outcomes(address: str) -> dict[tuple[str, str], int]:
    """Return from the gateway's own figures how many messages came to what, by channel."""
    text = httpx.get(address, trust_env=False).raise_for_status().text
    return {
        (sample.labels["channel"], sample.labels["outcome"]): int(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "saphena_messages_total"
    }


def report(found: Found) -> str:
    """Return the report as Markdown."""
    crowds = ", ".join(f"{name}: {count} conversations" for name, count in found.crowds.items())
    lines = [
        f"On {machine()}. {crowds}; {found.seconds:g} s each. With {found.at_once} at once "
        f"{found.most:.0f} messages a second are answered, both channels together.",
        "",
        *table(HEAD, (row for part in found.parts for row in _rows(part))),
        "",
        *table(("target", "figure", ""), _verdicts(found)),
        "",
        *(_costs(part) for part in found.parts),
    ]
    return "\n".join(lines)


def p95(seconds: Sequence[float]) -> float:
    """Return what one message in twenty exceeds."""
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else 0.0


def _rows(part: Part) -> Iterator[Sequence[str]]:
    for channel, watched in part.watched.items():
        ordinary, flags = watched.ordinary, watched.flags
        yield (
            *(part.name, channel, f"{watched.rate:.0f}", _counted(ordinary.what)),
            *(f"{ordinary.held:,}", _ms(p50(ordinary.seconds)), _ms(p95(ordinary.seconds))),
            *(_counted(flags.what), _ms(p95(flags.seconds)), _ms(max(flags.seconds, default=0))),
        )


def p50(seconds: Sequence[float]) -> float:
    """Return the median."""
    return sorted(seconds)[len(seconds) // 2] if seconds else 0.0


def _verdicts(found: Found) -> Iterator[Sequence[str]]:
    sustained, twice = found.parts
    everything = [one for part in found.parts for one in part.watched.values()]
    calm = list(sustained.watched.values())
    slowest = max(p95(one.ordinary.seconds) for one in calm)
    down = sum(count for (_, what), count in found.outcomes.items() if what == "unavailable")
    calm_errors = sum(_errors(one.ordinary, {ANSWERED}) for one in calm)
    crowd = [one.ordinary for one in twice.watched.values()]
    crowd_errors = sum(_errors(one, {ANSWERED, SENT_AWAY}) for one in crowd)
    unheard = sum(_errors(one.flags, {ALARM}) for one in everything)
    sent_away = sum(one.what[SENT_AWAY] for one in crowd)
    yield target("sustained: messages not answered", calm_errors, calm_errors == 0)
    yield target(
        "sustained: p95 of the slower channel, s, below 1", f"{slowest:.2f}", slowest < SLOWEST_P95
    )
    yield target("twice as many: errors but 429 with Retry-After", crowd_errors, crowd_errors == 0)
    yield target("twice as many: told to come again (429)", sent_away, sent_away > 0)
    yield target("red flags not answered as an emergency", unheard, unheard == 0)
    yield target("answered that the assistant is down (both rates)", down, down == 0)


def _errors(seen: Seen, fine: set[str]) -> int:
    return sum(count for what, count in seen.what.items() if what not in fine)


def _costs(part: Part) -> str:
    shares = ", ".join(f"{who} {share:.0%}" for who, share in part.costs.items())
    return f"Of all cores, {part.name}: {shares}."


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{count:,} x {name}" for name, count in sorted(what.items()))


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
