"""Opening hours: whether a clinic is open, and when it opens next. Local times throughout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOMENT: Final = timedelta(minutes=1)
_LOOK_AHEAD: Final = 8  # days: a window of today that is over comes back in a week


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of opening hours; one that closes no later than it opens ends the next day."""

    opens: time
    closes: time

    @property
    def overnight(self) -> bool:
        """Whether it runs past midnight ("22:00-06:00"; "00:00-00:00" is the whole day)."""
        return self.closes <= self.opens


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """A week of openings, Monday first, each day's in order; a closed day has none."""

    week: tuple[tuple[Opening, ...], ...]

    def of(self, day: date) -> tuple[Opening, ...]:
        """Return the openings that begin on a day."""
        return self.week[day.weekday()]


def read_hours(published: Mapping[str, Sequence[str]] | None) -> OpeningHours | None:
    """Return the hours of a pack ({"mon": ["09:00-12:00", "13:00-17:00"]}); None: not published."""
    if not published:
        return None
    return OpeningHours(
        tuple(
            tuple(sorted((_opening(entry) for entry in published.get(day, ())), key=_begin))
            for day in DAY_NAMES
        )
    )


def is_open(hours: OpeningHours, now: datetime) -> bool:
    """Tell whether the clinic is open at a local moment."""
    return closes_at(hours, now) is not None


def closes_at(hours: OpeningHours, now: datetime) -> datetime | None:
    """Return when the clinic closes, if it is open at a local moment; else None."""
    yesterday = now.date() - timedelta(days=1)
    ends = [end for begin, end in _stretches(hours, now, yesterday, 2) if begin <= now < end]
    return max(ends, default=None)


def next_opening(hours: OpeningHours, now: datetime) -> datetime | None:
    """Return the first opening after a local moment; None for a clinic that never opens."""
    stretches = _stretches(hours, now, now.date(), _LOOK_AHEAD)
    return min((begin for begin, _ in stretches if begin > now), default=None)


def is_open_between(hours: OpeningHours, day: date, start: time | None, end: time | None) -> bool:
    """Tell whether the clinic is open at some time of a day between two hours (None: its ends)."""
    begin = datetime.combine(day, start or time.min)
    midnight = datetime.combine(day + timedelta(days=1), time.min)
    finish = max(datetime.combine(day, end) if end else midnight, begin + _MOMENT)
    stretches = _stretches(hours, begin, day - timedelta(days=1), 2)
    return any(opens < finish and begin < closes for opens, closes in stretches)


def _stretches(
    hours: OpeningHours, like: datetime, first: date, days: int
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the openings of some days as moments in the zone of `like`."""
    for shift in range(days):
        day = first + timedelta(days=shift)
        for opening in hours.of(day):
            last = day + timedelta(days=1) if opening.overnight else day
            yield (
                datetime.combine(day, opening.opens, like.tzinfo),
                datetime.combine(last, opening.closes, like.tzinfo),
            )


def _opening(entry: str) -> Opening:
    opens, closes = entry.split("-")
    return Opening(time.fromisoformat(opens), time.fromisoformat(closes))


def _begin(opening: Opening) -> time:
    return opening.opens
