"""Messages of one conversation take turns, in order of arrival."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.gateway.refusals import Code, Refusal

RETRY_AFTER = 5


@dataclass(slots=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Turns:
    """One line per conversation that has a message under way; `max_waiting` bounds its length."""

    def __init__(self, max_waiting: int) -> None:
        self._max_waiting = max_waiting
        self._lines: dict[str, _Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def is_taken(self, conversation_id: str) -> bool:
        """Tell whether a message of the conversation is under way."""
        return conversation_id in self._lines

    @asynccontextmanager
    async def turn(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for the conversation's earlier messages. Raises Refusal when the line is full."""
        line = self._lines.setdefault(conversation_id, _Line())
        if line.length >= self._max_waiting:
            raise Refusal(Code.TOO_MANY_REQUESTS, retry_after=RETRY_AFTER, seconds=RETRY_AFTER)
        line.length += 1
        try:
            async with line.lock:  # asyncio's lock serves those who wait in their order
                yield
        finally:
            line.length -= 1
            if line.length == 0:
                self._lines.pop(conversation_id, None)
