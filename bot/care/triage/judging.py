"""Whether a message is a red flag: by the patterns, and by how like known red flags it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.care.triage.alert import Alert, is_higher
from bot.care.triage.findings import Findings
from bot.care.triage.likeness import Likeness
from bot.care.triage.screening import Screening
from bot.care.triage.words import Words, split_words

# Log-odds from which a message is a red flag by its likeness alone; more is asked where the
# patterns have read its signs as small, denied, past or supposed. Measured: docs/triage.md.
_ALIKE: Final = 1.4
_ALIKE_THOUGH_READ: Final = 2.4
# Fewer words than this are too few to go by: "foot pain".
_FEWEST: Final = 4
# Below this nothing in a message reads like danger: who hears some in it is to be overruled. What
# the patterns have found is overruled only further down, and never when it is one of these flags.
_UNLIKE: Final = -3.0
_QUITE_UNLIKE: Final = -4.0
_ALWAYS_MEANT: Final = frozenset({"self_harm", "other"})


@dataclass(frozen=True)
class Judgement:
    """What is known of a message before anybody else reads it.

    `alert` is the red flag in it, and `alert_if_recent` the one if its writer was treated lately.
    `harmless`: who hears danger in it is to be overruled.
    """

    alert: Alert | None
    alert_if_recent: Alert | None
    harmless: bool


def judge(text: str, findings: Findings, likeness: Likeness) -> Judgement:
    """Judge a patient's message. Never raises; takes time in proportion to the text's length."""
    words = split_words(text)
    screening = Screening(words, findings)
    alert = screening.alert()
    if alert is None or not is_higher(alert.level, "soon"):
        return _by_likeness(words, screening, alert, likeness)
    kept = None if _is_overruled(alert, words, screening, likeness) else alert
    return Judgement(kept, kept, harmless=False)


def _is_overruled(alert: Alert, words: Words, screening: Screening, likeness: Likeness) -> bool:
    """Whether nothing in the message reads like danger: a turn of speech, someone else's ailment.

    Likeness knows one language only, as it is spelt.
    """
    if alert.language != likeness.language or alert.flag in _ALWAYS_MEANT or screening.misspelt:
        return False
    return _can_tell(words) and likeness.score_of_worst(words.words) < _QUITE_UNLIKE


def _by_likeness(
    words: Words, screening: Screening, alert: Alert | None, likeness: Likeness
) -> Judgement:
    """Judge a message in which the patterns found no more than `alert`, if anything."""
    score = likeness.score(words.words)
    read = alert is not None or (score > _UNLIKE and screening.names_danger())
    if _can_tell(words) and score > (_ALIKE_THOUGH_READ if read else _ALIKE):
        alike = likeness.alert(words.words)
        return Judgement(alike, alike, harmless=False)
    if alert is None:
        return Judgement(None, None, harmless=read or (_can_tell(words) and score <= _UNLIKE))
    return Judgement(alert, screening.alert(recently_treated=True), harmless=False)


def _can_tell(words: Words) -> bool:
    return len(words.words) >= _FEWEST
