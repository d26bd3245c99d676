"""Looking for findings in one message."""

from __future__ import annotations

from typing import Final

from bot.care.triage.alert import LEVELS, Alert
from bot.care.triage.findings import COMMON_WORDS, Finding, Findings, Language, Near, Sign
from bot.care.triage.lexicon import Presence
from bot.care.triage.scopes import any_of
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
    words = split_words(text)
    best: tuple[tuple[int, int], Alert] | None = None
    for language in _languages(words, findings):
        reading = _Reading(language, words)
        recent = recently_treated or reading.tells(TREATED_LATELY)
        level, matched = _gravest(reading, findings, recent)
        if matched:
            alert = Alert(matched[0].flag, level, language.code, tuple(m.name for m in matched))
            rank = (LEVELS.index(level), reading.common_words())
            if best is None or rank > best[0]:
                best = rank, alert
    return best[1] if best else None


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

    def __init__(self, language: Language, words: Words) -> None:
        self._language = language
        self._presence = language.lexicon.find(words)
        idioms = any_of(language.idioms, self._presence)
        if idioms:
            self._presence = self._presence.without(idioms)
        sure = self._sure()
        self._scopes = {one.name: one.positions(sure) for one in language.scopes}
        self._signs: dict[str, int] = {}

    def _sure(self) -> Presence:
        """Without misspelt words: nothing that quiets an alarm is read into a typing error."""
        if not self._presence.guessed:
            return self._presence
        return self._presence.without(self._presence.guessed)

    def has(self, finding: Finding) -> bool:
        told = any(all(self._holds(near) for near in all_of) for all_of in finding.when)
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
            sign = self._language.signs.get(name)
            self._signs[name] = self._look(sign) if sign else 0
        return self._signs[name]

    def _look(self, sign: Sign) -> int:
        forbidden = 0
        for name, positions in self._scopes.items():
            if name not in sign.despite:
                forbidden |= positions
        found = any_of(sign.patterns, self._presence, forbidden)
        excused = any_of(sign.unless, self._presence) if found else 0
        if not excused:
            return found
        excused = grow(excused, sign.within, self._presence.message.after_stop)
        return any_of(sign.patterns, self._presence, forbidden, excused)
