"""The voice of requests: every text that a patient can get keeps to it."""

from datetime import time
from functools import cache
from pathlib import Path

import pytest
import textstat
import yaml

from bot.care.booking.found import Trouble
from bot.care.booking.times import Wish
from bot.care.booking.wording import hours_in_words, opening_in_words, times_in_words
from bot.care.hours import read_hours
from bot.knowledge.texts import Texts, load_texts
from tests.talking import NOW

TEXTS = Path(__file__).parents[3] / "clinics" / "texts"
VALUES = {
    "clinic": "The clinic",
    "told": "555-0132",
    "first": "the first one",
    "hours": "Monday to Friday 9 AM to 5 PM",
    "reach": "+1 415-555-0132",
    "opening": "They open Monday at 9 AM.",
    "urgent": "",
    "phone": "+1 212 555 0147",
    "emergency_number": "911",
    "day": "Monday",
    "time": "9 AM",
    "last": "5 PM",
    "what": "on Friday",
    "value": "Dana",
    "address": "dana@example.com",
}
SPOKEN = ("begin", "ask", "why", "problem", "not_understood", "urgent", "opening")
ALONE = (
    *("needs_reach", "read_back", "consent", "done", "already", "already_today", "withdrawn"),
    *("declined", "stopped", "dropped", "stale"),
)


@cache
def texts() -> Texts:
    return load_texts(TEXTS)


def keys() -> list[str]:
    booking = yaml.safe_load((TEXTS / "booking.en.yml").read_text("utf-8"))["booking"]
    grouped = [f"booking.{group}.{key}" for group in SPOKEN for key in booking[group]]
    return [*grouped, *(f"booking.{key}" for key in ALONE)]


@pytest.mark.parametrize("key", keys())
def test_a_text_keeps_to_the_voice(key: str) -> None:
    said = texts().say(key, **VALUES)
    assert len(said.split()) <= 90
    assert "!" not in said
    assert textstat.flesch_kincaid_grade(said) <= 8.0, said


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_problem_has_its_words(trouble: Trouble) -> None:
    assert f"booking.problem.{trouble}" in texts()


def test_hours_of_a_week_in_words() -> None:
    hours = read_hours(
        {day: ["08:30-12:00", "13:00-17:00"] for day in ("mon", "tue")}
        | {"thu": ["09:00-17:00"], "sat": ["09:00-12:00"], "sun": ["09:00-12:00"]}
    )
    assert hours is not None
    assert hours_in_words(hours, texts()) == (
        "Monday to Tuesday 8:30 AM to noon and 1 PM to 5 PM, Thursday 9 AM to 5 PM, "
        "Saturday to Sunday 9 AM to noon"
    )


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ({"tue": ["09:00-21:00"]}, "They are open now, until 9 PM."),
        ({"tue": ["20:30-22:00"]}, "They open today at 8:30 PM."),
        ({"mon": ["09:00-17:00"]}, "They open Monday at 9 AM."),
        ({"tue": ["12:00-17:00"]}, "They open Tuesday, December 1 at noon."),
        (None, "has not published its hours"),
        ({"mon": []}, "has not published its hours"),
    ],
)
def test_when_the_clinic_answers(published: dict[str, list[str]] | None, said: str) -> None:
    assert said in opening_in_words(read_hours(published), NOW, "The clinic", texts())


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(weekdays=(0, 1, 2, 3, 4), end=time(12)), "Monday to Friday, before noon"),
        (Wish(start=time(14), end=time(16, 30)), "between 2 PM and 4:30 PM"),
        (Wish(not_weekdays=(4,)), "but not Friday"),
        (Wish(soonest=True), "as soon as they can"),
    ],
)
def test_a_wish_in_words(wish: Wish, said: str) -> None:
    assert times_in_words(wish, NOW.date(), texts()) == said
