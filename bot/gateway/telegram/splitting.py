"""Long texts in parts that Telegram takes: at paragraphs, else sentences, else words."""

import re
from typing import Final

# From the best place to cut to the worst; what stands before a cut belongs to the part before it.
_PLACES: Final = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.?!:;\u3002\uff1f\uff01])[\"'\u2019\u201d)]*\s+"),
    re.compile(r"\s+"),
)


def split(text: str, longest: int) -> list[str]:
    """Return `text` in parts of at most `longest` units (UTF-16, as Telegram counts)."""
    parts: list[str] = []
    rest = text.strip()
    while units(rest) > longest:
        end = _cut(rest, longest)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it: signs outside the basic plane are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, longest: int) -> int:
    """Return the last good place to cut the text so that the first part is short enough."""
    most = len(_first(text, longest))
    for place in _PLACES:
        # A first part of less than half is no good place, however good the cut.
        ends = [found.end() for found in place.finditer(text) if most // 2 < found.start() <= most]
        if ends:
            return ends[-1]
    return most


def _first(text: str, longest: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += units(character)
        if used > longest:
            return text[:index]
    return text
