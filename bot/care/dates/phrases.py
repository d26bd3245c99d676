"""Phrases that name a day: "yesterday", "last friday", "the 14th", "11/3", "black friday"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.care.dates import days as calendar
from bot.care.dates.days import HOLIDAYS, MONTHS, WEEKDAYS, Days, only
from bot.care.dates.lengths import find_lengths
from bot.care.dates.mention import Kind, Mention
from bot.care.dates.spans import months_later

_MOST: Final = 16
_WEEKDAY: Final = "|".join(WEEKDAYS)
_MONTH: Final = "|".join(MONTHS)
_PART: Final = r"(?: (?:early |late |mid )?(?P<part>morning|afternoon|evening|night))?\b"
_DOW: Final = rf"(?:(?P<dow>{_WEEKDAY}),? (?:the )?)?"
_YEAR: Final = r"(?:,? (?P<y>(?:19|20)\d\d)| '(?P<yy>\d\d)| (?P<last>last year))?\b"
# "may 3 sessions be enough" and "the 3rd session" name no day.
_NOUN: Final = (
    r"(?!-\d)(?! ?(?:sessions?|treatments?|times?|visits?|rounds?|appointments?|injections?|shots?"
    r"|days?|weeks?|months?|hours?|years?|floor|ones?|miles?|glass\w*|degree|trimester)\b)(?! ?%)"
)

_RELATIVE: Final[dict[str, int]] = {
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "earlier today": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "tonight": 0,
    "tomorrow": 1,
}
_RELATIVE_DAY: Final = re.compile(
    r"\b(?:the )?(?P<word>" + "|".join(sorted(_RELATIVE, key=len, reverse=True)) + r")\b" + _PART
)
_WEEKDAY_DAY: Final = re.compile(
    r"(?:\b(?P<said>this past|this last|this coming|last|past|coming|upcoming|this|next)"
    rf"(?P<week> week)?(?:'s)? (?:on )?)?\b(?P<day>{_WEEKDAY})\b"
    r"(?P<tail> before last| after next| (?:of )?(?:the )?(?:last|next|this) week"
    r"| week(?=$|[.,;?!]| and| or| is| can))?" + _PART
)
_WEEKDAYS_AGO: Final = re.compile(rf"\b(?P<n>\d) (?P<day>{_WEEKDAY})s ago\b")
_WEEKEND: Final = re.compile(
    r"\b(?:(?P<said>this past|last|past|this|next|the|over the) )?weekend\b"
)
_ISO: Final = re.compile(r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?![\d-])")
_SLASH: Final = re.compile(
    rf"{_DOW}(?<![\d/.$-])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>\d{{4}}|\d\d))?(?![\d/])"
    r"(?! ?(?:inch\w*|cups?|glass\w*|tab\w*|pills?|hours?|of|an?|miles?|marathon|pain|way|mg|cm|mm"
    r"|out)\b)"
)
_DASHED: Final = re.compile(
    r"(?<![\d.$-])(?P<a>\d{1,2})(?P<sep>[-.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)(?![\d.-]?\d)"
)
_ON_DASHED: Final = re.compile(r"(?<=\bon )(?P<a>\d{1,2})-(?P<b>\d{1,2})(?![\d-])" + _NOUN)
_MONTH_DAY: Final = re.compile(
    rf"\b{_DOW}(?P<m>{_MONTH})\.? (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:/]){_NOUN}{_YEAR}"
)
_DAY_MONTH: Final = re.compile(
    rf"\b{_DOW}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})\b"
    rf"(?! (?:i|we|it|be)\b){_YEAR}"
)
_DAY_OF_MONTH: Final = re.compile(
    rf"\b(?:{_DOW}|(?P<the>the |on |on the ))(?P<d>\d{{1,2}})(?:st|nd|rd|th)\b{_NOUN}"
    r"(?: of (?P<which>this|last|next) month)?"
)
_ALONE: Final = re.compile(r"\s*(?:$|[^\w\s]|(?:and|or|but|is|can|not|at|i)\b)")
_MONTH_ONLY: Final = re.compile(
    rf"\b(?:in|during|last|end of|early|late|mid)[ -](?P<m>{_MONTH})\b(?! \d)"
)
_VAGUE: Final = re.compile(
    r"\b(?:the other day|earlier this week|(?:the )?week before last"
    r"|(?:last|next) (?:week|month|year))\b"
)
_HOLIDAY: Final = re.compile(
    r"\b(?P<name>" + "|".join(sorted(HOLIDAYS, key=len, reverse=True)) + r")\b(?P<last> last year)?"
)
_OR: Final = re.compile(r",? or (?:maybe |on |the )*")
# "8/10" beside pain is a score; "24/7" is never a date.
_SCORE: Final = re.compile(r"\b(?:pain|hurts?|scale|rate|level|score)\b[^.?!]{0,20}$")


def find_mentions(text: str, now: datetime) -> list[Mention]:
    """The first dates of `text` (in plain spelling) in their order, no two overlapping."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    today = now.date()
    for mention in find_lengths(text, now):
        _keep(mention, taken, found)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            days = read(match, today)
            if days is None:
                continue
            part = match.groupdict().get("part") or _part_of(match.group())
            _keep(Mention(match.start(), match.end(), Kind.DAY, days, part=part), taken, found)
    return _either_or(text, sorted(found, key=lambda mention: mention.start))


