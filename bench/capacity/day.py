"""How patients come and write: assumptions, in day.yml."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml

FILE = Path(__file__).with_name("day.yml")


@dataclass(frozen=True)
class Day:
    """Shares of the hours; of a conversation the mean of messages, and seconds between two."""

    hours: Sequence[float]
    messages: float
    median_thinking: float
    spread_thinking: float

    @classmethod
    def load(cls, path: Path = FILE) -> Self:
        """Read the file."""
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        thinking = found["thinking"]
        return cls(found["hours"], found["messages"], thinking["median"], thinking["spread"])

    @property
    def busiest_share(self) -> float:
        """Return the share of a day's conversations that begin in its busiest hour."""
        return max(self.hours) / sum(self.hours)

    @property
    def mean_thinking(self) -> float:
        """Return the mean of `thinking`."""
        return self.median_thinking * math.exp(self.spread_thinking**2 / 2)

    def length(self, chance: random.Random) -> int:
        """Return how many messages a conversation has."""
        if self.messages <= 1:
            return 1
        again = 1 - 1 / self.messages
        return 1 + int(math.log(1 - chance.random()) / math.log(again))

    def thinking(self, chance: random.Random) -> float:
        """Return the seconds until somebody writes again."""
        return chance.lognormvariate(math.log(self.median_thinking), self.spread_thinking)
