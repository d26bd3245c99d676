"""Phrases built on a length of time: "3 days ago", "2 weeks post op", "tomorrow will be a week"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.care.dates.cues import TREATMENT
from bot.care.dates.days import WEEKDAYS, Days, only, weekday_after, weekday_before
from bot.care.dates.mention import Kind, Mention
from bot.care.dates.spans import HEDGE, SPAN, Span, spans_of

_BEHIND: Final = 48  # letters looked at before a length
_ANCHOR: Final = rf"(?P<anchor>today|tomorrow|yesterday|{'|'.join(WEEKDAYS)})\b"
_POST: Final = (
    r"post(?:[ -]?(?:op|operation|operative|procedure|treatment|surgery|sclerotherapy|laser|"
    r"injections?|session|therapy|treated))?\b"
)

# What follows "3 days after" where the treatment is meant.
_TREATMENT_MEANT: Final = (
    r"(?=\s*(?:$|[^\w\s]|(?:and|is|are|ok|can|could|may|should|i|still|or|but|if|with|my legs?)\b"
    r"|(?:(?:my|the|an?|your|his|her|this|that|last|first|getting|having|being|vein|spider|leg) )"
    rf"{{0,3}}(?:it|this|that|them|{TREATMENT})))"
)

# Before a length: it is a duration, not a date.
_DURATION: Final = re.compile(
    r"\b(?:for|within|every|first|next|another|each|up to|takes?|took|lasts?|lasted|wait|minimum)"
    r"(?: the| about| at least)? $"
)
_NO_DATE: Final = re.compile(
    r"(?: (?:a|per|each|every) (?:day|week|night)|/|-| of (?!surgery)"
    r"| (?:apart|old|off|long|too)\b)"
)
_NOT_DURATION: Final = re.compile(r" (?:ago|from)\b")
_ANCHORED: Final = re.compile(
    rf"(?:\b{_ANCHOR} )(?:will be|would be|is|was|makes|makes it|i'm|i am|i'll be|it's|it will be|"
    r"it'll be)(?: exactly)? $"
)
_IT_IS: Final = re.compile(r"\b(?:be|been|it's|it is|it was|was|that's|it'll be) $")
_AGO: Final = re.compile(rf" (?:ago|back|earlier)\b(?: (?:on |this |last )?{_ANCHOR})?")
_LAST: Final = re.compile(rf" last {_ANCHOR}")
_FROM: Final = re.compile(rf" (?:from|after) (?:(?:this|next) )?(?:now\b|{_ANCHOR})| away\b")
_ON: Final = re.compile(rf" (?:on |this )?{_ANCHOR}(?P<since> since\b| post)?")
_SAME_AS_SINCE: Final = re.compile(rf"[ -]{_POST}(?: (?:on )?{_ANCHOR})?")
_OUT: Final = re.compile(r" out\b(?! of (?!surgery|treatment|the procedure))")
_WEEKS_IN: Final = re.compile(r" in\b(?! (?:the|my|a|this|for)\b)")
_I_AM: Final = re.compile(r"\b(?:i'm|i am|now|already) $")
_PASSED: Final = re.compile(r" (?:since|now)\b")
_HAS_BEEN: Final = re.compile(r"\b(?:been|waited|waiting) $")
_POST_BEFORE: Final = re.compile(rf"\b{_POST}(?: day)? $")
_IN: Final = re.compile(r"(?<!sessions )(?<!treatments )(?<!times )(?<!injections )\bin $")
_AFTER: Final = re.compile(rf" (?:(?:after|following)\b{_TREATMENT_MEANT}|(?:later|afterwards?)\b)")
_BEFORE: Final = re.compile(rf" (?:before|prior)\b(?: to\b)?{_TREATMENT_MEANT}")

_DAY_NUMBER: Final = re.compile(
    r"\b(?:day (?P<n>\d{1,3})|(?P<nth>\d{1,2})(?:st|nd|rd|th) day)\b(?!/)"
)
_WORDS_OF_DISTANCE: Final = re.compile(
    r"\b(?:(?P<same>same day)|(?P<next>(?:next|following) (?:day|morning))"
    r"|(?:(?P<after>(?:day|morning|night) after)|(?P<before>(?:day|night|evening) before)"
    rf"|(?P<right>(?:right|straight|immediately|directly) after)){_TREATMENT_MEANT})\b"
)
# How a length is told to count from the treatment: words before it, words after it.
_COUNTED: Final[tuple[tuple[re.Pattern[str] | None, re.Pattern[str] | None, Kind], ...]] = (
    (None, _SAME_AS_SINCE, Kind.POST),
    (None, _OUT, Kind.POST),
    (_I_AM, _WEEKS_IN, Kind.PASSED),
    (_HAS_BEEN, None, Kind.PASSED),
    (None, _PASSED, Kind.PASSED),
    (_POST_BEFORE, None, Kind.POST),
    (None, _AFTER, Kind.AFTER),
)


@dataclass(frozen=True, slots=True)
class _Length:
    """A length where it stands in the message, with the words before it."""

    text: str
    start: int
    end: int
    before: str
    spans: tuple[Span, ...]
    now: datetime

    def follows(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Whether `pattern` comes right after the length."""
        return pattern.match(self.text, self.end)

    def mention(self, end: int, days: Days, kind: Kind = Kind.DAY) -> Mention:
        """The mention of `days` that begins with this length and ends at `end`."""
        return Mention(self.start, end, kind, days)

    def counted(self, day: date, sign: int) -> tuple[date, ...]:
        """The days so long after `day`, or before it."""
        return tuple(span.from_day(day, sign) for span in self.spans)


