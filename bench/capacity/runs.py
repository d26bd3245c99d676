"""What is simulated: patients that wait for each answer, and the busiest hour of a day."""

import random
import statistics
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from bench.capacity.costs import Cost
from bench.capacity.day import Day
from bench.capacity.system import Saphena, Size, Told

SEED = 7
# Of each conversation at once, so that the slowest message in a hundred is no chance.
CLOSED_MESSAGES = 4000
# Seconds that are simulated of the busiest hour, before it counts and then in two halves; longer
# where fewer messages than that would come.
FILLING, HALF = 30.0, 60.0
FEWEST = 10_000


@dataclass(frozen=True)
class Figures:
    """Seconds, and shares of messages: told to come again, and never answered."""

    mean: float
    p50: float
    p95: float
    p99: float
    refused: float
    lost: float
    messages: int


def figures(told: Sequence[Told]) -> Figures:
    """Return the figures of messages."""
    seconds = sorted(one.seconds for one in told if one.answered) or [0.0]
    refused = sum(one.refused for one in told)
    p50, p95, p99 = (seconds[int(len(seconds) * share)] for share in (0.5, 0.95, 0.99))
    lost = sum(not one.answered for one in told) / len(told)
    share = refused / (len(told) + refused)
    return Figures(statistics.fmean(seconds), p50, p95, p99, share, lost, len(told))


def closed(costs: Sequence[Cost], conversations: int, cores: int) -> tuple[Figures, float]:
    """Simulate patients who write as soon as they are answered, on one machine with so many cores.

    Returns also the messages a second.
    """
    env = simpy.Environment()
    one_of_each = Size(gateways=1, workers=1, actions=1, database=cores, cores=cores)
    saphena, told = Saphena(env, one_of_each, costs, SEED, patients_too=True), list[Told]()

    def talk(name: str) -> Generator[simpy.Event, Any, None]:
        while len(told) < CLOSED_MESSAGES:
            told.append((yield from saphena.message(name)))

    for number in range(conversations):
        env.process(talk(f"conversation {number}"))
    env.run()
    return figures(told), len(told) / float(env.now)


@dataclass(frozen=True)
class Peak:
    """What became of messages before and after a worker died."""

    whole: Figures
    one_down: Figures


def peak(costs: Sequence[Cost], size: Size, day: Day, rate: float) -> Peak:
    """Simulate some minutes in which so many conversations begin in a second.

    In the middle one worker dies for good.
    """
    env, chance = simpy.Environment(), random.Random(SEED)
    saphena, told = Saphena(env, size, costs, SEED), list[Told]()
    half = max(HALF, FEWEST / (rate * day.messages))

    def talk(name: str, pause: float) -> Generator[simpy.Event, Any, None]:
        for _ in range(day.length(chance)):
            yield env.timeout(pause)
            told.append((yield from saphena.message(name)))
            pause = day.thinking(chance)

    def begin(pause: float = 0.0) -> None:
        env.process(talk(f"{chance.getrandbits(128):032x}", pause))

    def arrive() -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(chance.expovariate(rate))
            begin()

    # Those in the middle of a conversation when it begins; what is left of one is as long as a new
    # one, by the distribution of lengths.
    for _ in range(round(rate * (day.messages - 1) * day.mean_thinking)):
        begin(day.thinking(chance))
    env.process(arrive())
    env.run(FILLING + half)
    saphena.fail(0)
    env.run(FILLING + 2 * half)
    first = [one for one in told if FILLING <= one.at < FILLING + half]
    second = [one for one in told if one.at >= FILLING + half]
    return Peak(figures(first), figures(second))
