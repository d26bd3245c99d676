"""When it suits: what is said and what is read. NOW is a Tuesday evening in California."""

from typing import Any

import pytest

from bot.care.booking.found import Problem, Trouble
from bot.care.booking.times import Wish, only_words, read_times
from bot.text.normalise import clean
from tests.unit.booking.talking import NOW, OFFICE

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]

# (answer to "when suits you?", what is understood, a trouble, or None)
TIMES: list[tuple[str, dict[str, Any] | Trouble | None]] = [
    ("mornings", {"parts": ["morning"]}),
    ("evenings after work", {"parts": ["evening"]}),
    ("after lunch", {"parts": ["afternoon"]}),
    ("lunch time", {"parts": ["midday"]}),
    ("first thing tomorrow", {"days": ["2026-11-25"], "parts": ["morning"]}),
    ("asap", {"soonest": True}),
    ("as soon as possible please", {"soonest": True}),
    ("now", {"soonest": True}),
    ("any time", {"any_time": True}),
    ("whenever works", {"any_time": True}),
    ("doesn't matter", {"any_time": True}),
    ("anytime after 3", {"start": "15:00"}),
    ("anytime but mornings", {"not_parts": ["morning"]}),
    ("tue or thu after 3", {"weekdays": ["tue", "thu"], "start": "15:00"}),
    ("mondays", {"weekdays": ["mon"]}),
    ("mon-fri 9-12", {"weekdays": WORKDAYS, "start": "09:00", "end": "12:00"}),
    ("weekdays before noon", {"weekdays": WORKDAYS, "end": "12:00"}),
    ("sat or sun", {"weekdays": ["sat", "sun"]}),
    ("not fridays", {"not_weekdays": ["fri"]}),
    ("can't do mondays", {"not_weekdays": ["mon"]}),
    ("tomorrow at 5", {"days": ["2026-11-25"], "start": "17:00", "end": "17:00"}),
    ("next tuesday", {"days": ["2026-12-01"]}),
    ("Nov 30 at 10", {"days": ["2026-11-30"], "start": "10:00", "end": "10:00"}),
    ("the 30th in the afternoon", {"days": ["2026-11-30"], "parts": ["afternoon"]}),
    ("11/30", {"days": ["2026-11-30"]}),
    ("2027-01-05 at 10", {"days": ["2027-01-05"], "start": "10:00", "end": "10:00"}),
    ("next week", {"within": ["2026-11-30", "2026-12-06"]}),
    ("next week mornings", {"within": ["2026-11-30", "2026-12-06"], "parts": ["morning"]}),
    ("this week", {"within": ["2026-11-24", "2026-11-29"]}),
    ("in 2 days", {"within": ["2026-11-26", "2026-11-26"]}),
    ("between 2 and 4", {"start": "14:00", "end": "16:00"}),
    ("2-4pm", {"start": "14:00", "end": "16:00"}),
    ("10-2", {"start": "10:00", "end": "14:00"}),
    ("9 to 5", {"start": "09:00", "end": "17:00"}),
    ("after 6pm", {"start": "18:00"}),
    ("not before 3", {"start": "15:00"}),
    ("330pm", {"start": "15:30", "end": "15:30"}),
    ("15:30", {"start": "15:30", "end": "15:30"}),
    ("half past 3", {"start": "15:30", "end": "15:30"}),
    ("quarter to 11", {"start": "10:45", "end": "10:45"}),
    ("around 10ish", {"start": "10:00", "end": "10:00"}),
    ("noon", {"start": "12:00", "end": "12:00"}),
    ("5", {"start": "17:00", "end": "17:00"}),
    ("5 in the morning", {"parts": ["morning"], "start": "05:00", "end": "05:00"}),
    ("wed 10am or fri 11am", {"days": ["2026-11-25", "2026-11-27"], "mixed": True}),
    ("I was treated yesterday, mornings please", {"parts": ["morning"]}),
    ("yesterday at 5", Trouble.TIME_PAST),
    ("today at 3", Trouble.TIME_PAST),
    ("this morning", Trouble.TIME_PAST),
    ("Nov 3", Trouble.TIME_PAST),
    ("last monday", Trouble.TIME_PAST),
    ("when my kids nap", None),
    ("I don't know", None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), TIMES)
def test_when_it_suits(said: str, expected: dict[str, Any] | Trouble | None) -> None:
    found, _ = read_times(clean(said), NOW, None, asked=True)
    if isinstance(found, Wish):
        assert found.to_json() == expected
        assert found.words in said
    else:
        assert (found.trouble if found else None) == expected


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ("saturday", True),
        ("sat or monday", False),
        ("evenings", True),
        ("after 5pm", True),
        ("friday afternoon", True),
        ("friday morning", False),
        ("tomorrow at 5", True),
        ("tomorrow at 4", False),
        ("next week", False),
        ("tonight", True),
        ("asap", False),
        ("any time", False),
        ("mornings", False),
    ],
)
def test_times_when_the_clinic_is_closed(said: str, closed: bool) -> None:
    found, _ = read_times(said, NOW, OFFICE, asked=True)
    assert (isinstance(found, Problem) and found.trouble is Trouble.TIME_CLOSED) == closed


def test_words_that_nobody_understood_are_kept() -> None:
    wish = only_words("when my kids nap")
    assert (wish.words, wish.understood, wish.to_json()) == ("when my kids nap", False, {})


@pytest.mark.parametrize(
    "said",
    [
        "I was injected yesterday, can I fly on Friday?",
        "does it hurt in the morning?",
        "my leg hurts at night",
        "my appointment is on friday at 10",
        "my legs were done on Tuesday",
    ],
)
def test_a_day_that_is_no_wish_is_left_alone(said: str) -> None:
    assert read_times(said, NOW, None, asked=False) == (None, said)
