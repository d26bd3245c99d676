"""Those who write, whatever the channel: each says something and learns what became of it."""

from dataclasses import dataclass
from typing import Protocol

ANSWERED, ALARM, SENT_AWAY = "answered", "emergency", "429"
RED_FLAG = "I can't breathe and my chest hurts"


@dataclass(frozen=True)
class Heard:
    """What came back: one of the words above or the name of an error, after how many seconds."""

    what: str
    seconds: float


class Writer(Protocol):
    """Somebody in a live conversation."""

    async def say(self, text: str) -> Heard:
        """Send a message and wait until the first reply is there."""
