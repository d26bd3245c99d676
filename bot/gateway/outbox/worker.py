"""Works off the outbox: claims what is due and hands each to the handler of its kind.

Any number of gateways may do so on one database: a claim is a transaction.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.gateway.repeating import repeating
from bot.gateway.services import Services
from bot.gateway.steady import Steady
from bot.records.outbox import Kind, Sending, State, claim_due, put_off, settle

logger = logging.getLogger(__name__)

# Sends one claimed thing and settles it; what it raises is logged, and tried again later.
Handler = Callable[[Sending, Services, datetime], Awaitable[None]]

TICK_SECONDS = 5.0
# Together most of a day: a server that is down over night does not lose what was to be sent.
RETRY_AFTER: Final = tuple(timedelta(minutes=wait) for wait in (1, 5, 30, 120, 360, 720))


@asynccontextmanager
async def sending(
    services: Services,
    handlers: Mapping[Kind, Handler],
    seconds: float = TICK_SECONDS,
    *,
    batch: int = 20,
    unsent: timedelta = timedelta(0),
) -> AsyncIterator[None]:
    """Work off the outbox until the end of the block, claiming so many at a time.

    `unsent`: so long after the clock was set forward nothing is sent, or dropped as too late.
    """
    steady = Steady(services.clock)

    async def work() -> None:
        if not steady.since(unsent):
            return
        await work_off(services, handlers, services.clock.now(), batch=batch)

    async with repeating("outbox", work, seconds):
        yield


async def work_off(
    services: Services, handlers: Mapping[Kind, Handler], now: datetime, *, batch: int = 20
) -> int:
    """Send all that is due now; returns how many were claimed.

    After a failure the rest waits for the next round, so that one that hangs is not waited for
    again and again while the gateway stops.
    """
    claimed, fine = 0, True
    claim = partial(claim_due, now=now, kinds=tuple(handlers), limit=batch)
    while fine and (found := await services.database.writing(claim)):
        fine = all([await _handle(one, handlers[one.kind], services, now) for one in found])
        claimed += len(found)
    return claimed


async def _handle(one: Sending, handler: Handler, services: Services, now: datetime) -> bool:
    """Let the handler send it; returns whether it came through.

    What fails is put off, and given up after the last of the waits.
    """
    try:
        await handler(one, services, now)
    except Exception as error:
        # Its name only: the text may hold an address or what a patient wrote.
        again = RETRY_AFTER[one.attempts - 1] if one.attempts <= len(RETRY_AFTER) else None
        logger.warning(
            "sending failed kind=%s conversation=%s attempt=%d error=%s",
            *(one.kind, one.conversation_id, one.attempts, type(error).__name__),
        )
        work = (
            partial(put_off, sending=one, due_at=now + again)
            if again is not None
            else partial(settle, sending=one, state=State.FAILED, now=now, reason="gave_up")
        )
        await services.database.writing(work)
        return False
    return True
