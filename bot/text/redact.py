"""Taking personal data out of a message before it is kept for review. Standard library only."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^\s,;:<>()]+@[^\s,;:<>()]+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d|\d+")
# "my name is Anna Berg", "this is Dr. Lee", "regards, Anna"
_NAMED = re.compile(
    r"\b(my name(?:'s| is)|(?:i am|i'm|im|this is|its|it's) (?=(?-i:[A-Z]))|call me|regards,?|"
    r"thanks,? (?=(?-i:[A-Z]))|mr\.?|mrs\.?|ms\.?|dr\.?)\s*"
    r"((?-i:[A-Z])[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+){0,2}|\w+)",
    re.IGNORECASE,
)
# A capital letter inside a sentence is mostly a name: of a person, a street, a town.
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][a-z'-]+(?:\s+[A-Z][a-z'-]+)*")
_KEPT = frozenset({"I", "I'm", "I've", "Asclera", "Monday", "Tuesday", "Wednesday", "Thursday"})
_KEPT |= {"Friday", "Saturday", "Sunday", "Tylenol", "Advil", "Medicare"}


def redact(text: str) -> str:
    """Return the text without addresses, links, numbers and what looks like a name."""
    text = _LINK.sub("[link]", _EMAIL.sub("[e-mail]", text))
    text = _NAMED.sub(lambda match: f"{match[1].strip()} [name]", text)
    text = _CAPITAL.sub(lambda match: match[0] if match[0] in _KEPT else "[name]", text)
    return _NUMBER.sub("#", text)
