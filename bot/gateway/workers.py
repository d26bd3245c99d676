"""Which Rasa worker answers a conversation: always the same, and another while that one is down."""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Final

# So long a worker that refused a connection is asked last.
DOWN_SECONDS: Final = 5.0


def ranked(conversation_id: str, addresses: Sequence[str]) -> list[str]:
    """Return the addresses as this conversation prefers them (rendezvous hashing).

    Every gateway comes to the same order. When a worker is added or taken away, only the
    conversations that it has, or gets, change their place.
    """

    def weight(address: str) -> bytes:
        return hashlib.sha256(f"{address} {conversation_id}".encode()).digest()

    return sorted(addresses, key=weight)


class Workers:
    """The workers, and which of them could not be reached lately, by a clock in seconds."""

    def __init__(
        self, addresses: Sequence[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.addresses = tuple(addresses)
        self._clock = clock
        self._down: dict[str, float] = {}

    def order(self, conversation_id: str) -> list[str]:
        """Return the workers to ask, in order; those that are down come last."""
        now = self._clock()
        order = ranked(conversation_id, self.addresses)
        return sorted(order, key=lambda address: self._down.get(address, 0.0) > now)

    def note_down(self, address: str) -> None:
        """Note that a worker refused a connection."""
        self._down[address] = self._clock() + DOWN_SECONDS
