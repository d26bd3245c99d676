"""A bounded soak: python -m bench.soak [minutes], by `make soak`. Fails when memory grows.

Patients come and go without a pause. Memory is looked at in every interval; caches fill in the
first third, so growth is what the last interval has over the first after it.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import httpx

from bench.options import options
from bench.pages import table, target, write_part
from bench.performance import subjects
from bench.performance.processes import Processes, machine
from bench.performance.report import PAGE
from bench.performance.stacks import started
from bench.performance.subjects import MESSAGES, Subject

PATIENTS = 8
INTERVALS = 12
# Of all processes together: noise of allocators and of what is cached for some minutes.
MOST_GROWTH = 0.05
# All processes together hold less than so many megabytes after so many messages.
MOST_MEGABYTES, AFTER_MESSAGES = 1000.0, 10_000
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Look:
    """Memory at a moment: seconds and messages so far, megabytes of each process."""

    seconds: float
    messages: int
    megabytes: dict[str, float]

    @property
    def together(self) -> float:
        """Megabytes of all processes."""
        return sum(self.megabytes.values())


# How much of the soak is over, from 0 to 1, after so many seconds and messages.
type Progress = Callable[[float, int], float]


def main() -> int:
    """Run the soak; returns 1 if memory grew, or is too much."""
    parser = options(__doc__, amount="minutes", default=5.0)
    parser.add_argument("--messages", type=int, help="until so many are answered, not for minutes")
    chosen = parser.parse_args()

    def progress(seconds: float, messages: int) -> float:
        if chosen.messages is not None:
            return messages / chosen.messages
        return seconds / (chosen.minutes * 60)

    with started() as running:
        looks = asyncio.run(_soak(subjects.gateway(running.gateway), progress))
    growth = looks[-1].together / looks[INTERVALS // 3].together - 1
    report = "\n".join(_report(looks, growth))
    print(report)
    if chosen.write:
        write_part(PAGE, "soak", report)
    return int(growth > MOST_GROWTH or looks[-1].together > MOST_MEGABYTES)


def _report(looks: Sequence[Look], growth: float) -> list[str]:
    names, minutes = list(looks[0].megabytes), looks[-1].seconds / 60
    return [
        f"On {machine()}: {PATIENTS} patients at once, {minutes:.1f} minutes.",
        "",
        *table(("minute", "messages", *names, "MB together"), map(_row, looks)),
        "",
        *table(("target", "figure", ""), _verdicts(looks, growth)),
    ]


def _row(look: Look) -> Sequence[str]:
    sizes = [f"{size:.0f}" for size in (*look.megabytes.values(), look.together)]
    return f"{look.seconds / 60:.1f}", f"{look.messages:,}", *sizes


def _verdicts(looks: Sequence[Look], growth: float) -> Iterator[Sequence[str]]:
    allowed = f"growth after the first third, at most {MOST_GROWTH:.0%}"
    yield target(allowed, f"{growth:+.1%}", growth <= MOST_GROWTH)
    after = [look for look in looks if look.messages >= AFTER_MESSAGES]
    most = max(look.together for look in after or looks[-1:])
    yield target(
        f"MB together after {AFTER_MESSAGES:,} messages, below {MOST_MEGABYTES:,.0f}",
        f"{most:.0f} after {looks[-1].messages:,}",
        most < MOST_MEGABYTES if after else None,
    )


async def _soak(ours: Subject, progress: Progress) -> list[Look]:
    """Talk until all is over, and look at the end of each interval."""
    processes, sent, began = Processes(), [0], time.monotonic()

    def look() -> Look:
        return Look(time.monotonic() - began, sent[0], processes.megabytes())

    def done() -> float:
        return progress(time.monotonic() - began, sent[0])

    looks = [look()]
    limits = httpx.Limits(max_connections=PATIENTS)
    async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        patients = [
            asyncio.create_task(_come_and_go(ours, client, done, sent)) for _ in range(PATIENTS)
        ]
        for number in range(1, INTERVALS + 1):
            while done() < number / INTERVALS:
                if failed := [one for one in patients if one.done()]:
                    await asyncio.gather(*failed)
                await asyncio.sleep(LOOK_SECONDS)
            looks.append(look())
        await asyncio.gather(*patients)
    return looks


async def _come_and_go(
    ours: Subject, client: httpx.AsyncClient, done: Callable[[], float], sent: list[int]
) -> None:
    while done() < 1:
        opened = await ours.open(client)
        for text in MESSAGES:
            (await ours.send(client, opened, text)).raise_for_status()
            sent[0] += 1


if __name__ == "__main__":
    sys.exit(main())
