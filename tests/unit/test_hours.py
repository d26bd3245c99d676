"""Opening hours: open now, next opening, open at a wished time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.care.hours import closes_at, is_open, is_open_between, next_opening, read_hours

EAST = ZoneInfo("America/New_York")
OFFICE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["09:00-12:00"]}
LUNCH = {"tue": ["13:00-17:00", "08:30-12:00"]}
NIGHT = {"sat": ["22:00-02:00"], "sun": ["00:00-00:00"]}

# (hours, now, closes, next opening); 2026-11-24 is a Tuesday.
MOMENTS = [
    (OFFICE, "2026-11-24 20:00", None, "2026-11-25 09:00"),
    (OFFICE, "2026-11-24 08:59", None, "2026-11-24 09:00"),
    (OFFICE, "2026-11-24 09:00", "2026-11-24 17:00", "2026-11-25 09:00"),
    (OFFICE, "2026-11-24 16:59", "2026-11-24 17:00", "2026-11-25 09:00"),
    (OFFICE, "2026-11-24 17:00", None, "2026-11-25 09:00"),
    (OFFICE, "2026-11-27 12:30", None, "2026-11-30 09:00"),
    (OFFICE, "2026-11-28 10:00", None, "2026-11-30 09:00"),
    (OFFICE, "2026-11-29 23:59", None, "2026-11-30 09:00"),
    (LUNCH, "2026-11-24 12:30", None, "2026-11-24 13:00"),
    (LUNCH, "2026-11-24 09:00", "2026-11-24 12:00", "2026-11-24 13:00"),
    (LUNCH, "2026-11-24 18:00", None, "2026-12-01 08:30"),
    (NIGHT, "2026-11-28 23:00", "2026-11-29 02:00", "2026-11-29 00:00"),
    (NIGHT, "2026-11-29 01:00", "2026-11-30 00:00", "2026-12-05 22:00"),
    (NIGHT, "2026-11-30 00:00", None, "2026-12-05 22:00"),
    ({"mon": []}, "2026-11-24 12:00", None, None),
    # The clocks go back on Sunday, November 1, and forward on Sunday, March 14.
    (OFFICE, "2026-10-31 23:00", None, "2026-11-02 09:00"),
    ({"sun": ["02:30-05:00"]}, "2027-03-13 12:00", None, "2027-03-14 02:30"),
]


def at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=EAST) if text else None


@pytest.mark.parametrize(("published", "now", "closes", "opens"), MOMENTS)
def test_open_and_next_opening(
    published: dict[str, list[str]], now: str, closes: str | None, opens: str | None
) -> None:
    hours, moment = read_hours(published), at(now)
    assert hours is not None
    assert moment is not None
    assert closes_at(hours, moment) == at(closes)
    assert is_open(hours, moment) == (closes is not None)
    assert next_opening(hours, moment) == at(opens)


@pytest.mark.parametrize("published", [None, {}])
def test_hours_that_are_not_published_are_not_made_up(
    published: dict[str, list[str]] | None,
) -> None:
    assert read_hours(published) is None


@pytest.mark.parametrize(
    ("published", "day", "start", "end", "expected"),
    [
        (OFFICE, "2026-11-24", None, None, True),
        (OFFICE, "2026-11-24", "15:00", None, True),
        (OFFICE, "2026-11-24", "17:00", None, False),
        (OFFICE, "2026-11-24", "18:00", "20:00", False),
        (OFFICE, "2026-11-24", None, "09:00", False),
        (OFFICE, "2026-11-24", None, "12:00", True),
        (OFFICE, "2026-11-24", "12:00", "12:00", True),
        (OFFICE, "2026-11-27", "12:00", None, False),
        (OFFICE, "2026-11-28", None, None, False),
        (LUNCH, "2026-11-24", "12:00", "13:00", False),
        (NIGHT, "2026-11-28", "23:00", None, True),
        (NIGHT, "2026-11-28", None, "12:00", False),
    ],
)
def test_open_at_a_wished_time(
    published: dict[str, list[str]], day: str, start: str | None, end: str | None, expected: bool
) -> None:
    hours = read_hours(published)
    assert hours is not None
    told = [time.fromisoformat(one) if one else None for one in (start, end)]
    assert is_open_between(hours, date.fromisoformat(day), *told) is expected
