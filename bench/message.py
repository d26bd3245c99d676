"""Time of one message through the public API, beside an echo and beside Rasa's own REST channel.

    python -m bench.message            prints the table
    python -m bench.message --write    also writes it into docs/performance.md

All in one run on one machine, so that the figures compare. Everything runs on loopback, with state
of its own in a temporary folder.
"""

import argparse
import asyncio
import itertools
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.echo import echoing
from bot.cli.background import running
from bot.cli.ports import LOOPBACK, any_free_port

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
MARKS = ("<!-- message: begin -->", "<!-- message: end -->")
CLINIC = "glamour"
MESSAGES = (
    "had my spider veins injected yesterday, gym tomorrow?",
    "and how long do I wear the stockings?",
    "what are spider veins",
    "how much is a session",
    "does it hurt?",
    "can I fly on friday",
    "how many sessions will I need and how far apart are they?",
    "is a bruise normal",
    "can i drink wine tonight",
    "thanks",
)
CONCURRENCY = (1, 8, 32)
WARM_UP = 20

type Send = Callable[[httpx.AsyncClient, Any, str], Awaitable[httpx.Response]]
type Open = Callable[[httpx.AsyncClient], Awaitable[Any]]


@dataclass(frozen=True)
class Subject:
    """Something that answers messages: its name, how to open a conversation, how to send."""

    name: str
    open: Open
    send: Send


@dataclass(frozen=True)
class Figures:
    """Milliseconds a message, and messages a second, at one number of conversations."""

    p50: float
    p95: float
    rate: float


async def measure(subject: Subject, conversations: int, messages: int) -> Figures:
    """Send `messages` in all, from so many patients at once; each waits for its replies.

    After every round of MESSAGES a patient begins a new conversation; opening it is not timed.
    """
    limits = httpx.Limits(max_connections=conversations)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        each = max(1, messages // conversations)
        began = time.perf_counter()
        runs = await asyncio.gather(*(_talk(subject, client, each) for _ in range(conversations)))
        took = time.perf_counter() - began
    times = sorted(itertools.chain(*runs))
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    return Figures(statistics.median(times), p95, len(times) / took)


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


def gateway(address: str) -> Subject:
    """The public API."""

    async def begin(client: httpx.AsyncClient) -> Any:
        body = {"clinic": CLINIC}
        answer = await client.post(f"{address}/api/conversations", json=body)
        return answer.raise_for_status().json()

    async def send(client: httpx.AsyncClient, opened: Any, text: str) -> httpx.Response:
        return await client.post(
            f"{address}/api/conversations/{opened['id']}/messages",
            json={"text": text},
            headers={"Authorization": f"Bearer {opened['token']}"},
        )

    return Subject("Saphena, public API", begin, send)


def plain_rasa(address: str) -> Subject:
    """Rasa's REST channel with the same model and the same action server."""
    numbers = itertools.count()

    async def begin(_client: httpx.AsyncClient) -> Any:
        return f"bench-{next(numbers)}"

    async def send(client: httpx.AsyncClient, opened: Any, text: str) -> httpx.Response:
        metadata = {"clinic": CLINIC, "channel": "web"}
        body = {"sender": opened, "message": text, "metadata": metadata}
        return await client.post(f"{address}/webhooks/rest/webhook", json=body)

    return Subject("Rasa's REST channel, same model", begin, send)


def echo(address: str) -> Subject:
    """An endpoint that sends back what it gets, on the same kind of server: the floor."""

    async def begin(_client: httpx.AsyncClient) -> Any:
        return None

    async def send(client: httpx.AsyncClient, _opened: Any, text: str) -> httpx.Response:
        return await client.post(address, json={"text": text})

    return Subject("echo", begin, send)


@contextmanager
def started() -> Iterator[tuple[str, str, float]]:
    """Run everything; yields the gateway's and Rasa's address, and the seconds until ready."""
    port, rasa_port = any_free_port(), any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    with tempfile.TemporaryDirectory() as state, (Path(state) / "run.log").open("wb") as log:
        environment = {
            "STATE_DIR": state,
            "DATABASE_URL": "",
            "PORT": str(port),
            "RASA_PORT": str(rasa_port),
            "ACTIONS_PORT": str(any_free_port()),
            "RATE_LIMITS": "off",
        }
        began = time.perf_counter()
        with running(address, environment, log):
            yield address, f"http://{LOOPBACK}:{rasa_port}", time.perf_counter() - began


def memory() -> dict[str, float]:
    """Return the resident megabytes of each of our processes, by name."""
    kinds = {"bot.gateway": "gateway", "action_server": "actions", "bot.brain": "rasa"}
    found: dict[str, float] = {}
    for process in psutil.Process().children(recursive=True):
        line = " ".join(process.cmdline())
        name = next((name for mark, name in kinds.items() if mark in line), "supervisor")
        found[name] = found.get(name, 0.0) + process.memory_info().rss / 1e6
    return found


def compare(subjects: list[Subject], messages: int) -> list[str]:
    """Measure all subjects at each concurrency, and return the rows of the table."""
    rows = ["| | conversations | p50 ms | p95 ms | messages/s |", "|---|---|---|---|---|"]
    for subject in subjects:
        asyncio.run(measure(subject, 1, WARM_UP))
    for conversations, subject in itertools.product(CONCURRENCY, subjects):
        f = asyncio.run(measure(subject, conversations, messages))
        rows.append(
            f"| {subject.name} | {conversations} | {f.p50:.1f} | {f.p95:.1f} | {f.rate:.0f} |"
        )
    return rows


def machine() -> str:
    """Describe the machine in one line."""
    gigabytes = psutil.virtual_memory().total / 1e9
    cores = f"{os.cpu_count()} cores ({platform.machine()}), {gigabytes:.0f} GB"
    return f"{cores}, Python {platform.python_version()}"


def main() -> None:
    """Run the comparison."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, default=320, help="per row of the table")
    options.add_argument("--write", action="store_true", help=f"write it into {PAGE.name}")
    chosen = options.parse_args()
    with ExitStack() as stack:
        address, rasa, seconds = stack.enter_context(started())
        floor = stack.enter_context(echoing())
        before = memory()
        rows = compare([echo(floor), plain_rasa(rasa), gateway(address)], chosen.messages)
        after = memory()
    report = [
        f"On {machine()}.",
        "",
        *rows,
        "",
        "| process | MB resident at the start | after the run |",
        "|---|---|---|",
        *(f"| {name} | {before[name]:.0f} | {after[name]:.0f} |" for name in sorted(before)),
        "",
        f"Ready {seconds:.0f} s after `python -m bot run` with nothing to build.",
    ]
    print("\n".join(report))
    if chosen.write:
        write("\n".join(report))


def write(report: str) -> None:
    """Put the report between the marks of docs/performance.md."""
    page = PAGE.read_text(encoding="utf-8")
    begin, end = (page.index(mark) for mark in MARKS)
    PAGE.write_text(f"{page[:begin]}{MARKS[0]}\n\n{report}\n\n{page[end:]}", encoding="utf-8")


if __name__ == "__main__":
    main()
