"""Groups of words and fixed phrases that mean the same, and where a message has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.care.triage.spelling import Spelling
from bot.care.triage.words import FEVER, NUMBER, YEAR, Words, number_kinds


@dataclass(frozen=True)
class Presence:
    """Where things stand in one message, as position sets.

    `words` maps each known word to its positions. `groups` maps a group's name and a number of
    words to the positions at which a member of so many words begins.
    """

    message: Words
    words: dict[str, int] = field(default_factory=dict)
    groups: dict[str, dict[int, int]] = field(default_factory=dict)


class Lexicon:
    """The groups of a language, and its spelling."""

    def __init__(
        self,
        groups: Mapping[str, Iterable[str]],
        other_words: Iterable[str],
        real_words: Iterable[str],
    ) -> None:
        """Index groups of single words and of fixed phrases.

        `other_words` are words that patterns use outside of groups; `real_words` are words of
        the language that are never taken for a misspelt one.
        """
        self._groups_of: dict[str, list[str]] = {}
        self._phrases_from: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        vocabulary = {*other_words, NUMBER, YEAR, FEVER}
        for name, members in groups.items():
            for member in members:
                words = tuple(member.split())
                vocabulary.update(words)
                if len(words) == 1:
                    self._groups_of.setdefault(words[0], []).append(name)
                else:
                    self._phrases_from.setdefault(words[0], []).append((words, name))
        self._spelling = Spelling(vocabulary, real_words)

    def find(self, message: Words) -> Presence:
        """Return where the words and groups stand; words run together ("chestpain") are split."""
        words: list[str] = []
        positions: dict[str, int] = {}
        stops = pauses = 0
        for index, word in enumerate(message.words):
            stops |= (message.after_stop >> index & 1) << len(words)
            pauses |= (message.after_pause >> index & 1) << len(words)
            for part, readings in self._read(word):
                for reading in readings:
                    positions[reading] = positions.get(reading, 0) | 1 << len(words)
                words.append(part)
        presence = Presence(Words(tuple(words), stops, pauses), positions)
        self._find_groups(presence)
        return presence

    def without(self, presence: Presence, positions: int) -> Presence:
        """Return the presence with nothing on `positions`."""
        left = {word: at & ~positions for word, at in presence.words.items() if at & ~positions}
        cleared = Presence(presence.message, left)
        self._find_groups(cleared)
        return cleared

    def _read(self, word: str) -> list[tuple[str, tuple[str, ...]]]:
        readings = (*number_kinds(word), *self._spelling.readings(word))
        halves = None if readings else self._spelling.halves(word)
        if halves is None:
            return [(word, readings)]
        return [(half, self._spelling.readings(half)) for half in halves]

    def _find_groups(self, presence: Presence) -> None:
        words, groups = presence.words, presence.groups
        for word, positions in words.items():
            for name in self._groups_of.get(word, ()):
                lengths = groups.setdefault(name, {})
                lengths[1] = lengths.get(1, 0) | positions
            for phrase, name in self._phrases_from.get(word, ()):
                ends = positions
                for later in phrase[1:]:
                    ends = (ends << 1) & words.get(later, 0)
                if ends:
                    lengths = groups.setdefault(name, {})
                    size = len(phrase)
                    lengths[size] = lengths.get(size, 0) | ends >> (size - 1)
