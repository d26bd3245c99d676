"""Lengths of time: "3 days", "a week and a half", "2 or 3 weeks", "a few days"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_UNIT: Final = r"minute|hour|day|week|month|year"
SPAN: Final = re.compile(
    r"(?<![\w.$/-])(?:a )?(?P<n>\d{1,3}|an?|one|few|several)(?: ?(?:-|to|or) ?(?P<upto>\d{1,3}))?"
    rf" ?-?(?P<unit>{_UNIT})s?\b(?: or (?P<orso>\d|so)\b(?! (?:{_UNIT})))?"
    rf"(?:(?P<half> and a half)|,? and (?P<more>\d{{1,2}}|an?|one) (?P<smaller>{_UNIT})s?\b)?"
)
HEDGE: Final = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|maybe|like|only|just|exactly|almost|nearly|over|under"
    r"|quite|not|a little|a bit|more than|less than|at least|going on|a good) )+$"
)
_FALLS_SHORT: Final = re.compile(r"\b(?:almost|nearly|under|less|not quite|going on)\b")


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; `months` and `minutes` are kept apart, as a month has no fixed length."""

    months: int = 0
    days: int = 0
    minutes: int = 0

    @property
    def whole_days(self) -> int:
        """The length in days that have passed in full; a month counts 30."""
        return self.months * 30 + self.days + self.minutes // (24 * 60)

    @property
    def has_hours(self) -> bool:
        """Whether it was told by the clock, in hours or minutes."""
        return self.minutes > 0

    def from_moment(self, now: datetime, sign: int) -> tuple[date, time | None]:
        """The local day, and the hour if it was told by the clock, so long after (or before)."""
        if not self.has_hours:
            return self.from_day(now.date(), sign), None
        # Hours are real time, so a day on which the clocks change has 23 or 25 of them.
        moved = (now.astimezone(UTC) + sign * timedelta(minutes=self.minutes)).astimezone(
            now.tzinfo
        )
        return self.from_day(moved.date(), sign), moved.time().replace(second=0, microsecond=0)

    def from_day(self, day: date, sign: int) -> date:
        """The day so long after `day` (or before it), hours left aside."""
        return months_later(day, sign * self.months) + timedelta(days=sign * self.days)


def months_later(day: date, months: int) -> date:
    """`day` so many calendar months later; the last of the month where that day is missing."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def spans_of(match: re.Match[str], hedge: str = "") -> tuple[Span, ...]:
    """The lengths that a match of SPAN can mean, the most likely first."""
    unit, n = match["unit"], match["n"]
    if n in {"few", "several"}:
        return tuple(_span(count, unit) for count in (3, 4, 2))
    other = match["upto"] or (match["orso"] if match["orso"] != "so" else None)
    if other:
        return _span(_count(n), unit), _span(int(other), unit)
    span = _span(_count(n), unit)
    if match["half"]:
        # Half a day is left out: the later treatment is the stricter reading.
        halves = {"hour": Span(minutes=30), "week": Span(days=3), "month": Span(days=15)}
        span = _plus(span, halves.get(unit, Span()))
    if match["more"]:
        span = _plus(span, _span(_count(match["more"]), match["smaller"]))
    if _FALLS_SHORT.search(hedge) and not span.has_hours and span.whole_days > 1:
        span = Span(days=span.whole_days - 1)
    return (span,)


def _count(number: str) -> int:
    return int(number) if number.isdigit() else 1


def _plus(one: Span, other: Span) -> Span:
    return Span(one.months + other.months, one.days + other.days, one.minutes + other.minutes)


def _span(count: int, unit: str) -> Span:
    match unit:
        case "minute":
            return Span(minutes=count)
        case "hour":
            return Span(minutes=60 * count)
        case "month":
            return Span(months=count)
        case "year":
            return Span(months=12 * count)
        case "week":
            return Span(days=7 * count)
        case _:
            return Span(days=count)
