"""What the gateway removes now and then by itself: what is past its time, and what is left over."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from anyio.to_thread import run_sync

from bot.clock import Clock
from bot.database import Database
from bot.gateway.repeating import repeating
from bot.gateway.steady import Steady
from bot.purging import purge, remove_orphans

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 600
# So long after the clock was set forward nothing is purged: somebody may still set it right.
UNPURGED = timedelta(hours=24)


@asynccontextmanager
async def housekeeping(
    database: Database, clock: Clock, retention_days: int
) -> AsyncIterator[None]:
    """Sweep at the start and every 10 minutes while the context lasts.

    Several gateways may do so at once: what one removed the other does not find.
    """
    work = partial(sweep, database, clock, retention_days, Steady(clock))
    async with repeating("sweep", work, SWEEP_SECONDS):
        yield


async def sweep(database: Database, clock: Clock, retention_days: int, steady: Steady) -> None:
    """Remove what Rasa saved after its conversation was deleted, and what is past its time."""
    removed = await run_sync(remove_orphans, database)
    if removed:
        logger.info("tracker events without a conversation removed: %d", removed)
    if not steady.since(UNPURGED):
        return
    for one in await run_sync(partial(purge, database, retention_days, clock.now())):
        if one.conversations or one.unplaced:
            logger.info(
                "past retention clinic=%s days=%d conversations=%d unplaced=%d",
                *(one.clinic_id, one.days, one.conversations, one.unplaced),
            )
