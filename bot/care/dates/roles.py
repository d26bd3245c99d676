"""Which date is the treatment's, which the one asked about, and in which tense each is told."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final

from bot.care.dates.cues import (
    ANOTHER,
    BY,
    CLAUSE,
    CORRECTION,
    CUE,
    HAPPENED,
    IT_WAS,
    LASTING,
    NEGATED,
    PARTICIPLE,
    QUESTION,
    TENSE,
    says_nothing_else,
)
from bot.care.dates.mention import Kind, Mention
from bot.care.dates.reading import Role

_FOLLOWING_PENALTY: Final = 12
_NEW_SENTENCE: Final = re.compile(r"\0 (?:i|we|i'm|i've|my|they|she|he) ")
_AND: Final = re.compile(r"\band\b")
_FEW_WORDS: Final = 4
_NEAR: Final = 12  # clauses looked at around one that says nothing but a date


class Tense(Enum):
    """Whether a day is told as past or as still to come."""

    PAST = auto()
    AHEAD = auto()
    ANSWER = auto()


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of the message that says what a date beside it is about."""

    start: int
    end: int
    kind: str  # a group of CUE


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the message between punctuation marks and conjunctions."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A message taken apart: `text` has its dates and hours blanked out by NULs."""

    text: str
    now: datetime
    clauses: tuple[Clause, ...]
    cues: tuple[Cue, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A mention with its role and tense; `negated` in "not wednesday"."""

    mention: Mention
    role: Role
    tense: Tense | None
    negated: bool = False
    corrects: bool = False


def lay_out(text: str, mentions: list[Mention], now: datetime) -> Layout:
    """The clauses and cue words of `text`, whose dates are blanked out."""
    cuts = [match.span() for match in CLAUSE.finditer(text)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    clauses = tuple(Clause(a, b) for a, b in zip(starts, ends, strict=True) if text[a:b].strip())
    cues = tuple(
        Cue(match.start(), match.end(), match.lastgroup or "") for match in CUE.finditer(text)
    )
    return Layout(text, now, clauses, cues, tuple(mentions))


def assign(layout: Layout, mention: Mention, expecting: Role | None) -> Dated | None:
    """The role and tense of one mention; None where it is the date of something else."""
    told = _role_and_tense(layout, mention, expecting)
    if told is None:
        return None
    before = layout.text[max(0, mention.start - 40) : mention.start]
    return Dated(
        mention, *told, negated=bool(NEGATED.search(before)), corrects=_corrects(layout, mention)
    )


def _role_and_tense(
    layout: Layout, mention: Mention, expecting: Role | None
) -> tuple[Role, Tense | None] | None:
    at = clause_at(layout, mention.start)
    clause = layout.clauses[at]
    cue = _nearest(layout, clause, mention)
    if mention.kind is not Kind.DAY:
        if _is_story(layout, mention):
            return None
        return ("treated", None) if _counts_from_treatment(mention, cue) else None
    alone = cue is None and says_nothing_else(_text(layout, clause))
    where = clause
    if alone and expecting is None:
        where, cue = _neighbour(layout, at, _corrects(layout, mention)) or (clause, None)
    if cue is None:
        return _uncued(layout, mention, alone, expecting)
    if cue.kind == "treated":
        return "treated", _treated_tense(layout, where, cue, mention)
    if cue.kind == "asked":
        return "asked", _asked_tense(layout, clause, mention)
    # "will the bruises be gone by christmas"
    by_then = BY.search(layout.text[clause.start : mention.start]) and cue.kind == "symptom"
    return ("asked", Tense.AHEAD) if by_then else None


def _another(layout: Layout, at: int) -> tuple[Clause, Cue] | None:
    """The treatment beside which one more is told: "left leg done monday and the right today"."""
    if not at or not ANOTHER.search(_text(layout, layout.clauses[at])):
        return None
    before = layout.clauses[at - 1]
    cues = [cue for cue in layout.cues if before.start <= cue.start < before.end]
    treated = _of_treatment(cues) if _has_date(layout, before) else None
    return (before, treated) if treated else None


def _counts_from_treatment(mention: Mention, cue: Cue | None) -> bool:
    """Not so for "sore 3 weeks now", "2 months since I gave birth" and "both legs the same day"."""
    if mention.kind is Kind.RELATIVE and mention.distance == 0:
        return cue is not None and cue.kind == "asked"
    if mention.kind is not Kind.PASSED or cue is None or cue.kind not in {"other", "symptom"}:
        return True
    return cue.kind == "symptom" and cue.start > mention.end


def _is_story(layout: Layout, mention: Mention) -> bool:
    """Whether "2 days after" tells when something else happened: "... I took them off"."""
    clause = layout.clauses[clause_at(layout, mention.start)]
    after = layout.text[mention.end : clause.end]
    return mention.kind is Kind.AFTER and bool(
        _last_tense(after) is Tense.PAST or HAPPENED.search(after)
    )


def is_hypothetical(layout: Layout, mention: Mention) -> bool:
    """Whether "3 days after" or "2 weeks post op" is a distance that the patient asks about."""
    at = clause_at(layout, mention.start)
    clause = layout.clauses[at]
    before = layout.text[clause.start : mention.start]
    if mention.kind in {Kind.DAY, Kind.PASSED}:
        return False
    if mention.kind is Kind.RELATIVE or QUESTION.search(before):
        return True
    if mention.kind is not Kind.AFTER:
        return False
    following = layout.clauses[at + 1] if at + 1 < len(layout.clauses) else None
    after = layout.text[mention.end : clause.end]
    asks_next = following and QUESTION.match(_text(layout, following).strip())
    return bool(QUESTION.search(after) or (asks_next and len(after.split()) <= _FEW_WORDS))


def cue_kind(layout: Layout, mention: Mention) -> str | None:
    """The kind of the nearest cue in the mention's clause."""
    cue = _nearest(layout, layout.clauses[clause_at(layout, mention.start)], mention)
    return cue.kind if cue else None


def _uncued(
    layout: Layout, mention: Mention, alone: bool, expecting: Role | None
) -> tuple[Role, Tense | None] | None:
    """A date with no word beside it that says what it is about."""
    at = clause_at(layout, mention.start)
    another = _another(layout, at)
    if another is not None:
        return "treated", _treated_tense(layout, *another, mention)
    clause = layout.clauses[at]
    before = layout.text[clause.start : mention.start]
    tense, days = _last_tense(before), mention.days
    if expecting:
        return (
            (expecting, tense or Tense.ANSWER) if expecting == "treated" else ("asked", Tense.AHEAD)
        )
    alone = alone or IT_WAS.search(before) is not None
    something_happened = tense is Tense.PAST or HAPPENED.search(before)
    # "Tomorrow" is a day to come whatever is said of it; "today" may be when a bruise showed.
    vague = days.fixed and days.open and max(days.open) <= layout.now.date()
    if not days.open or (not alone and (vague or something_happened)):
        return None
    if days.fixed:
        return "treated" if max(days.open) < layout.now.date() else "asked", tense
    if alone and (tense is Tense.PAST or _corrects(layout, mention)):
        return "treated", tense
    return "asked", Tense.AHEAD


def clause_at(layout: Layout, place: int) -> int:
    """The number of the clause that holds the character at `place`."""
    return max(0, bisect_right(layout.clauses, place, key=lambda clause: clause.start) - 1)


def _text(layout: Layout, clause: Clause) -> str:
    return layout.text[clause.start : clause.end]


def _nearest(layout: Layout, clause: Clause, mention: Mention) -> Cue | None:
    """The cue beside the mention; one before it counts as nearer, as dates mostly come last."""
    of_that_day = layout.text.startswith("'s ", mention.end)  # "friday's session"
    behind = 20 if of_that_day or _NEW_SENTENCE.match(layout.text, mention.end - 1) else 0

    def distance(cue: Cue) -> int:
        if cue.end <= mention.start:
            return mention.start - cue.end + behind
        return cue.start - mention.end + (0 if behind else _FOLLOWING_PENALTY)

    inside = [cue for cue in layout.cues if clause.start <= cue.start < clause.end]
    booking = [cue for cue in inside if cue.kind == "booking"]
    return booking[0] if booking else min(inside, key=distance, default=None)


def _neighbour(layout: Layout, at: int, corrects: bool) -> tuple[Clause, Cue] | None:
    """The subject of a clause that is only a date: told just before it, or else just after."""
    for number in range(at - 1, max(-1, at - _NEAR), -1):
        clause = layout.clauses[number]
        joined = _AND.search(layout.text[clause.end : layout.clauses[number + 1].start])
        has_date = _has_date(layout, clause) and not joined
        cues = [cue for cue in layout.cues if clause.start <= cue.start < clause.end]
        if cues and (corrects or not has_date):
            return clause, _of_treatment(cues) or cues[-1]
        if cues or (has_date and not corrects):
            break
    if at + 1 < len(layout.clauses):
        clause = layout.clauses[at + 1]
        cues = [cue for cue in layout.cues if clause.start <= cue.start < clause.end]
        if cues and not _has_date(layout, clause):
            return clause, _of_treatment(cues) or cues[0]
    return None


def _of_treatment(cues: list[Cue]) -> Cue | None:
    return next((cue for cue in cues if cue.kind == "treated"), None)


def _has_date(layout: Layout, clause: Clause) -> bool:
    return "\0" in _text(layout, clause)


def _corrects(layout: Layout, mention: Mention) -> bool:
    """Whether a word of correction stands between this date and the one before it, or first."""
    earlier = [other.end for other in layout.mentions if other.end <= mention.start]
    return bool(CORRECTION.search(layout.text, max(earlier, default=0), mention.start))


def _last_tense(words: str) -> Tense | None:
    found = None
    for match in TENSE.finditer(words):
        found = Tense.PAST if match["past"] else Tense.AHEAD
    return found


def _asked_tense(layout: Layout, clause: Clause, mention: Mention) -> Tense:
    """A day asked about is to come, unless what was done on it is told."""
    before = _last_tense(layout.text[clause.start : mention.start])
    if "what if" in _text(layout, clause):
        return Tense.AHEAD
    whatever_follows = before or _last_tense(layout.text[mention.end : clause.end])
    return whatever_follows or Tense.AHEAD


def _treated_tense(layout: Layout, clause: Clause, cue: Cue, mention: Mention) -> Tense | None:
    in_clause = clause.start <= mention.start < clause.end
    own = (
        _last_tense(layout.text[max(0, mention.start - 24) : mention.start])
        if not in_clause
        else None
    )
    until = max(cue.end, mention.start) if in_clause else clause.end
    words = layout.text[clause.start : until]
    told = own or _last_tense(words)
    if told:
        return told
    if PARTICIPLE.search(words) or LASTING.search(layout.text):
        return Tense.PAST
    return None
