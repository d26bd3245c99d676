"""Hands events to the open event streams of a conversation, within this process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.gateway.refusals import Code, Refusal

BACKLOG = 100
RETRY_AFTER = 30


@dataclass(frozen=True, slots=True)
class Event:
    """An event for the browser: `kind` is "reply", "typing" or "ended"; `id` if it can resume."""

    kind: str
    data: dict[str, Any]
    id: int | None = None


# None ends a stream.
Stream = asyncio.Queue[Event | None]


class Hub:
    """The open streams by conversation; `max_streams` bounds those of one conversation."""

    def __init__(self, max_streams: int) -> None:
        self._max_streams = max_streams
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)

    @contextmanager
    def subscribed(self, conversation_id: str) -> Iterator[Stream]:
        """Open a stream. Raises Refusal when the conversation has too many."""
        if len(self._streams.get(conversation_id, ())) >= self._max_streams:
            raise Refusal(Code.TOO_MANY_STREAMS, retry_after=RETRY_AFTER)
        stream: Stream = asyncio.Queue(BACKLOG)
        self._streams[conversation_id].add(stream)
        try:
            yield stream
        finally:
            self._drop(conversation_id, stream)

    def publish(self, conversation_id: str, event: Event) -> None:
        """Hand an event to all open streams of a conversation."""
        for stream in tuple(self._streams.get(conversation_id, ())):
            if stream.full():
                # Nobody reads it; its client comes back with Last-Event-ID.
                self._end(conversation_id, stream)
            else:
                stream.put_nowait(event)

    def close(self, conversation_id: str) -> None:
        """End all streams of a conversation."""
        for stream in tuple(self._streams.get(conversation_id, ())):
            self._end(conversation_id, stream)

    def _end(self, conversation_id: str, stream: Stream) -> None:
        self._drop(conversation_id, stream)
        if stream.full():
            stream.get_nowait()
        stream.put_nowait(None)

    def _drop(self, conversation_id: str, stream: Stream) -> None:
        streams = self._streams.get(conversation_id, set())
        streams.discard(stream)
        if not streams:
            self._streams.pop(conversation_id, None)
