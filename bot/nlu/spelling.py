"""Mends slips of the finger, for matching only: nobody sees the mended words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_WORD: Final = re.compile(r"(?<![\w'])[a-z]{4,}(?![\w'])")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
# A word that the trainer's messages use this often is not itself a slip.
_OFTEN: Final = 3


class Speller:
    """Puts the usual word for a word that nobody knows and that is one slip away from it."""

    def __init__(self, usual: Mapping[str, int], known: frozenset[str]) -> None:
        """`usual`: words to mend to and how often they are used; `known`: words to leave alone."""
        self._usual = dict(usual)
        self._known = known

    @property
    def usual(self) -> dict[str, int]:
        """The words it mends to, with their counts."""
        return self._usual

    @classmethod
    def learned(cls, texts: Iterable[str], known: frozenset[str]) -> Speller:
        """The speller for a subject whose usual words are those of `texts`."""
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        # A misspelling that many make is still none: it counts only beside the right word.
        usual = {word: count for word, count in counts.items() if count >= _OFTEN}
        return cls({w: c for w, c in usual.items() if w in known or c >= 2 * _OFTEN}, known)

    def mended(self, text: str) -> str:
        """`text`, in lower case, with each unknown word replaced by the likeliest usual one."""
        return _WORD.sub(self._mend, text)

    def _mend(self, match: re.Match[str]) -> str:
        word = match.group()
        if word in self._known or word in self._usual:
            return word
        found = [near for near in _one_slip_away(word) if near in self._usual]
        return max(found, key=lambda near: (self._usual[near], near), default=word)


def _one_slip_away(word: str) -> Iterator[str]:
    """Every string that one slip could have turned into `word`."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
