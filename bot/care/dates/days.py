"""Days that a word can mean: weekdays, days of the month, dates without a year, holidays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.care.dates.spans import months_later

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_LONG_AGO: Final = 120
_LATELY: Final = 60
_NEARLY_A_YEAR: Final = 300


@dataclass(frozen=True, slots=True)
class Days:
    """What a phrase can mean, most likely first: said of the past, of what is to come, or openly.

    `answer` is its meaning as the answer to "when were you treated?".
    """

    past: tuple[date, ...]
    ahead: tuple[date, ...]
    open: tuple[date, ...]
    answer: tuple[date, ...]

    @property
    def fixed(self) -> bool:
        """Whether it means the same whatever the tense."""
        return self.past == self.ahead


def only(*days: date) -> Days:
    """A phrase that means the same in every tense."""
    return Days(days, days, days, days)


def weekday_before(today: date, weekday: int) -> date:
    """The most recent such weekday before `today`."""
    return today - timedelta(days=(today.weekday() - weekday) % 7 or 7)


def weekday_after(today: date, weekday: int) -> date:
    """The next such weekday after `today`."""
    return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)


def weekday(today: date, number: int, said: str) -> Days:
    """A weekday with the word said before it: "", last, past, this, coming, next."""
    before, after = weekday_before(today, number), weekday_after(today, number)
    match said:
        case "last":
            return _last_weekday(today, before)
        case "past":
            return only(before)
        case "next" if number > today.weekday():  # of this week or of the next: people differ
            return only(after, after + timedelta(days=7))
        case "next" | "coming":
            return only(after)
    # On that very weekday it may be today's, by somebody who counts in weekdays: too near to guess.
    past = (before, today) if number == today.weekday() else (before,)
    open_, answer = ((after,), (after,)) if said == "this" else ((before, after), past)
    return Days(past, (after,), open_, answer)


def _last_weekday(today: date, before: date) -> Days:
    """ "last friday", said so soon after that people differ on which one it is."""
    week_earlier = before - timedelta(days=7)
    if (today - before).days == 1:  # for yesterday people say yesterday
        return only(week_earlier, before)
    same_week = before.weekday() < today.weekday()
    if (today - before).days == 2 and same_week:
        return only(before, week_earlier)
    return only(before)


def weekday_in_week(today: date, number: int, weeks: int) -> Days:
    """A weekday of the week so many weeks from this one; a Sunday begins or ends a week."""
    day = today + timedelta(days=number - today.weekday() + 7 * weeks)
    return only(day, day - timedelta(days=7)) if number == 6 else only(day)


def weekend(today: date, said: str) -> Days:
    """Saturday and Sunday: of the past as two days to choose from, to come as its first day."""
    saturday = today + timedelta(days=5 - today.weekday())
    last = (saturday - timedelta(days=7), saturday - timedelta(days=6))
    coming = max(saturday, today)
    if said in {"last", "past"}:
        return only(*last)
    if said == "next":
        return only(coming, saturday + timedelta(days=7))
    return Days(last, (coming,), (coming,), last)


def day_of_month(today: date, number: int) -> Days:
    """ "the 14th"."""
    near = [months_later(today.replace(day=1), shift) for shift in range(-3, 4)]
    days = [day for first in near if (day := date_or_none(first.year, first.month, number))]
    return _around(today, days)


def day_of_year(today: date, month: int, number: int) -> Days:
    """ "Nov 3": a date without a year."""
    years = range(today.year - 4, today.year + 5)
    days = [day for year in years if (day := date_or_none(year, month, number))]
    return _around(today, days)


def slash_date(today: date, first: int, second: int) -> Days:
    """ "11/3": the month first, as in America, unless that cannot be."""
    if first > 12:
        return day_of_year(today, second, first)
    american = day_of_year(today, first, second)
    if second > 12 or first == second or not american.past:
        return american
    european = day_of_year(today, second, first)
    month_first, day_first = american.past[-1], european.past[-1]
    long_ago = (today - month_first).days > _LONG_AGO
    if not long_ago or (today - day_first).days > _LATELY:
        return american
    return Days((day_first, month_first), american.ahead, american.open, american.answer)


def holiday(today: date, name: str) -> Days:
    """A holiday by its name in HOLIDAYS."""
    return _around(today, [HOLIDAYS[name](today.year + shift) for shift in (-1, 0, 1)])


def date_or_none(year: int, month: int, number: int) -> date | None:
    """The date, or None where the calendar has none."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _around(today: date, days: list[date]) -> Days:
    """What a date that comes back means, from its occurrences around `today`."""
    before = [day for day in days if day <= today]
    after = [day for day in days if day >= today]
    if not before or not after:
        return only()
    past, ahead = before[-1], after[0]
    if past == ahead:
        return only(today)
    gone, to_come = (today - past).days, (ahead - today).days
    both = (past, ahead) if gone <= to_come else (ahead, past)
    much_nearer = 2 * min(gone, to_come) < max(gone, to_come)
    # Told as past, yet nearly a year ago and soon to come: one of the two is a slip. So is a day to
    # come that was lately: "can I run on Nov 22", asked on Nov 23, is hardly about next year.
    slip = gone > _NEARLY_A_YEAR and to_come <= 14
    slip_ahead = to_come > _NEARLY_A_YEAR
    if 2 * to_come >= gone:
        answer: tuple[date, ...] = (past,)
    else:
        answer = both[:1] if gone > _LATELY else both
    coming = both if slip_ahead else (ahead,)
    return Days(both if slip else (past,), coming, both[:1] if much_nearer else both, answer)


def _nth(month: int, weekday_number: int, first_possible: int) -> Callable[[int], date]:
    def day(year: int) -> date:
        first = date(year, month, first_possible)
        return first + timedelta(days=(weekday_number - first.weekday()) % 7)

    return day


def _on(month: int, number: int) -> Callable[[int], date]:
    return lambda year: date(year, month, number)


_thanksgiving: Final = _nth(11, 3, 22)
HOLIDAYS: Final[dict[str, Callable[[int], date]]] = {
    "thanksgiving": _thanksgiving,
    "black friday": lambda year: _thanksgiving(year) + timedelta(days=1),
    "cyber monday": lambda year: _thanksgiving(year) + timedelta(days=4),
    "christmas eve": _on(12, 24),
    "christmas day": _on(12, 25),
    "christmas": _on(12, 25),
    "new year's eve": _on(12, 31),
    "new years eve": _on(12, 31),
    "nye": _on(12, 31),
    "new year's day": _on(1, 1),
    "new year's": _on(1, 1),
    "valentine's day": _on(2, 14),
    "valentines day": _on(2, 14),
    "4th of july": _on(7, 4),
    "halloween": _on(10, 31),
    "memorial day": _nth(5, 0, 25),
    "labor day": _nth(9, 0, 1),
}
