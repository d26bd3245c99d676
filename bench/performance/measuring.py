"""Sending messages and taking times: of many conversations at once, and of one long one."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from bench.performance.processes import Processes
from bench.performance.subjects import MESSAGES, Subject


@dataclass
class Times:
    """Milliseconds of each message, the seconds it all took, and the CPU seconds it cost."""

    each: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.each)

    @property
    def p95(self) -> float:
        """What one message in twenty exceeds."""
        return statistics.quantiles(self.each, n=20)[-1]

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.each) / self.seconds

    @property
    def cpu_each(self) -> float:
        """Milliseconds of CPU a message, in all processes together."""
        return self.cpu / len(self.each) * 1000


def in_turns(
    subjects: Sequence[Subject],
    processes: Processes,
    *,
    conversations: int,
    messages: int,
    rounds: int = 3,
) -> dict[str, Times]:
    """Measure each subject in every round, so that what else the machine does meets all alike."""
    found = {subject.name: Times() for subject in subjects}
    for _, subject in itertools.product(range(rounds), subjects):
        asyncio.run(
            _add(found[subject.name], subject, processes, conversations, messages // rounds)
        )
    return found


async def _add(
    times: Times, subject: Subject, processes: Processes, conversations: int, messages: int
) -> None:
    """Send so many messages, from so many patients at once; each waits for its replies.

    After every round of MESSAGES a patient begins a new conversation; opening it is not timed.
    """
    limits = httpx.Limits(max_connections=conversations)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        each = max(1, messages // conversations)
        cpu, began = processes.cpu_seconds(), time.perf_counter()
        runs = await asyncio.gather(*(_talk(subject, client, each) for _ in range(conversations)))
        times.seconds += time.perf_counter() - began
        times.cpu += processes.cpu_seconds() - cpu
    times.each.extend(itertools.chain(*runs))


async def _talk(subject: Subject, client: httpx.AsyncClient, count: int) -> list[float]:
    times = []
    opened = None
    for number in range(count):
        place = number % len(MESSAGES)
        if place == 0:
            opened = await subject.open(client)
        began = time.perf_counter()
        answer = await subject.send(client, opened, MESSAGES[place])
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
    return times


type Cost = tuple[float, float]


def of_one_conversation(
    subjects: Sequence[Subject], processes: Processes, length: int
) -> dict[str, list[Cost]]:
    """Return the milliseconds of each message of one long conversation, and those of CPU.

    The conversations go on side by side, a message of each in turn.
    """
    return asyncio.run(_side_by_side(subjects, processes, length))


async def _side_by_side(
    subjects: Sequence[Subject], processes: Processes, length: int
) -> dict[str, list[Cost]]:
    found: dict[str, list[Cost]] = {subject.name: [] for subject in subjects}
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        opened = [await subject.open(client) for subject in subjects]
        for number in range(length):
            for subject, conversation in zip(subjects, opened, strict=True):
                cpu, began = processes.cpu_seconds(), time.perf_counter()
                text = MESSAGES[number % len(MESSAGES)]
                answer = await subject.send(client, conversation, text)
                took = time.perf_counter() - began
                cost = (took * 1000, (processes.cpu_seconds() - cpu) * 1000)
                found[subject.name].append(cost)
                answer.raise_for_status()
    return found


def around(costs: Sequence[Cost], number: int) -> Cost:
    """Return median time and mean CPU of the forty messages around one, each text four times.

    The system counts CPU in hundredths of a second, so a median of it would say little.
    """
    near = costs[max(0, number - 20) : number + 20]
    return statistics.median(ms for ms, _ in near), statistics.mean(cpu for _, cpu in near)
