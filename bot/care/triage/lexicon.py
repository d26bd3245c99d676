"""Groups of words and fixed phrases that mean the same, and where a message has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bot.care.triage.spelling import Spelling
from bot.care.triage.words import FEVER, MANY, NUMBER, READING, YEAR, Words, number_kinds

# The group of words that no pattern reaches over: "breathing fine, no chest pain".
_BARRIERS = "barriers"
# So many unknown words of a message are looked up for typing errors, and so many for two errors
# in one word: more of them are gibberish, and would take longer than an answer may.
_GUESSED = 50
_THOROUGH = 6
# A space is moved between words of this length or more, even if one of them could be a slip.
_TELLING = 4


@dataclass
class Presence:
    """Where things stand in one message, as position sets.

    `words` maps each known word to its positions. `groups` maps a group's name and a number of
    words to the positions at which a member of so many words begins. `guessed` are the positions
    of misspelt words; `symbols` are all words, and groups as <group>;
    no pattern reaches over `barriers`.
    """

    message: Words
    words: dict[str, int] = field(default_factory=dict)
    groups: dict[str, dict[int, int]] = field(default_factory=dict)
    guessed: int = 0
    symbols: set[str] = field(default_factory=set)
    barriers: int = 0

    def without(self, positions: int) -> Presence:
        """Return the presence with nothing on `positions`."""
        words = {word: at & ~positions for word, at in self.words.items() if at & ~positions}
        groups: dict[str, dict[int, int]] = {}
        for name, lengths in self.groups.items():
            left = {size: at & ~_reaching(positions, size) for size, at in lengths.items()}
            if any(left.values()):
                groups[name] = left
        return replace(
            self, words=words, groups=groups, symbols={*words, *(f"<{name}>" for name in groups)}
        )


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
        vocabulary = {*other_words, NUMBER, MANY, YEAR, FEVER, READING}
        for name, members in groups.items():
            for member in members:
                words = tuple(member.split())
                vocabulary.update(words)
                if len(words) == 1:
                    self._groups_of.setdefault(words[0], []).append(name)
                else:
                    self._phrases_from.setdefault(words[0], []).append((words, name))
        self.vocabulary = frozenset(vocabulary)
        self._spelling = Spelling(vocabulary, real_words)

    def find(self, message: Words) -> Presence:
        """Return where the words and groups stand; words run together ("chestpain") are split."""
        words: list[str] = []
        positions: dict[str, int] = {}
        stops = pauses = guessed = guesses = 0
        unknown = self._unknown(message.words)
        spaced = self._respaced(message.words, unknown)
        numbers = {word: number_kinds(word) for word in set(spaced) if not word.isalpha()}
        for index, word in enumerate(spaced):
            stops |= (message.after_stop >> index & 1) << len(words)
            pauses |= (message.after_pause >> index & 1) << len(words)
            parts: tuple[str, ...] = (word,)
            readings = self._spelling.exact(word) + numbers.get(word, ())
            if word in unknown:
                guesses += 1
                parts = self._spelling.halves(word) or parts
                readings = self._guesses(parts, guesses)
                guessed |= (len(parts) > 1 or bool(readings)) << len(words)
            for part in parts:
                for reading in readings if part is word else (part,):
                    positions[reading] = positions.get(reading, 0) | 1 << len(words)
                words.append(part)
        presence = Presence(Words(tuple(words), stops, pauses), positions, guessed=guessed)
        self._find_groups(presence)
        return presence

    def _unknown(self, words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(
            word for word in set(words) if word.isalpha() and not self._spelling.is_known(word)
        )

    def _guesses(self, parts: tuple[str, ...], count: int) -> tuple[str, ...]:
        """What an unknown word may stand for, the message's `count`-th, unless it fell in two."""
        if len(parts) > 1 or count > _GUESSED:
            return ()
        return self._spelling.guesses(parts[0], thorough=count <= _THOROUGH)

    def _respaced(self, words: tuple[str, ...], unknown: frozenset[str]) -> list[str]:
        """Mend a space that was typed one letter too early or too late ("keele dover")."""
        spaced = list(words)
        listed = self._spelling.is_listed
        guesses = partial(self._spelling.guesses, thorough=False)
        for index in range(len(spaced) - 1 if 0 < len(unknown) <= _GUESSED else 0):
            left, right = spaced[index : index + 2]
            odd = [word for word in (left, right) if word in unknown]
            # A number has no letters to give away: "2 xa day" is no "2x a day".
            if not odd or not (left.isalpha() and right.isalpha()):
                continue
            for moved in ((left + right[0], right[1:]), (left[:-1], left[-1] + right)):
                if not all(moved) or not all(map(listed, moved)):
                    continue
                # Short words come about by chance: "is nlack" is no "isn't lack".
                if min(map(len, moved)) >= _TELLING or not any(map(guesses, odd)):
                    spaced[index : index + 2] = moved
                    break
        return spaced

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
                    if not ends:
                        break
                if ends:
                    lengths = groups.setdefault(name, {})
                    size = len(phrase)
                    lengths[size] = lengths.get(size, 0) | ends >> (size - 1)
        presence.symbols.update(words, (f"<{name}>" for name in groups))
        presence.barriers = groups.get(_BARRIERS, {}).get(1, 0)


def _reaching(positions: int, size: int) -> int:
    """Where `size` words begin of which one is on `positions`."""
    starts = positions
    for back in range(1, size):
        starts |= positions >> back
    return starts
