"""Looking for findings in one message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.care.triage.alert import LEVELS, Alert
from bot.care.triage.findings import COMMON_WORDS, Finding, Findings, Language, Near, Sign
from bot.care.triage.lexicon import Presence
from bot.care.triage.words import Words, grow, split_words

# A language is read for so many words of its own, or one in so many of the leading language's.
_ENOUGH = 2
_STRAY = 4
# The sign that a treatment is recent, which raises the level of some findings.
TREATED_LATELY: Final = "treated_lately"
# A message of more words than this that is in no language is gibberish, and read in one only.
_SHORT = 30


def screen(text: str, findings: Findings, *, recently_treated: bool = False) -> Alert | None:
    """Return the gravest red flag in a patient's message, or None.

    `recently_treated`: the conversation knows of a treatment in the last weeks; the message may
    tell of one as well ("since my injections"). Never raises; takes time in proportion to the
    text's length.
    """
    return Screening(split_words(text), findings).alert(recently_treated=recently_treated)


class Screening:
    """One message, looked at for findings; what was looked for once is not looked for again."""

    def __init__(self, words: Words, findings: Findings) -> None:
        """Read the message in the languages that it is in."""
        self._findings = findings
        self._readings = [_Reading.of(one, words) for one in _languages(words, findings)]

    def alert(self, *, recently_treated: bool = False) -> Alert | None:
        """Return the gravest red flag; see `screen`."""
        best: tuple[tuple[int, int], Alert] | None = None
        for reading in self._readings:
            recent = recently_treated or reading.tells(TREATED_LATELY)
            level, matched = _gravest(reading, self._findings, recent)
            if matched:
                names = tuple(finding.name for finding in matched)
                alert = Alert(matched[0].flag, level, reading.language, names)
                rank = (LEVELS.index(level), reading.common_words())
                if best is None or rank > best[0]:
                    best = rank, alert
        return best[1] if best else None

    @property
    def misspelt(self) -> bool:
        """Tell whether words were read as the nearest ones of the lists."""
        return any(reading.misspelt for reading in self._readings)

    def names_danger(self) -> bool:
        """Tell whether the signs of a finding stand in the message, however they are meant.

        Without an alert they are denied, past, supposed or a figure of speech.
        """
        bare = (reading.bare() for reading in self._readings)
        return any(one.has(finding) for one in bare for finding in self._findings.findings)


def _languages(words: Words, findings: Findings) -> list[Language]:
    """Those of which the message has words that no other has; not those of a few strays."""
    counts = [
        (sum(word in one.own_words for word in words.words), one) for one in findings.languages
    ]
    most = max(count for count, _ in counts)
    if not most and len(words.words) > _SHORT:
        return list(findings.languages[:1])
    return [one for count, one in counts if count >= min(_ENOUGH, most / _STRAY)]


def _gravest(
    reading: _Reading, findings: Findings, recently_treated: bool
) -> tuple[str, list[Finding]]:
    """The highest level at which anything matches, and what does; lower ones are not looked for."""
    for level in reversed(LEVELS[1:]):
        due = findings.due_soon_after if recently_treated else findings.due
        matched = [finding for finding in due[level] if reading.has(finding)]
        if matched:
            return level, matched
    return LEVELS[0], []


class _Reading:
    """One message in one language; signs are looked for once, and only when asked for."""

    def __init__(
        self, language: Language, words: Presence, presence: Presence, scopes: Mapping[str, int]
    ) -> None:
        self._language = language
        self._words = words
        self._presence = presence
        self._scopes = scopes
        self._signs: dict[str, int] = {}
        # Most signs have no word in a message: which may stand is asked once, not sign by sign.
        told_by = language.told_by
        self._may_stand = set[str]().union(
            *(told_by[symbol] for symbol in told_by.keys() & presence.symbols)
        )

    @classmethod
    def of(cls, language: Language, words: Words) -> _Reading:
        """Strike the idioms out, and find what is denied, past or supposed."""
        found = presence = language.lexicon.find(words)
        if idioms := language.idioms.positions(found):
            presence = found.without(idioms)
        # Nothing that quiets an alarm is read into a typing error.
        sure = presence.without(presence.guessed) if presence.guessed else presence
        scopes = {one.name: one.positions(sure) for one in language.scopes}
        return cls(language, found, presence, scopes)

    @property
    def language(self) -> str:
        return self._language.code

    @property
    def misspelt(self) -> bool:
        return bool(self._words.guessed)

    def bare(self) -> _Reading:
        """The same words as they are: no idioms, nothing denied, past or supposed."""
        return _Reading(self._language, self._words, self._words, {})

    def has(self, finding: Finding) -> bool:
        told = any(
            names <= self._may_stand and all(self._holds(near) for near in all_of)
            for names, all_of in finding.alternatives
        )
        return told and not any(self._sign(name) for name in finding.unless)

    def tells(self, name: str) -> bool:
        return bool(self._sign(name))

    def common_words(self) -> int:
        found = self._presence.groups.get(COMMON_WORDS, {})
        return sum(positions.bit_count() for positions in found.values())

    def _holds(self, near: Near) -> bool:
        together = self._sign(near.signs[0])
        for name in near.signs[1:]:
            if not together:
                return False
            found = self._sign(name) & grow(together, near.reach + 1, 0)
            together = together | found if found else 0
        return bool(together)

    def _sign(self, name: str) -> int:
        if name not in self._signs:
            may_stand = name in self._may_stand
            self._signs[name] = self._look(self._language.signs[name]) if may_stand else 0
        return self._signs[name]

    def _look(self, sign: Sign) -> int:
        forbidden = 0
        for name, positions in self._scopes.items():
            if name not in sign.despite:
                forbidden |= positions
        found = sign.patterns.positions(self._presence, forbidden)
        excused = sign.unless.positions(self._presence) if found else 0
        if not excused:
            return found
        excused = grow(excused, sign.within, self._presence.message.after_stop)
        return sign.patterns.positions(self._presence, forbidden, excused)
