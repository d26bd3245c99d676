"""Days that somebody would like: "tomorrow", "tue or thu", "weekdays", "next week"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.care.dates.days import WEEKDAYS
from bot.care.dates.mention import Kind
from bot.care.dates.phrases import find_mentions

_DAY: Final = rf"(?:{'|'.join(WEEKDAYS)}|sat|sun)"
_RANGE: Final = re.compile(
    rf"\b(?P<a>{_DAY})s? ?(?:-|to|thru|through|till|until) ?(?P<b>{_DAY})s?\b"
)
_BARE: Final = re.compile(
    rf"(?<!last )(?<!next )(?<!this )(?<!past )(?<!coming )\b(?P<day>{_DAY})s?\b(?!,? (?:the )?\d)"
)
_WORKDAYS: Final = re.compile(
    r"\b(?:(?:any|on) )?(?:weekdays?|week days?|work ?days?|business days?)\b"
)
_WEEKENDS: Final = re.compile(r"\b(?:on |any |the )?weekends?\b(?<!this weekend)(?<!next weekend)")
_STRETCH: Final = re.compile(
    r"\b(?:(?P<after>(?:the )?week after next)|"
    r"(?P<next>(?:sometime |early |later |late )?next week)|"
    r"(?P<this>(?:sometime |later |any ?time )?this week)|(?P<month>next month)|"
    r"in (?P<n>\d{1,2}) (?P<unit>days|weeks)(?:' time)?)\b"
)
_FAR: Final = timedelta(days=180)
_WEEK: Final = 7
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class DayWish:
    """One phrase: dates, weekdays (0 is Monday) or a stretch of days, and where it stands."""

    span: tuple[int, int]
    days: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    within: tuple[date, date] | None = None


def find_days(text: str, now: datetime) -> list[DayWish]:
    """Return the days that a text in plain spelling names, in order; `now` is local.

    A weekday alone is any such day; a date that is over, or was last year, is told as it is.
    """
    taken = bytearray(len(text))
    found: list[DayWish] = []
    for one in _all(text, now):
        start, end = one.span
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(one)
    return sorted(found, key=lambda one: one.span)


def _all(text: str, now: datetime) -> Iterator[DayWish]:
    today = now.date()
    for match in _RANGE.finditer(text):
        first, last = _number(match["a"]), _number(match["b"])
        length = (last - first) % _WEEK + 1
        yield DayWish(match.span(), weekdays=tuple((first + n) % _WEEK for n in range(length)))
    for match in _STRETCH.finditer(text):
        yield DayWish(match.span(), within=_stretch(match, today))
    for match in _BARE.finditer(text):
        yield DayWish(match.span(), weekdays=(_number(match["day"]),))
    for match in _WORKDAYS.finditer(text):
        yield DayWish(match.span(), weekdays=tuple(range(_FRIDAY + 1)))
    for match in _WEEKENDS.finditer(text):
        yield DayWish(match.span(), weekdays=(5, 6))
    # Else "tomorrow or friday" would be one date told in two ways.
    for mention in find_mentions(_BARE.sub(lambda m: "\0" * len(m.group()), text), now):
        if mention.kind is Kind.DAY and (days := mention.days.ahead or mention.days.past):
            # "Nov 3", said at the end of November, is not a wish for next year.
            gone = mention.days.past if max(days) - today > _FAR else ()
            yield DayWish((mention.start, mention.end), days=(gone or days)[:3])


def _stretch(match: re.Match[str], today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    if match["this"]:
        return today, monday + timedelta(days=6)
    if match["month"]:
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    if match["n"]:
        count = int(match["n"])
        if match["unit"] == "days":
            return today + timedelta(days=count), today + timedelta(days=count)
        monday += timedelta(weeks=count)
    else:
        monday += timedelta(weeks=2 if match["after"] else 1)
    return monday, monday + timedelta(days=6)


def _number(name: str) -> int:
    short = {"sat": 5, "sun": 6}
    return short[name] if name in short else WEEKDAYS.index(name)
