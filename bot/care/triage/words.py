"""A message as words with positions, and sets of positions as the bits of one integer.

Bit i of a position set stands for word i. All matching is shifts and masks over such integers,
so its cost grows linearly with the message, whatever it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

NUMBER: Final = "NUMBER"
YEAR: Final = "YEAR"
FEVER: Final = "FEVER"
READING: Final = "READING"
MANY: Final = "MANY"

_QUOTES: Final = str.maketrans("\u2018\u2019\u02bc\u0060\u00b4\u2032", "''''''")
_TOKEN: Final = re.compile(
    r"[a-z]+(?:'[a-z]+)*'?|[0-9]+(?:[.,][0-9]+)?|\.{2,}|[.!?;\n\r,:()\-\u2013\u2014\u00bf\u00a1]"
)
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_SENTENCE_ENDS: Final = frozenset(".!?;\n\r\u00bf\u00a1")
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "st", "vs", "sra", "sr"})
# A fever by either scale: 38 to 42 degrees Celsius, 100.4 to 108 degrees Fahrenheit.
# More tablets than anybody takes for a headache; above it, milligrams.
_MANY_FROM: Final = 8
_MANY_TO: Final = 150
_FEVER_RANGES: Final = ((38.0, 42.5), (100.4, 108.0))


@dataclass(frozen=True)
class Words:
    """The words of a message. `after_stop` and `after_pause` are position sets: the words
    that follow the end of a sentence, and those that follow a comma, colon, dash or bracket."""

    words: tuple[str, ...]
    after_stop: int
    after_pause: int

    @property
    def everywhere(self) -> int:
        """All positions."""
        return (1 << len(self.words)) - 1


def split_words(text: str) -> Words:
    """Split any text into plain lower-case words without accents, apostrophes and marks."""
    words: list[str] = []
    after_stop = after_pause = 0
    for mark in _TOKEN.findall(_plain(text)):
        if mark[0].isalnum():
            words.append(_word(mark) if "'" in mark else mark)
        elif mark in _SENTENCE_ENDS and not (mark == "." and words and words[-1] in _TITLES):
            after_stop |= 1 << len(words)
        else:
            after_pause |= 1 << len(words)
    return Words(tuple(words), after_stop & ~1, after_pause & ~1)


def number_kinds(word: str) -> tuple[str, ...]:
    """Return which kinds of number a word is: NUMBER, MANY, YEAR, FEVER, READING."""
    if not word[0].isdigit():
        return ()
    # A long run of digits is an account number or a prank, and costly to convert.
    if len(word) > 6:
        return (NUMBER,)
    value = float(word.replace(",", "."))
    kinds = [NUMBER]
    if _MANY_FROM <= value <= _MANY_TO:
        kinds.append(MANY)
    if 1940 <= value <= 2099 and len(word) == 4:
        kinds.append(YEAR)
    if any(low <= value <= high for low, high in _FEVER_RANGES):
        kinds.append(FEVER)
        if not word.isdigit():
            kinds.append(READING)
    return tuple(kinds)


def grow(positions: int, by: int, walls: int, barriers: int = 0) -> int:
    """Return `positions` and up to `by` words on either side.

    `walls` cannot be entered from the word before (starts of sentences), nor left for it;
    `barriers` are words that can be reached but not passed.
    """
    for _ in range(by):
        free = positions & ~barriers
        positions |= ((free << 1) & ~walls) | ((free & ~walls) >> 1)
    return positions


def bits(positions: int) -> Iterator[int]:
    """Yield the single positions of a set, in order."""
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest


def _plain(text: str) -> str:
    if text.isascii():
        return _STRETCHED.sub(r"\1\1", text.replace("`", "'").lower())
    lowered = unicodedata.normalize("NFKD", text.translate(_QUOTES)).lower()
    letters = "".join(c for c in lowered if not unicodedata.combining(c))
    return _STRETCHED.sub(r"\1\1", letters)


def _word(token: str) -> str:
    """Possessives lose their ending, contractions their apostrophe: wife's, can't, i'm."""
    token = f"{token}t" if token.endswith("n'") else token.strip("'")
    head, _, tail = token.rpartition("'")
    if head and tail == "s":
        return head.replace("'", "")
    return token.replace("'", "")
