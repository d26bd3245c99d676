"""Dates as patients write them: the table of phrases, and what must hold for every text."""

import string
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.care.dates import read_dates
from bot.care.dates.spelling import plain
from bot.care.moments import Moment
from tests.timing import milliseconds

TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/dates.yml").read_text("utf-8"))
ZONE = ZoneInfo(TABLE["zone"])
NOW = datetime.fromisoformat(TABLE["now"]).replace(tzinfo=ZONE)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
FORMATS = ["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%d %b %Y", "%A, %B %d %Y"]
FALL_BACK = datetime(2026, 11, 1, 12, 0, tzinfo=ZONE)
SPRING_FORWARD = datetime(2027, 3, 14, 9, 0, tzinfo=ZONE)

# Any second of 70 years, told on the clinic's clock.
moments_of_asking = st.integers(1_577_836_800, 3_786_912_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, ZONE)
)
# Words that the reader knows, thrown together as nobody would write them.
vocabulary = sorted({word for row in TABLE["rows"] for word in row["say"].split()})
word_salad = st.lists(st.sampled_from(vocabulary), max_size=40).map(" ".join)


def told(value: date | str | None) -> Moment | None:
    """A day of the table, with its hour if there is one."""
    if isinstance(value, str):
        local = datetime.fromisoformat(value)
        return Moment(local.date(), local.time())
    return Moment(value) if value else None


@pytest.mark.table
@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: row["say"] or "(nothing)")
def test_table(row: dict[str, Any]) -> None:
    now = datetime.fromisoformat(row["now"]).replace(tzinfo=ZONE) if "now" in row else NOW
    reading = read_dates(row["say"], now, expecting=row.get("expecting"))
    role, *candidates = row.get("unclear", [None])
    assert reading.treated == told(row.get("treated"))
    assert reading.asked == told(row.get("asked"))
    assert reading.asked_after == row.get("after")
    assert (reading.unclear.role if reading.unclear else None) == role
    assert (reading.unclear.candidates if reading.unclear else ()) == tuple(candidates)


@pytest.mark.parametrize("word", [*WEEKDAYS, "yesterday", "tomorrow", "november"])
def test_a_slip_makes_no_other_day_of_a_day(word: str) -> None:
    """One letter left out, doubled, replaced, or two that changed places, but for the first."""
    read = {plain(slipped) for slipped in slips(word)}
    days = {*WEEKDAYS, "yesterday", "tomorrow", "november", "today", "december", "september"}
    assert read & days == {word}


def slips(word: str) -> set[str]:
    """Every way to mistype a word once after its first letter."""
    letters = string.ascii_lowercase
    splits = [(word[:place], word[place:]) for place in range(1, len(word))]
    return {
        *(head + tail[1:] for head, tail in splits),
        *(head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1),
        *(head + letter + tail[1:] for head, tail in splits for letter in letters),
        *(head + letter + tail for head, tail in splits for letter in letters),
    }


@given(st.text() | word_salad, moments_of_asking, st.sampled_from([None, "treated", "asked"]))
@example("31/31 feb 30 the 99th 2026-99-99 13/13/13 25:99 at 99", NOW, "treated")
@example("\0 999 years ago, in 999 weeks, day 999, ٣ days ago, ²/³", NOW, None)
def test_any_text_is_read_without_an_error(text: str, now: datetime, expecting: Any) -> None:
    reading = read_dates(text, now, expecting=expecting)
    assert reading.asked is None or reading.asked_after is None
    if reading.unclear:
        assert getattr(reading, reading.unclear.role) is None
        assert len(set(reading.unclear.candidates)) == len(reading.unclear.candidates) != 1
        assert len(reading.unclear.candidates) <= 3


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)), st.sampled_from(FORMATS))
def test_a_full_date_is_that_day(day: date, form: str) -> None:
    assert read_dates(f"I was treated on {day:{form}}", NOW).treated == Moment(day)
    assert read_dates(f"can I fly on {NOW.date():{form}}?", NOW).asked == Moment(NOW.date())


@given(moments_of_asking, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_within_the_week_before_or_after(now: datetime, name: str) -> None:
    reading = read_dates(f"had it done on {name}, can I run on {name}?", now)
    assert reading.asked
    if WEEKDAYS[now.weekday()] == name:
        assert reading.unclear
        assert reading.unclear.candidates == (now.date() - timedelta(days=7), now.date())
        return
    assert reading.treated
    assert now.date() - timedelta(days=7) <= reading.treated.day < now.date()
    assert now.date() < reading.asked.day <= now.date() + timedelta(days=7)
    assert WEEKDAYS[reading.treated.day.weekday()] == WEEKDAYS[reading.asked.day.weekday()] == name


@given(moments_of_asking, st.integers(0, 900))
@example(FALL_BACK, 1)
@example(SPRING_FORWARD, 1)
def test_days_count_by_the_calendar(now: datetime, count: int) -> None:
    for say in (f"treated {count} days ago", f"day {count}", f"{count} days post op"):
        assert read_dates(say, now).treated == Moment(now.date() - timedelta(days=count))


@given(moments_of_asking, st.integers(1, 96))
@example(FALL_BACK, 20)
@example(FALL_BACK.replace(hour=1, fold=1), 1)
@example(SPRING_FORWARD, 12)
def test_hours_are_real_time_even_when_the_clocks_change(now: datetime, count: int) -> None:
    treated = read_dates(f"treated {count} hours ago", now).treated
    assert treated
    assert treated.time
    local = datetime.combine(treated.day, treated.time, ZONE)
    minute = now.astimezone(UTC).replace(second=0) - timedelta(hours=count)
    # An hour that comes twice has two instants; the patient's is one of them.
    assert minute in {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}


@pytest.mark.parametrize(
    "piece",
    ["friday ", "11/3 ", "a week and ", "about about ", "1-", "((((", "not not ", "3 days post ",
     "the 14th or ", "can i is it ", "1" * 50, "tomorrow will be a week ", "nov nov 3 ", "\0 "],
)  # fmt: skip
def test_the_longest_message_takes_no_more_than_20_ms(piece: str) -> None:
    text = (piece * 1000)[:1000]
    assert milliseconds(lambda: read_dates(text, NOW), 20) < 20
