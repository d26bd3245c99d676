"""The small pattern language of the findings' data, and its matching by position sets.

    short of breath         these words, one after the other
    cant|couldnt breathe    one of these words
    <cant> *3 <breath>      a member of a group, with up to three words between
    a? very? bad head       words that may be missing
    <chest> & <pain> /6     both parts, in either order, with at most 6 words between
    FEVER                  a number that reads as a fever; NUMBER, YEAR likewise

Words are lower case, without accents and apostrophes. No part reaches over the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bot.care.triage.lexicon import Presence
from bot.care.triage.words import bits, grow

_WORD: Final = r"(?:[a-z0-9]+|NUMBER|MANY|YEAR|FEVER|READING)"
_ELEMENT: Final = re.compile(rf"<[a-z_]+>|\*\d|{_WORD}(?:\|{_WORD})*\??")
_DEFAULT_REACH: Final = 5


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what is wrong, and what mends it."""


@dataclass(frozen=True)
class Element:
    """One step of a sequence: a group or one of some words, after a gap of up to `gap` words."""

    words: tuple[str, ...] = ()
    group: str = ""
    gap: int = 0
    optional: bool = False

    @cached_property
    def choice(self) -> frozenset[str]:
        """The words, to be looked up."""
        return frozenset(self.words)


@dataclass(frozen=True)
class Sequence:
    """Elements, one after the other."""

    elements: tuple[Element, ...]

    def cover(self, presence: Presence, forbidden: int, excused: int) -> int:
        """Return the position set that matches cover.

        Left out are those that begin on `forbidden`, or touch `excused`.
        """
        first, later = self.elements[0], self.elements[1:]
        covered = 0
        for size, starts in _lengths(first, presence).items():
            allowed = starts & ~forbidden
            if not allowed:
                continue
            if not later:
                covered |= _single(allowed, size, excused)
            elif _follow(later, allowed << (size - 1), presence):
                for start in bits(allowed):
                    ends = _follow(later, 1 << (start + size - 1), presence)
                    covered |= _span(start, ends, excused) if ends else 0
        return covered


@dataclass(frozen=True)
class Pattern:
    """Sequences that stand near one another: at most `reach` words apart."""

    parts: tuple[Sequence, ...]
    reach: int = _DEFAULT_REACH
    anchors: tuple[frozenset[str], ...] = ()

    def anchored(self, common: frozenset[str]) -> Pattern:
        """Return the pattern, to be looked for only where its two most telling elements stand.

        Those are the ones with the fewest of the `common` words of the language.
        """
        elements = sorted(self.elements, key=lambda one: len(common.intersection(one.words)))
        anchors = (frozenset(one.words or {f"<{one.group}>"}) for one in elements[:2])
        return Pattern(self.parts, self.reach, tuple(anchors))

    @property
    def elements(self) -> Iterator[Element]:
        """All elements of all parts."""
        return (element for part in self.parts for element in part.elements)

    def positions(self, presence: Presence, forbidden: int = 0, excused: int = 0) -> int:
        """Return the position set that matches cover.

        Left out are those of which a part begins on `forbidden`, or touches `excused`.
        """
        walls, barriers = presence.message.after_stop, presence.barriers
        covered = 0
        for part in self.parts:
            found = part.cover(presence, forbidden, excused)
            if not found:
                return 0
            if covered:
                near = found & grow(covered, self.reach + 1, walls, barriers)
                covered = covered & grow(found, self.reach + 1, walls, barriers)
                found = near
                if not found:
                    return 0
            covered |= found
        return covered


