"""Workers of the outbox with a clock of their own, made to be killed.

Reads lines on standard input: "start" forks a worker, whose process id is printed. A worker sends
what is due at the time that the clock file tells, again and again. Forked, as a worker that has to
import everything would be killed while it does.
"""

import asyncio
import logging
import os
import signal
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from bot.clock import Clock
from bot.gateway.outbox.handlers import REMINDERS
from bot.gateway.outbox.worker import work_off
from bot.gateway.services import open_services
from bot.settings import Settings
from tests.channels.serving import settings_for


@dataclass(frozen=True, slots=True)
class FileClock(Clock):
    """Tells the time that stands in a file."""

    file: Path = Path()

    def now(self, zone: tzinfo = UTC) -> datetime:
        """Return it in `zone`."""
        return datetime.fromisoformat(self.file.read_text()).astimezone(zone)


async def work(settings: Settings, clock: FileClock, done: Path) -> None:
    """Send what is due, and note up to which time nothing is left; until killed."""
    async with open_services(settings) as opened:
        services = replace(opened, clock=clock)
        while True:
            now = clock.now()
            await work_off(services, REMINDERS, now)
            note = done.with_suffix(f".{os.getpid()}")
            note.write_text(now.isoformat())
            note.replace(done)
            await asyncio.sleep(0.005)


def main(state: str, database_url: str, clock: str, done: str) -> None:
    """Fork a worker for each "start"."""
    settings = settings_for(Path(state), database_url=database_url, log_level="ERROR")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    logging.disable(logging.WARNING)

    async def warm_up() -> None:
        async with open_services(settings):
            pass

    asyncio.run(warm_up())
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(work(settings, FileClock(file=Path(clock)), Path(done)))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
