"""What could not be written, though it was answered: tried again, in order, as long as it takes."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from sqlalchemy.exc import IntegrityError

from bot.gateway.errors import DATABASE_DOWN
from bot.gateway.journal import Journal
from bot.records.plain import RecordedBeforeError

logger = logging.getLogger(__name__)

# Pauses grow.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 5.0
STOP_SECONDS = 12.0
# An answer does not wait longer for a disk that hangs.
KEEP_SECONDS = 1.0
MOST = 10_000


@dataclass(eq=False, slots=True)
class Late:
    """A message whose answer was given, but which is not written yet.

    `begun`: the try to write it that is under way already. `write` may follow on one that was not
    known to succeed, and raises RecordedBeforeError then. `kept`: its file in the journal.
    """

    conversation_id: str
    client_id: str | None
    write: Callable[[], Awaitable[object]]
    begun: Awaitable[object] | None = None
    kept: Path | None = None


class LateWrites:
    """One after the other, so that what was said first is written first."""

    def __init__(self, journal: Journal | None = None) -> None:
        self._journal = journal
        self._late: deque[Late] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._one_by_one = CapacityLimiter(1)

    def __len__(self) -> int:
        return len(self._late)

    async def put_off(self, late: Late, entry: bytes | None = None) -> None:
        """Write a message later; `entry` is kept on disk until then, if it can be."""
        same = (late.conversation_id, late.client_id)
        if late.client_id and same in ((one.conversation_id, one.client_id) for one in self._late):
            self._forget(late)  # sent again meanwhile
            return
        if len(self._late) >= MOST:
            logger.error("red flag not recorded, too many wait for the database")
            return
        self._late.append(late)
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        if entry is not None:
            keeping = asyncio.create_task(self._keep(late, entry))
            await asyncio.wait({keeping}, timeout=KEEP_SECONDS)

    async def finish(self) -> None:
        """Wait for what is not written yet; what cannot be is left in the journal."""
        if self._writer is not None and not self._writer.done():
            await asyncio.wait({self._writer}, timeout=STOP_SECONDS)
            if self._late:
                kept = sum(late.kept is not None for late in self._late)
                logger.error("red flags not recorded: %d, kept on disk: %d", len(self._late), kept)
                self._writer.cancel()
        if self._journal is not None:
            self._journal.close()

    async def _keep(self, late: Late, entry: bytes) -> None:
        if self._journal is not None:
            late.kept = await run_sync(self._journal.keep, entry, limiter=self._one_by_one)
            if late not in self._late:  # written meanwhile
                self._forget(late)

    def _forget(self, late: Late) -> None:
        if self._journal is not None and late.kept is not None:
            self._journal.drop(late.kept)

    async def _write(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while self._late:
            late = self._late[0]
            try:
                await (late.begun or late.write())
            except DATABASE_DOWN as error:
                # Without its text, which may hold what patients wrote.
                logger.error("red flag not recorded yet: %s", type(error).__name__)
                late.begun = None
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                continue
            except (IntegrityError, RecordedBeforeError):
                logger.info("red flag was recorded before")
            except Exception:
                logger.exception("red flag not recorded")
            else:
                logger.warning("red flag recorded late")
            pause = FIRST_PAUSE_SECONDS
            self._forget(self._late.popleft())