class Patterns:
    """Patterns that mean the same, looked for only where their telling words stand."""

    def __init__(self, patterns: Iterable[Pattern] = ()) -> None:
        """Index the patterns by their anchors."""
        self.all = tuple(patterns)
        self._anchored: dict[str, list[Pattern]] = {}
        for pattern in self.all:
            for symbol in pattern.anchors[0]:
                self._anchored.setdefault(symbol, []).append(pattern)
        # Without any of these words and groups none of the patterns stands in a message.
        self.telling = frozenset(self._anchored)

    def positions(self, presence: Presence, forbidden: int = 0, excused: int = 0) -> int:
        """Return the position set that any of the patterns covers; see `Pattern.positions`."""
        symbols = presence.symbols
        due = {
            id(pattern): pattern
            for symbol in self.telling & symbols
            for pattern in self._anchored[symbol]
            if not pattern.anchors[-1].isdisjoint(symbols)
        }
        found = 0
        for pattern in due.values():
            found |= pattern.positions(presence, forbidden, excused)
        return found


def parse(text: str) -> tuple[Pattern, ...]:
    """Read a pattern; one with optional words gives several. Raises PatternError."""
    body, slash, reach = text.partition("/")
    if slash and not reach.strip().isdigit():
        raise PatternError("after / stands a number of words, as in <chest> & <pain> /6")
    parts = [_elements(part) for part in body.split("&")]
    variants: list[tuple[Sequence, ...]] = [()]
    for elements in parts:
        choices = [Sequence(choice) for choice in _without_optional(elements)]
        variants = [(*variant, choice) for variant in variants for choice in choices]
    words_apart = int(reach) if slash else _DEFAULT_REACH
    return tuple(Pattern(variant, words_apart) for variant in variants)


def _elements(text: str) -> tuple[Element, ...]:
    elements: list[Element] = []
    gap = 0
    for token in text.split():
        if not _ELEMENT.fullmatch(token):
            raise PatternError(f"{token!r} is not a word, a|b, <group>, *3 or word?")
        if token.startswith("*"):
            gap = int(token[1:])
        elif token.startswith("<"):
            elements.append(Element(group=token[1:-1], gap=gap))
            gap = 0
        else:
            words = tuple(token.rstrip("?").split("|"))
            elements.append(Element(words=words, gap=gap, optional=token.endswith("?")))
            gap = 0
    if not elements or elements[0].gap or gap:
        raise PatternError("a part begins and ends with a word or a group; add one")
    if all(element.optional for element in elements):
        raise PatternError("all its words may be missing; take a ? away")
    return tuple(elements)


def _without_optional(elements: tuple[Element, ...]) -> list[tuple[Element, ...]]:
    choices: list[tuple[Element, ...]] = [()]
    for element in elements:
        kept = Element(element.words, element.group, element.gap)
        longer = [(*choice, kept) for choice in choices]
        choices = longer + choices if element.optional else longer
    return [choice for choice in choices if choice]


def _single(starts: int, size: int, excused: int) -> int:
    """What matches of one element of `size` words cover."""
    for back in range(size):
        starts &= ~(excused >> back)
    covered = starts
    for on in range(1, size):
        covered |= starts << on
    return covered


def _span(start: int, ends: int, excused: int) -> int:
    """The words from `start` to the nearest of `ends`, unless one of them is excused."""
    span = ((ends & -ends) << 1) - (1 << start)
    return 0 if span & excused else span


def _lengths(element: Element, presence: Presence) -> dict[int, int]:
    """Where the element begins, by its number of words."""
    if element.group:
        return presence.groups.get(element.group, {})
    at = 0
    for word in element.choice & presence.symbols:
        at |= presence.words[word]
    return {1: at}


def _follow(elements: tuple[Element, ...], ends: int, presence: Presence) -> int:
    """Where the elements end if what is before them ends on `ends`."""
    walls, barriers = presence.message.after_stop, presence.barriers
    for element in elements:
        starts = (ends << 1) & ~walls
        for _ in range(element.gap):
            starts |= ((starts & ~barriers) << 1) & ~walls
        ends = 0
        for size, at in _lengths(element, presence).items():
            ends |= (starts & at) << (size - 1)
        if not ends:
            return 0
    return ends
