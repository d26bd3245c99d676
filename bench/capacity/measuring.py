"""What one message costs each process, to the microsecond: by its own CPU clock (Linux).

What `psutil` tells is in hundredths of a second, which is as long as a message takes.
"""

import asyncio
import contextlib
import os
import statistics
import time
from collections.abc import Sequence

import httpx
import psutil

from bench.capacity.costs import Cost, Costs, Measured
from bench.performance import subjects
from bench.performance.processes import Processes, machine
from bench.performance.stacks import Stack
from bench.performance.subjects import MESSAGES, Subject

CONVERSATIONS = 24
AT_ONCE = (1, 8, 32)
MESSAGES_AT_ONCE = 480
# What is still done after the answer is out belongs to the message too.
SETTLING_SECONDS = 0.005


class Account:
    """CPU by process, of all threads; PostgreSQL's are the connections to one database."""

    def __init__(self, database: str) -> None:
        ids: dict[str, list[int]] = {
            "client": [os.getpid()],
            **Processes().ids(),
            "database": _connections(database),
        }
        self._clocks = {name: [_Clock(pid) for pid in pids] for name, pids in ids.items()}

    def taken(self) -> Cost:
        """Return the milliseconds of CPU that each process has used so far."""
        return Cost(
            *(
                sum(clock.read() for clock in self._clocks.get(name, ())) * 1000
                for name in Cost._fields
            )
        )


def measured(stack: Stack, database_url: str) -> Costs:
    """Measure several conversations at once, then messages one by one, of a stack on PostgreSQL."""
    ours, processes = subjects.gateway(stack.gateway), Processes()
    # Warm-up, after which the pools have all their connections.
    asyncio.run(_at_once(ours, max(AT_ONCE), MESSAGES_AT_ONCE))
    account = Account(database_url.rpartition("/")[2])
    closed = {}
    for number in AT_ONCE:
        before = account.taken()
        times, seconds = asyncio.run(_at_once(ours, number, MESSAGES_AT_ONCE))
        closed[number] = Measured(
            p50=statistics.median(times),
            p95=statistics.quantiles(times, n=20)[-1],
            rate=len(times) / seconds,
            cost=_each(before, account.taken(), len(times)),
        )
    each = asyncio.run(_one_by_one(ours, account))
    cores = os.cpu_count() or 1
    return Costs(machine(), cores, processes.megabytes(), each, closed)


def _each(before: Cost, after: Cost, messages: int) -> Cost:
    return Cost(*((now - then) / messages for then, now in zip(before, after, strict=True)))


async def _one_by_one(ours: Subject, account: Account) -> Sequence[Cost]:
    costs = []
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        for _ in range(CONVERSATIONS):
            opened = await ours.open(client)
            for text in MESSAGES:
                await asyncio.sleep(SETTLING_SECONDS)
                before = account.taken()
                (await ours.send(client, opened, text)).raise_for_status()
                await asyncio.sleep(SETTLING_SECONDS)
                costs.append(_each(before, account.taken(), 1))
    return costs


async def _at_once(ours: Subject, number: int, messages: int) -> tuple[list[float], float]:
    """Return the milliseconds of each message, and the seconds it took; each waits for replies."""
    times: list[float] = []
    limits = httpx.Limits(max_connections=number)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        opened = [await ours.open(client) for _ in range(number)]

        async def talk(conversation: object) -> None:
            for place in range(messages // number):
                began = time.perf_counter()
                text = MESSAGES[place % len(MESSAGES)]
                (await ours.send(client, conversation, text)).raise_for_status()
                times.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        await asyncio.gather(*(talk(one) for one in opened))
        return times, time.perf_counter() - began


def _connections(database: str) -> list[int]:
    """Return the ids of PostgreSQL's processes for a database; they carry its name."""
    named = ((one.pid, one.info["cmdline"] or [""]) for one in psutil.process_iter(["cmdline"]))
    return [
        pid
        for pid, line in named
        if line[0].startswith("postgres:") and f" {database} " in " ".join(line)
    ]


class _Clock:
    """A process's CPU clock, in seconds; one that has ended stands still."""

    def __init__(self, pid: int) -> None:
        # As clock_getcpuclockid(3) makes it on Linux.
        self._id = (~pid << 3) | 2
        self._last = 0.0

    def read(self) -> float:
        with contextlib.suppress(OSError):
            self._last = time.clock_gettime(self._id)
        return self._last
