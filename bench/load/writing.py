"""Messages at a rate, whether answers have come or not; and the rate that is possible at most."""

import asyncio
import itertools
import random
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.load.people import ALARM, ANSWERED, RED_FLAG, Writer
from bench.performance.subjects import MESSAGES

# So long somebody reads an answer before they write again.
READING_SECONDS = 1.0
SEED = 7


@dataclass
class Crowd:
    """The people of a channel: those who write, and those who will have an emergency."""

    name: str
    writers: Sequence[Writer]
    grave: Sequence[Writer]


@dataclass
class Seen:
    """What became of messages, and the seconds of those that were answered.

    `held` were not written, because everybody still waited for an answer.
    """

    what: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    held: int = 0


@dataclass
class Watched:
    """A channel while it was written to: ordinary messages, red flags, ordinary ones a second."""

    rate: float
    ordinary: Seen = field(default_factory=Seen)
    flags: Seen = field(default_factory=Seen)


async def most(crowds: Sequence[Crowd], at_once: int, count: int) -> float:
    """Return how many messages a second are answered with so many at once, all channels mixed.

    Each channel gets a share of the messages as large as its crowd.
    """
    everybody = [one for crowd in crowds for one in crowd.writers]
    random.Random(SEED).shuffle(everybody)
    turns, texts = itertools.cycle(everybody), itertools.cycle(MESSAGES)
    left = itertools.repeat(None, count)

    async def work() -> None:
        for _ in left:
            await next(turns).say(next(texts))

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


async def write_at(crowds: Sequence[Crowd], rate: float, seconds: float) -> dict[str, Watched]:
    """Let all crowds write together; each gets a share of the rate as large as it is."""
    everybody = sum(len(crowd.writers) for crowd in crowds)
    shares = {crowd.name: rate * len(crowd.writers) / everybody for crowd in crowds}
    watched = {name: Watched(share) for name, share in shares.items()}
    runs = []
    for crowd in crowds:
        seen = watched[crowd.name]
        runs.append(_arrive(crowd.writers, MESSAGES, seen.rate, seconds, seen.ordinary))
        runs.append(_arrive(crowd.grave, (RED_FLAG,), 1.0, seconds, seen.flags))
    await asyncio.gather(*runs)
    return watched


async def _arrive(
    writers: Sequence[Writer], texts: Sequence[str], rate: float, seconds: float, seen: Seen
) -> None:
    """Have messages arrive at random (Poisson), each from whoever has been idle the longest."""
    idle, under_way = deque(writers), set[asyncio.Task[None]]()
    words, chance = itertools.cycle(texts), random.Random(SEED)

    async def say(writer: Writer, text: str) -> None:
        heard = await writer.say(text)
        seen.what[heard.what] += 1
        if heard.what in (ANSWERED, ALARM):
            seen.seconds.append(heard.seconds)
        await asyncio.sleep(READING_SECONDS)
        idle.append(writer)

    began, due = time.perf_counter(), chance.expovariate(rate)
    while due < seconds:
        await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
        due += chance.expovariate(rate)
        if not idle:
            seen.held += 1
            continue
        task = asyncio.create_task(say(idle.popleft(), next(words)))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    while under_way:
        await asyncio.wait(set(under_way))