def find_lengths(text: str, now: datetime) -> Iterator[Mention]:
    """Every phrase of `text` (in plain spelling) that is built on a length of time."""
    for match in SPAN.finditer(text):
        before = text[max(0, match.start() - _BEHIND) : match.start()]
        said = HEDGE.search(before)
        hedge = said.group() if said else ""
        start, spans = match.start() - len(hedge), spans_of(match, hedge)
        found = _read(_Length(text, start, match.end(), before.removesuffix(hedge), spans, now))
        if found:
            yield found
    for match in _DAY_NUMBER.finditer(text):
        yield _numbered_day(match, now.date())
    for match in _WORDS_OF_DISTANCE.finditer(text):
        distance = -1 if match["before"] else 0 if match["same"] or match["right"] else 1
        yield Mention(match.start(), match.end(), Kind.RELATIVE, only(), distance=distance)


def bare_length(text: str, now: datetime, sign: int) -> Mention | None:
    """A length that is the whole message, as an answer: so long ago (-1) or ahead (1)."""
    match = SPAN.search(text)
    if not match:
        return None
    spans = spans_of(match, text[: match.start()])
    return _from_now(_Length(text, match.start(), match.end(), "", spans, now), match.end(), sign)


def _read(length: _Length) -> Mention | None:
    if length.follows(_NO_DATE):
        return None
    if _DURATION.search(length.before) and not length.follows(_NOT_DURATION):
        return None
    if not length.spans[0].has_hours and (found := _from_named_day(length)):
        return found
    return _dated(length) or _from_treatment(length)


def _from_named_day(length: _Length) -> Mention | None:
    """Counted from a named day: "tomorrow will be a week", "a week ago monday"."""
    today = length.now.date()
    if said := _ANCHORED.search(length.before):
        day = _anchor(said["anchor"], today, -1 if "was" in said.group() else 1)
        return _passed(length.start - len(said.group()), length.end, length.counted(day, -1), day)
    if (said := length.follows(_SAME_AS_SINCE)) and said["anchor"]:
        day = _anchor(said["anchor"], today, 1)
        return _passed(length.start, said.end(), length.counted(day, -1), day)
    if (said := length.follows(_AGO) or length.follows(_LAST)) and said["anchor"]:
        # "a week ago tuesday", said on a Tuesday, counts from that very day.
        same_day = said["anchor"] == WEEKDAYS[today.weekday()] and "last" not in said.group()
        day = today if same_day else _anchor(said["anchor"], today, -1)
        return length.mention(said.end(), only(*length.counted(day, -1)))
    said = length.follows(_ON)
    return _with_day(length, said) if said else None


