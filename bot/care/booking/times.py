"""When a patient would like to be called or seen: their own words, and what was understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from bot.care.booking.clock import PART_HOURS, Part, find_clock, find_parts, in_digits, in_part
from bot.care.booking.days import DayWish, find_days
from bot.care.booking.found import GAP, Problem, Trouble
from bot.care.dates.spelling import plain
from bot.care.hours import DAY_NAMES, OpeningHours, is_open_between

MOST_WORDS: Final = 200  # characters
_CLAUSE: Final = re.compile(r"[.;!?\n]+(?=\s|$)|,(?=\s)|\s+(?:and|but)\s+(?=my name|i'?m |call me)")
_SOONEST: Final = re.compile(
    r"\b(?:as soon as (?:possible|you can|they can|u can)|asap|soonest"
    r"|(?:at your )?earliest(?: convenience)?|right away|right now"
    r"|straight away|immediately|now|(?:the )?(?:first|next) available"
    r"|the sooner the better|very soon|urgently|quickly as possible)\b"
)
_ANY: Final = re.compile(
    r"\b(?:any ?time|when ?ever|any ?day|(?:it )?doesn't matter|does not matter|don't (?:care|mind)"
    r"|no preference|not picky|(?:i'm |i am )?flexible|all day|24/7|up to (?:you|them)"
    r"|(?:you|they) (?:can )?(?:choose|pick|decide)|either|open schedule|wide open)\b"
)
_NOT: Final = re.compile(
    r"\b(?:not|no|never|except|but|avoid|can't(?: do| make)?|cannot(?: do| make)?|anything but"
    r"|don't (?:call|want|do)(?: me)?|isn't|aren't|other than|besides)"
    r"(?: (?:on|in the|the|any|for|at|good|a|during))* ?$"
)
# Beside these words a time is a wish of when; beside others it may be the time of anything.
_WISHING: Final = frozenset(
    """
    a about actually after afterwards all also always am an and any anyone anytime appointment
    are around as at availability available back be because before best better between book but
    by call called calls can can't cannot come consult consultation contact could day days do
    don't during each early either ever every except fine for free from get give good great have
    hello hi home hour hours i i'd i'll i'm ideally if in instead is isn't it it's just kindly
    late later like lunch make maybe me meet morning mostly much my need no not of off often ok
    on only open or our out please pls possible possibly prefer preferable preferably preference
    probably rather reach reached really ring schedule see shift so some somebody someone
    something sometime sometimes sooner sorry speak suits sure talk text thank thanks that
    that's the them then there they time times to today us usually very visit wait want we
    weekly when which will with work works would yeah yes you your
    """.split()  # noqa: SIM905
)
_EXISTING: Final = re.compile(
    r"\bmy (?:next |first |second )?(?:appointment|session|visit|treatment)\b"
)
_JOINED: Final = re.compile(r"(?<=[A-Za-z])[-/](?=[A-Za-z])")
_LEADING: Final = re.compile(r"^(?:and|but|or|so|also)\b,? *", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z']+")
_ASKS: Final = re.compile(
    r"\b(?:call|reach|ring|contact|see|phone) (?:me|us)\b|\bcome in\b|\bbook\b"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """When a patient would like it. `words` are their own; all else is what was understood.

    `days` are dates, `weekdays` (0 is Monday) any such day, `within` the first and last day of a
    stretch ("next week"); `start` and `end` are hours, the same where a point was told. `mixed`:
    there are hours that go with certain days only, for which the words are read.
    """

    words: str = ""
    days: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    within: tuple[date, date] | None = None
    parts: tuple[Part, ...] = ()
    start: time | None = None
    end: time | None = None
    not_weekdays: tuple[int, ...] = ()
    not_parts: tuple[Part, ...] = ()
    soonest: bool = False
    any_time: bool = False
    mixed: bool = False

    @property
    def understood(self) -> bool:
        """Whether anything but the words is known."""
        return replace(self, words="") != Wish()

    def to_json(self) -> dict[str, Any]:
        """Return what was understood as plain JSON, only what there is of it."""
        told: dict[str, Any] = {
            "days": [day.isoformat() for day in self.days],
            "weekdays": [DAY_NAMES[day] for day in self.weekdays],
            "within": [day.isoformat() for day in self.within or ()],
            "parts": [str(part) for part in self.parts],
            "start": self.start and self.start.isoformat("minutes"),
            "end": self.end and self.end.isoformat("minutes"),
            "not_weekdays": [DAY_NAMES[day] for day in self.not_weekdays],
            "not_parts": [str(part) for part in self.not_parts],
            "soonest": self.soonest,
            "any_time": self.any_time,
            "mixed": self.mixed,
        }
        return {name: value for name, value in told.items() if value}


def read_times(
    text: str, now: datetime, hours: OpeningHours | None, *, asked: bool
) -> tuple[Wish | Problem | None, str]:
    """Return when a cleaned message would like it, or what is wrong with that; and the rest of it.

    `now` is local. Where no time was asked for only clear wishes count ("mornings are best"), not
    every day that is named ("treated yesterday").
    """
    taken: list[str] = []
    left: list[str] = []
    for clause, mark in _clauses(text):
        wish, others = _read(clause, now, asked=asked)
        counts = wish.understood and (asked or _is_wish(clause, mark, others))
        (taken if counts else left).append(clause)
    to_come = [one for one in taken if not _is_past(_read(one, now, asked=asked)[0], now)]
    wish, _ = _read(", ".join(to_come or taken), now, asked=asked)
    if not taken:
        return None, text
    rest = GAP.join(left)
    if not to_come:
        return (Problem(Trouble.TIME_PAST, wish.words) if asked else None), rest
    wish = replace(wish, days=tuple(day for day in wish.days if day >= now.date()))
    if hours is not None and not _may_be_open(wish, now, hours):
        return Problem(Trouble.TIME_CLOSED, wish.words), rest
    return wish, rest


def only_words(text: str) -> Wish:
    """Return a wish of which nothing is understood: staff read the patient's own words."""
    return Wish(text[:MOST_WORDS].strip())


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Yield (clause, the mark that ends it)."""
    start = 0
    for match in _CLAUSE.finditer(text):
        if clause := text[start : match.start()].strip():
            yield clause, match.group().strip()
        start = match.end()
    if clause := text[start:].strip():
        yield clause, ""


def _read(text: str, now: datetime, *, asked: bool) -> tuple[Wish, list[str]]:
    """Return what a text wishes for, and its words that are no time."""
    words = spelled(text)
    days, parts = find_days(words, now), list(find_parts(words))
    masked = _blank(words, [one.span for one in days])
    masked = _blank(masked, [span for _, span in parts])
    clocks = find_clock(masked, asked=asked)
    masked = _blank(masked, [clock.span for clock in clocks])
    soonest, at_any = _SOONEST.search(masked), _ANY.search(masked)
    masked = _ANY.sub(" ", _SOONEST.sub(" ", masked))
    refused = tuple(part for part, span in parts if _NOT.search(words, 0, span[0]))
    named = tuple(dict.fromkeys(part for part, _ in parts if part not in refused))
    wish = _with_days(Wish(_LEADING.sub("", " ".join(text.split()))[:MOST_WORDS]), days, words)
    if len(clocks) > 1 or (len(named) > 1 and len(days) > 1):
        # "Wednesday 10am or Friday 11am": only the patient's words tell what goes with what.
        wish = replace(wish, mixed=True)
    elif clocks:
        clock = in_part(clocks[0], named)
        wish = replace(wish, start=clock.start, end=clock.end)
    if not wish.mixed:
        wish = replace(wish, parts=named, not_parts=refused)
    if not wish.understood:
        wish = replace(wish, any_time=at_any is not None)
    return replace(wish, soonest=soonest is not None), _WORD.findall(masked)


def spelled(text: str) -> str:
    """Return the text in plain spelling, "mon-fri" as two days."""
    return in_digits(plain(_JOINED.sub(r" \g<0> ", text)))


def _with_days(wish: Wish, found: list[DayWish], words: str) -> Wish:
    refused = [one for one in found if _NOT.search(words, 0, one.span[0])]
    wanted = [one for one in found if one not in refused]
    return replace(
        wish,
        days=tuple(dict.fromkeys(day for one in wanted for day in one.days)),
        weekdays=tuple(sorted({day for one in wanted for day in one.weekdays})),
        within=next((one.within for one in wanted if one.within), None),
        not_weekdays=tuple(sorted({day for one in refused for day in one.weekdays})),
    )


def _is_wish(clause: str, mark: str, others: list[str]) -> bool:
    """Tell whether a clause, its times aside, speaks of nothing but when it would suit."""
    words = spelled(clause)
    if ("?" in mark and not _ASKS.search(words)) or _EXISTING.search(words):
        return False
    return all(word in _WISHING for word in others)


def _is_past(wish: Wish, now: datetime) -> bool:
    """Tell whether all that is wished for is over."""
    if not wish.days or wish.weekdays or wish.within:
        return False
    return all(_is_over(day, wish, now) for day in wish.days)


def _is_over(day: date, wish: Wish, now: datetime) -> bool:
    today = now.date()
    if day != today:
        return day < today
    last = wish.end or (None if wish.start else _last_hour(wish.parts))
    return last is not None and last <= now.time()


def _last_hour(parts: tuple[Part, ...]) -> time | None:
    return max((PART_HOURS[part][1] for part in parts), default=None)


def _may_be_open(wish: Wish, now: datetime, hours: OpeningHours) -> bool:
    """Tell whether the clinic is open at any of the wished times."""
    days = _candidates(wish, now.date())
    stretches: list[tuple[time | None, time | None]] = [(wish.start, wish.end)]
    if wish.start is None and wish.end is None and wish.parts:
        stretches = [PART_HOURS[part] for part in wish.parts]
    return any(is_open_between(hours, day, *one) for day in days for one in stretches)


def _candidates(wish: Wish, today: date) -> list[date]:
    week = [today + timedelta(days=shift) for shift in range(1, 8)]
    if wish.within:
        first, last = wish.within
        week = [first + timedelta(days=shift) for shift in range(min(31, (last - first).days + 1))]
    if wish.weekdays:
        week = [day for day in week if day.weekday() in wish.weekdays]
    return list(wish.days) or week


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\0" * (end - start) + text[end:]
    return text
