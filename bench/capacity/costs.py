"""What a message costs each process, and how fast a small machine was: measured, in one file."""

import json
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple, Self

FILE = Path(__file__).parents[2] / "docs" / "performance" / "costs.json"


class Cost(NamedTuple):
    """Milliseconds of CPU that one message took in each process."""

    client: float
    gateway: float
    rasa: float
    actions: float
    database: float


@dataclass(frozen=True)
class Measured:
    """Milliseconds and messages a second with some conversations at once; `cost` is a mean."""

    p50: float
    p95: float
    rate: float
    cost: Cost


@dataclass(frozen=True)
class Costs:
    """A measured machine: megabytes by process, messages one by one, several at once."""

    machine: str
    cores: int
    megabytes: Mapping[str, float]
    each: Sequence[Cost]
    closed: Mapping[int, Measured]

    def mean(self) -> Cost:
        """Return the mean cost of messages that come one by one."""
        return Cost(*(statistics.fmean(column) for column in zip(*self.each, strict=True)))

    def used(self) -> float:
        """Return how many cores were at work with the most conversations at once.

        Much fewer than there are: the machine had something else to do.
        """
        most = self.closed[max(self.closed)]
        return most.rate * sum(most.cost) / 1000

    def dearer(self, factor: float) -> Self:
        """Return the same with every message's CPU times a factor."""
        return replace(self, each=[Cost(*(ms * factor for ms in cost)) for cost in self.each])

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file that `save` wrote."""
        found = json.loads(path.read_text(encoding="utf-8"))
        closed = {
            int(number): Measured(**{**times, "cost": Cost(*times["cost"])})
            for number, times in found.pop("closed").items()
        }
        return cls(each=[Cost(*cost) for cost in found.pop("each")], closed=closed, **found)

    def save(self, path: Path = FILE) -> None:
        """Write it for `load`, a message's costs in a line."""
        rounded = _rounded(asdict(self))
        text = json.dumps(rounded, indent=1)
        # Lists of figures only: one line each.
        flat = re.sub(r"\[[^\[\]{}\"]*\]", lambda found: " ".join(found.group().split()), text)
        path.write_text(f"{flat}\n", encoding="utf-8")


def _rounded(value: object) -> object:
    match value:
        case float():
            return round(value, 3)
        case dict():
            return {str(key): _rounded(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
    return value
