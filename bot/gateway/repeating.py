"""Work that is done again and again while the gateway runs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)


@asynccontextmanager
async def repeating(
    name: str, work: Callable[[], Awaitable[object]], seconds: float
) -> AsyncIterator[None]:
    """Do `work` at once and every so many seconds until the end of the block; failures are logged.

    Work under way is finished first: cut short, it would leave a connection to the database open.
    """
    over = asyncio.Event()
    task = asyncio.create_task(_repeat(name, work, seconds, over))
    try:
        yield
    finally:
        over.set()
        await task


async def _repeat(
    name: str, work: Callable[[], Awaitable[object]], seconds: float, over: asyncio.Event
) -> None:
    while not over.is_set():
        try:
            await work()
        except SQLAlchemyError as error:
            # Without its text, which may hold what patients wrote.
            logger.warning("%s failed: %s", name, type(error).__name__)
        except Exception:
            logger.exception("%s failed", name)
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), seconds)
