"""Where the words of a part stand in the message it was cut from."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")

# From a character up to, not including, another.
Span = tuple[int, int]


def spans_within(text: str, part: str) -> list[Span]:
    """The stretches of `text` that make up `part`, in order; none if one of its words is missing.

    A part may leave words of the text out, and may end with a question mark of its own.
    """
    found = list(_WORD.finditer(text))
    wanted = _WORD.findall(part)
    matcher = SequenceMatcher(None, [match.group() for match in found], wanted, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    matched = {block.b + place for block in blocks for place in range(block.size)}
    if any(word[0].isalnum() and place not in matched for place, word in enumerate(wanted)):
        return []
    return [(found[b.a].start(), found[b.a + b.size - 1].end()) for b in blocks]
