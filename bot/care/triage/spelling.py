"""Typing errors: which words of a vocabulary an unknown word may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SHORTEST_TYPED: Final = 3
_SHORTEST_MEANT: Final = 2
_LONGEST: Final = 18
_SHORTEST_HALF: Final = 4
# From this length on two errors in one word are recognised.
_LONG: Final = 7
# From these lengths on, one end of the word, or none, has to be right when there are two.
_LONGER: Final = 8
_LONGEST_OF_ALL: Final = 10
_SHORTEST_STEM: Final = 3
# Longer before "er": a slip in a word of its own is no comparison of a short one (feber).
_SHORTEST_COMPARED: Final = 4
_ENDINGS: Final = ("s", "es", "ed", "ing", "er", "ly")
_VERBAL: Final = frozenset({"ed", "ing", "er"})
_DOUBLED: Final = re.compile(r"(.)\1")


class Spelling:
    """A vocabulary, indexed by its words with a letter (long words: one or two) left out.

    Doubled letters count once, so that "reesponnding" is no further from "responding".
    """

    def __init__(self, vocabulary: Iterable[str], real_words: Iterable[str]) -> None:
        """Index `vocabulary`; `real_words` are words that are never taken for a typing error."""
        self._vocabulary = frozenset(vocabulary)
        self._real = frozenset(real_words)
        self._once: dict[str, list[str]] = {}
        self._twice: dict[str, list[str]] = {}
        for word in sorted(self._vocabulary):
            if word.isalpha() and word.islower() and _SHORTEST_MEANT <= len(word) <= _LONGEST:
                plain = _single(word)
                for key in _keys(plain) if len(word) > _SHORTEST_MEANT else {plain}:
                    self._once.setdefault(key, []).append(word)
                if len(word) >= _LONG:
                    for key in _double_keys(plain):
                        self._twice.setdefault(key, []).append(word)

    def is_known(self, word: str) -> bool:
        """Return whether `word` is of the vocabulary or the language, or a form of such a word."""
        return self.is_listed(word) or any(stem in self._real for stem in _stems(word))

    def is_listed(self, word: str) -> bool:
        """Return whether `word` stands in the vocabulary or among the real words as it is."""
        return word in self._vocabulary or word in self._real

    def exact(self, word: str) -> tuple[str, ...]:
        """Return the word itself, if it is of the vocabulary."""
        return (word,) if word in self._vocabulary else ()

    def guesses(self, word: str, *, thorough: bool = True) -> tuple[str, ...]:
        """Return the words that an unknown `word` may stand for.

        Looking for two errors in one word takes longer and is left out unless `thorough`.
        """
        if not _SHORTEST_TYPED <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        plain = _single(word)
        found = self._near(plain, _keys(plain), self._once, 1)
        if not found and thorough and len(plain) >= _LONG - 1:
            twice = self._near(plain, _double_keys(plain), self._twice, 2)
            found = tuple(near for near in twice if _plausible(word, near))
        return found

    def halves(self, word: str) -> tuple[str, str] | None:
        """Return the two words of the vocabulary that `word` runs together, if it does."""
        if not 2 * _SHORTEST_HALF <= len(word) <= 2 * _LONGEST:
            return None
        for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
            left, right = word[:cut], word[cut:]
            if left in self._vocabulary and right in self._vocabulary:
                return left, right
        return None

    def _near(
        self, plain: str, keys: set[str], index: dict[str, list[str]], limit: int
    ) -> tuple[str, ...]:
        """Those of the fewest errors."""
        same = [near for near in index.get(plain, ()) if _single(near) == plain]
        if same:
            return tuple(same)
        candidates = {near for key in keys for near in index.get(key, ())}
        if limit == 1:
            return tuple(sorted(near for near in candidates if _one_error(plain, _single(near))))
        return tuple(
            sorted(near for near in candidates if distance(plain, _single(near), limit) <= limit)
        )


def _plausible(word: str, meant: str) -> bool:
    """Whether two errors leave enough of a word: the ends of all but the longest, and letters."""
    ends_kept = (word[0] == meant[0]) + (word[-1] == meant[-1])
    if ends_kept < 2 - (len(meant) >= _LONGER) - (len(meant) >= _LONGEST_OF_ALL):
        return False
    if len(meant) >= _LONGER:
        return True
    differing = [pair for pair in zip(word, meant, strict=False) if pair[0] != pair[1]]
    return len(word) != len(meant) or len(differing) != 2 or set(word) == set(meant)


def _one_error(one: str, other: str) -> bool:
    """Whether a letter more, less, wrong or swapped leads from one to the other."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    if len(long) > len(short):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    swapped = short[start : start + 2] == long[start : start + 2][::-1]
    return swapped and short[start + 2 :] == long[start + 2 :]


def distance(one: str, other: str, limit: int) -> int:
    """Return how many letters more, less, wrong or swapped lead from `one` to `other`.

    Anything above `limit` comes back as `limit` + 1.
    """
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _stems(word: str) -> set[str]:
    """What may stand before an English ending: zapping, zapp, zap; flaring, flar, flare."""
    stems: set[str] = set()
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        shortest = _SHORTEST_COMPARED if ending == "er" else _SHORTEST_STEM
        if stem == word or len(stem) < shortest or stem[-1] == ending[0]:
            continue
        stems.add(stem)
        if ending in _VERBAL:
            stems |= {f"{stem}e", stem[:-1] if stem[-1] == stem[-2] else stem}
    return stems


def _single(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


def _keys(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _double_keys(word: str) -> set[str]:
    return {key for shorter in _keys(word) for key in _keys(shorter)}
