"""Hours of the day that somebody would like: "after 3", "between 2 and 4pm", "mornings"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import Final

NOON: Final = 12
# Without am or pm an hour is one of a working day: 7 is in the morning, 6 in the evening.
_FIRST_HOUR: Final = 7


class Part(StrEnum):
    """A part of the day."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"
    EVENING = "evening"


# From when to when a part of the day is looked for in opening hours.
PART_HOURS: Final = {
    Part.MORNING: (time(6), time(12)),
    Part.MIDDAY: (time(11, 30), time(14)),
    Part.AFTERNOON: (time(12), time(17, 30)),
    Part.EVENING: (time(17), time(22)),
}
_PARTS: Final = {
    Part.MORNING: r"mornings?|in the am\b|first thing",
    Part.MIDDAY: r"(?:at |around |over )?lunch ?(?:time|break|hour)?s?|mid ?days?",
    Part.AFTERNOON: r"after ?noons?|after lunch|(?:in the |early |late )?pms?\b",
    Part.EVENING: r"evenings?|nights?|tonight|after (?:work|dinner|hours)|end of (?:the )?day",
}
_PART: Final = re.compile(
    r"\b(?:in the |at |early |late |mid |this )*(?:"
    + "|".join(rf"(?P<{part}>{words})" for part, words in _PARTS.items())
    + r")\b"
)