def _either_or(text: str, found: list[Mention]) -> list[Mention]:
    """ "tuesday or wednesday" is one phrase: unclear if told, its first day if asked about."""
    joined: list[Mention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if (
            last
            and last.kind is mention.kind is Kind.DAY
            and _OR.fullmatch(text, last.end, mention.start)
        ):
            days, other = last.days, mention.days
            either = Days(
                days.past + other.past,
                days.ahead,
                days.open + other.open,
                days.answer + other.answer,
            )
            joined[-1] = replace(last, end=mention.end, days=either)
        else:
            joined.append(mention)
    return joined


def _keep(mention: Mention, taken: bytearray, found: list[Mention]) -> None:
    if len(found) < _MOST and not any(taken[mention.start : mention.end]):
        taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found.append(mention)


def _part_of(phrase: str) -> str:
    return (
        "night" if "night" in phrase else phrase.removeprefix("this ") if "this" in phrase else ""
    )


def _relative(match: re.Match[str], today: date) -> Days:
    return only(today + timedelta(days=_RELATIVE[match["word"]]))


def _weekday(match: re.Match[str], today: date) -> Days:
    number, said, tail = WEEKDAYS.index(match["day"]), match["said"] or "", match["tail"] or ""
    if match["week"] or tail.endswith((" last week", " next week", " this week")):
        words = said + tail
        weeks = -1 if "last" in words or "past" in words else 1 if "next" in words else 0
        return calendar.weekday_in_week(today, number, weeks)
    if tail == " before last":
        return only(calendar.weekday_before(today, number) - timedelta(days=7))
    if tail in {" after next", " week"}:
        return only(calendar.weekday_after(today, number) + timedelta(days=7))
    said = "past" if said in {"this past", "this last"} else said
    return calendar.weekday(today, number, "coming" if "coming" in said else said)


def _weekdays_ago(match: re.Match[str], today: date) -> Days:
    most_recent = calendar.weekday_before(today, WEEKDAYS.index(match["day"]))
    return only(most_recent - timedelta(days=7 * (int(match["n"]) - 1)))


def _weekend(match: re.Match[str], today: date) -> Days:
    return calendar.weekend(today, (match["said"] or "").removeprefix("this "))


def _iso(match: re.Match[str], today: date) -> Days:
    return _full(int(match["y"]), int(match["m"]), int(match["d"]))


def _slash(match: re.Match[str], today: date) -> Days | None:
    first, second = int(match["a"]), int(match["b"])
    if match["y"]:
        return _numbers(match, today)
    before = match.string[max(0, match.start() - 40) : match.start()]
    if (first, second) == (24, 7) or (second == 10 and _SCORE.search(before)):
        return None
    return _with_weekday(match, calendar.slash_date(today, first, second))


def _numbers(match: re.Match[str], today: date) -> Days:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    year += 2000 if year < 100 else 0
    if first > 12:
        return _full(year, second, first)
    return _full(year, first, second)


def _on_dashed(match: re.Match[str], today: date) -> Days:
    return calendar.slash_date(today, int(match["a"]), int(match["b"]))


def _named_month(match: re.Match[str], today: date) -> Days:
    month, number = MONTHS.index(match["m"]) + 1, int(match["d"])
    if match["y"] or match["yy"] or match["last"]:
        year = int(match["y"] or 0) or (2000 + int(match["yy"]) if match["yy"] else today.year - 1)
        return _full(year, month, number)
    return _with_weekday(match, calendar.day_of_year(today, month, number))


def _day_of_month(match: re.Match[str], today: date) -> Days | None:
    if not match["the"] and not match["dow"] and not _ALONE.match(match.string, match.end()):
        return None
    if which := match["which"]:
        shift = {"last": -1, "this": 0, "next": 1}[which]
        month = months_later(today.replace(day=1), shift)
        return _full(month.year, month.month, int(match["d"]))
    return _with_weekday(match, calendar.day_of_month(today, int(match["d"])))


def _holiday(match: re.Match[str], today: date) -> Days:
    if match["last"]:
        return only(HOLIDAYS[match["name"]](today.year - 1))
    return calendar.holiday(today, match["name"])


def _no_day(match: re.Match[str], today: date) -> Days:
    return only()


def _full(year: int, month: int, number: int) -> Days:
    day = calendar.date_or_none(year, month, number)
    return only(day) if day else only()


def _with_weekday(match: re.Match[str], days: Days) -> Days:
    """A date told together with its weekday: where the two disagree, either may be the slip."""
    if not match["dow"]:
        return days
    number = WEEKDAYS.index(match["dow"])
    agreeing = [day for day in (*days.past, *days.ahead) if day.weekday() == number]
    if agreeing:
        return only(agreeing[0])
    both = [
        (day, day + timedelta(days=(number - day.weekday() + 3) % 7 - 3)) for day in days.open[:1]
    ]
    return only(*both[0]) if both else days


_Reader = Callable[[re.Match[str], date], Days | None]
# The more particular before the more general: "friday the 13th" before "friday".
_READERS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = (
    (_ISO, _iso),
    (_SLASH, _slash),
    (_DASHED, _numbers),
    (_ON_DASHED, _on_dashed),
    (_MONTH_DAY, _named_month),
    (_DAY_MONTH, _named_month),
    (_DAY_OF_MONTH, _day_of_month),
    (_HOLIDAY, _holiday),
    (_RELATIVE_DAY, _relative),
    (_WEEKDAYS_AGO, _weekdays_ago),
    (_WEEKDAY_DAY, _weekday),
    (_WEEKEND, _weekend),
    (_MONTH_ONLY, _no_day),
    (_VAGUE, _no_day),
)