def _with_day(length: _Length, said: re.Match[str]) -> Mention:
    """ "2 weeks on friday", "2 weeks today": past or ahead, as the words around tell."""
    today, word = length.now.date(), said["anchor"]
    ahead, past = _anchor(word, today, 1), _anchor(word, today, -1)
    if said["since"] or _IT_IS.search(length.before):
        day = past if length.before.endswith("was ") else ahead
        return _passed(length.start, said.end("anchor"), length.counted(day, -1), day)
    later, earlier = length.counted(ahead, 1), length.counted(past, -1)
    if " on " in said.group():
        return length.mention(said.end(), only(*later))
    return length.mention(said.end(), Days(earlier, later, (*later, *earlier), earlier))


def _dated(length: _Length) -> Mention | None:
    """Counted from now: "3 days ago", "in 2 weeks"; or from a day to come: "a week from friday"."""
    if said := length.follows(_AGO):
        return _from_now(length, said.end(), -1)
    if said := length.follows(_FROM):
        if not said["anchor"]:
            return _from_now(length, said.end(), 1)
        day = _anchor(said["anchor"], length.now.date(), 1)
        return length.mention(said.end(), only(*length.counted(day, 1)))
    # "how many in a day" and "will they be back in 3 years" ask for no date.
    dateless = length.spans == (Span(days=1),) or length.spans[0].months >= 12
    if (said := _IN.search(length.before)) and not dateless:
        return replace(_from_now(length, length.end, 1), start=length.start - len(said.group()))
    return None


def _from_treatment(length: _Length) -> Mention | None:
    """Counted from the treatment: "5 days post op", "it's been a week", "3 days after"."""
    counted = length.spans[0].whole_days
    for before, after, kind in _COUNTED:
        said = length.follows(after) if after else None
        if (after is None or said) and (before is None or before.search(length.before)):
            end = said.end() if said else length.end
            return replace(_from_now(length, end, -1), kind=kind, distance=counted)
    if said := length.follows(_BEFORE):
        return Mention(length.start, said.end(), Kind.RELATIVE, only(), distance=-max(counted, 1))
    return None


def _numbered_day(match: re.Match[str], today: date) -> Mention:
    """ "day 4", "tomorrow is day 3"; the day of treatment is day 0."""
    count, start = int(match["n"] or match["nth"]), match.start()
    if said := _ANCHORED.search(match.string[max(0, start - _BEHIND) : start]):
        day = _anchor(said["anchor"], today, 1)
        treated = (day - timedelta(days=count),)
        return _passed(start - len(said.group()), match.end(), treated, day)
    treated = (today - timedelta(days=count),)
    return Mention(start, match.end(), Kind.POST, only(*treated), distance=count)


def _from_now(length: _Length, end: int, sign: int) -> Mention:
    moments = [span.from_moment(length.now, sign) for span in length.spans]
    days = tuple(dict.fromkeys(day for day, _ in moments))
    return replace(length.mention(end, only(*days)), time=moments[0][1] if len(days) == 1 else None)


def _passed(start: int, end: int, days: tuple[date, ...], anchor: date) -> Mention:
    return Mention(start, end, Kind.PASSED, only(*days), anchor=anchor)


def _anchor(word: str, today: date, sign: int) -> date:
    if word in WEEKDAYS:
        step = weekday_after if sign > 0 else weekday_before
        return step(today, WEEKDAYS.index(word))
    return today + timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[word])