_CLOCK: Final = (
    r"(?:(?P<s{n}>noon|midday|midnight)\b|(?<![\d:./$-])(?P<h{n}>[01]?\d|2[0-4])"
    r"(?:[:.](?P<m{n}>[0-5]\d)|(?P<n{n}>[0-5]\d)(?= ?[ap]m))?(?! ?[%/])(?![\d:])"
    r"(?: ?o'clock)?(?:-?ish)?(?: ?(?P<a{n}>[ap])m?\b)?)"
)
_FRACTION: Final = re.compile(
    r"\b(?:(?P<half>half) past|quarter (?:past|(?P<to>to))) (?P<hour>1[0-2]|[1-9])\b"
)
_ONE: Final = _CLOCK.replace("{n}", "1")
_TWO: Final = _CLOCK.replace("{n}", "2").replace("(?<![\\d:./$-])", "")
_RANGE: Final = re.compile(
    rf"\b(?:(?:anytime |any time )?(?:between|from|btw|b/w) )?{_ONE}"
    rf"(?: ?(?:-|to|till|til|until|thru|through) ?| and ){_TWO}"
)
_AFTER: Final = re.compile(
    r"\b(?:any ?time |only |not until |not before |no earlier than |not earlier than )?"
    r"(?:after|past|from|later than|starting(?: at)?|not until|not before|no earlier than) "
    rf"(?:about |around |like )?{_ONE}(?: on| onwards?| and later)?"
)
_OR_LATER: Final = re.compile(rf"\b{_ONE} ?(?:or later|or after|and after|and later|onwards?\b|\+)")
_BEFORE: Final = re.compile(
    r"\b(?:any ?time |only |up )?"
    r"(?:before|by|until|till|til|to|not after|no later than|not later than|earlier than) "
    rf"(?:about |around |like )?{_ONE}"
)
_OR_EARLIER: Final = re.compile(rf"\b{_ONE} or (?:earlier|before)")
_AT: Final = re.compile(
    rf"(?:\b(?:at|around|about|approximately|like)|@) ?(?:about |around )?{_ONE}"
)
_BARE: Final = re.compile(rf"\b{_ONE}")
_ALONE: Final = re.compile(
    rf"\W*(?:maybe |say |yes )?{_ONE}\W*(?:please|thanks|works|is good|is fine|ok)?\W*"
)


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of the day as told: from, to (each None where open), and where it stands.

    An hour that was told as a point has the same start and end.
    """

    start: time | None
    end: time | None
    span: tuple[int, int]
    sure: bool = True


def find_parts(text: str) -> Iterator[tuple[Part, tuple[int, int]]]:
    """Yield the parts of the day that a plain text names, and where."""
    for match in _PART.finditer(text):
        yield Part(str(match.lastgroup)), match.span()


def find_clock(text: str, *, asked: bool) -> list[Hours]:
    """Return the stretches of hours in a text in plain spelling, its dates blanked out.

    `asked`: a time was asked for, so that "5" alone is one.
    """
    found: list[Hours] = []
    taken = bytearray(len(text))
    for pattern, kind in _KINDS:
        for match in pattern.finditer(text):
            hours = _hours(match, kind)
            sure = kind is not _Kind.BARE or _is_clock(match)
            if hours is not None and sure and not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * len(match.group())
                found.append(hours)
    alone = _ALONE.fullmatch(text) if asked and not found else None
    hours = _hours(alone, _Kind.BARE) if alone else None
    return [hours] if hours else found


def in_digits(text: str) -> str:
    """Return the text with "half past 3" as 3:30."""
    return _FRACTION.sub(_minutes, text)


def _minutes(match: re.Match[str]) -> str:
    hour = int(match["hour"])
    if match["to"]:
        return f"{hour - 1 or NOON}:45"
    return f"{hour}:{'30' if match['half'] else '15'}"


def in_part(hours: Hours, parts: tuple[Part, ...]) -> Hours:
    """Return hours told without am or pm, moved to the part of the day told beside them."""
    if hours.sure or not parts or len({part is Part.MORNING for part in parts}) > 1:
        return hours
    moved = _earlier if Part.MORNING in parts else _later
    start, end = (moved(one) if one else None for one in (hours.start, hours.end))
    return replace(hours, start=start, end=end)


class _Kind(StrEnum):
    RANGE = "range"
    AFTER = "after"
    BEFORE = "before"
    AT = "at"
    BARE = "bare"


_KINDS: Final = (
    (_RANGE, _Kind.RANGE),
    (_AFTER, _Kind.AFTER),
    (_OR_LATER, _Kind.AFTER),
    (_BEFORE, _Kind.BEFORE),
    (_OR_EARLIER, _Kind.BEFORE),
    (_AT, _Kind.AT),
    (_BARE, _Kind.BARE),
)


def _is_clock(match: re.Match[str]) -> bool:
    """A bare number is an hour only with am, pm, minutes or a name."""
    minutes = match["m1"] and ":" in match.group()
    return bool(match["s1"] or match["a1"] or minutes)


def _hours(match: re.Match[str], kind: _Kind) -> Hours | None:
    if kind is _Kind.RANGE:
        return _range(match)
    read = _time(match, "1", None)
    if read is None:
        return None
    moment, sure = read
    start = None if kind is _Kind.BEFORE else moment
    end = None if kind is _Kind.AFTER else moment
    return Hours(start, end, match.span(), sure)


def _range(match: re.Match[str]) -> Hours | None:
    if " and " in match.group() and not re.match(
        r"(?:any ?time )?(?:between|btw|b/w)", match.group()
    ):
        return None
    last = _time(match, "2", None)
    if last is None:
        return None
    first = _time(match, "1", match["a2"])
    if first is None:
        return None
    start, end = first[0], last[0]
    if start >= end and match["a1"] is None:
        # "10-2pm": the first half is in the morning.
        start = _earlier(start)
    if start >= end:
        end = _later(end)
    return Hours(start, end, match.span(), first[1] or last[1]) if start < end else None


def _time(match: re.Match[str], n: str, borrowed: str | None) -> tuple[time, bool] | None:
    """Return a time and whether am or pm was told (`borrowed`: beside the other end)."""
    if special := match[f"s{n}"]:
        return (time(23, 59) if special == "midnight" else time(NOON)), True
    hour, minute = int(match[f"h{n}"]), int(match[f"m{n}"] or match[f"n{n}"] or 0)
    half = match[f"a{n}"] or borrowed
    if half and 1 <= hour <= NOON:
        return time(hour % NOON + (NOON if half == "p" else 0), minute), True
    if hour > 23 or (half and hour > NOON):
        return None
    if hour == 0 or hour > NOON:
        return time(hour, minute), True
    return time(hour + NOON if hour < _FIRST_HOUR else hour, minute), False


def _later(moment: time) -> time:
    return moment.replace(hour=moment.hour + NOON) if moment.hour < NOON else moment


def _earlier(moment: time) -> time:
    return moment.replace(hour=moment.hour - NOON) if moment.hour >= NOON else moment
