"""How many messages are with Rasa, or wait to be recorded. More would make everybody wait.

Beyond the bound a web page is asked to come again (429), which the widget does by itself; a channel
that keeps messages until they are answered waits. Such a channel may have many waiting, so it gets
half of the places: it would take each as it becomes free, and nobody on the web were answered. Red
flags never come this far: they are answered before.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from enum import Enum, auto
from typing import Final

from bot.gateway.refusals import Code, Refusal

# Seconds; by then most of what is under way is answered.
RETRY_AFTER: Final = 2


class Patience(Enum):
    """What a message does where no place is free. What is urgent waits, but behind no chat."""

    COMES_AGAIN = auto()
    WAITS = auto()
    URGENT = auto()


class Load:
    """At most so many at once."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._free_to_wait_for = asyncio.Semaphore(max(1, most // 2))

    @asynccontextmanager
    async def one_more(self, patience: Patience) -> AsyncIterator[None]:
        """Hold a place. Where none is free: wait, or raise Refusal."""
        if patience is Patience.COMES_AGAIN and self._free.locked():
            raise Refusal(Code.TOO_MANY_REQUESTS, retry_after=RETRY_AFTER, seconds=RETRY_AFTER)
        async with AsyncExitStack() as held:
            if patience is Patience.WAITS:
                await held.enter_async_context(self._free_to_wait_for)
            await held.enter_async_context(self._free)
            yield
