"""What a screening says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# The values of bot.care.answer.Urgency, lowest first; that enum needs a newer Python than this.
LEVELS: Final = ("none", "soon", "urgent", "emergency")


@dataclass(frozen=True)
class Alert:
    """The gravest finding in a message.

    `level` is soon, urgent or emergency. `language` ("en" or "es") is the one to reply in.
    `matched` names the findings of that level that matched; it never holds the patient's words.
    """

    flag: str
    level: str
    language: str
    matched: tuple[str, ...]


def is_higher(level: str, than: str) -> bool:
    """Return whether `level` is graver than `than`; both are of LEVELS (else ValueError)."""
    return LEVELS.index(level) > LEVELS.index(than)
