"""Typing errors: which words of a vocabulary an unknown word may stand for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_SHORTEST: Final = 3
_LONGEST: Final = 20
_SHORTEST_HALF: Final = 3


class Spelling:
    """A vocabulary, indexed by its words with one letter left out."""

    def __init__(self, vocabulary: Iterable[str], real_words: Iterable[str]) -> None:
        """Index `vocabulary`; `real_words` are words that are never taken for a typing error."""
        self._vocabulary = frozenset(vocabulary)
        self._real = frozenset(real_words)
        self._shortened: dict[str, list[str]] = {}
        for word in sorted(self._vocabulary):
            if word.isalpha() and _SHORTEST <= len(word) <= _LONGEST:
                for key in _keys(word):
                    self._shortened.setdefault(key, []).append(word)

    def readings(self, word: str) -> tuple[str, ...]:
        """Return the words that `word` may stand for: itself if it is one, else near ones."""
        if word in self._vocabulary:
            return (word,)
        if word in self._real or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        candidates = {near for key in _keys(word) for near in self._shortened.get(key, ())}
        return tuple(sorted(near for near in candidates if is_near(word, near)))

    def halves(self, word: str) -> tuple[str, str] | None:
        """Return the two words that `word` runs together, one at least of the vocabulary."""
        if word in self._real or not 2 * _SHORTEST_HALF <= len(word) <= _LONGEST:
            return None
        for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
            left, right = word[:cut], word[cut:]
            known = (left in self._vocabulary) + (right in self._vocabulary)
            if known == 2 or (known and (left in self._real or right in self._real)):
                return left, right
        return None


def is_near(one: str, other: str) -> bool:
    """Return whether a letter more, less, wrong or swapped leads from `one` to `other`."""
    short, long = sorted((one, other), key=len)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(long) - len(short) > 1:
        return False
    if len(long) > len(short):
        return short[start:] == long[start + 1 :]
    swapped = short[start : start + 2] == long[start : start + 2][::-1]
    return short[start + 1 :] == long[start + 1 :] or (
        swapped and short[start + 2 :] == long[start + 2 :]
    )


def _keys(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
