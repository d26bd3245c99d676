"""Triage never raises, and takes time in proportion to the text, whatever it is."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.care.triage import LEVELS, Findings, Likeness, judge, screen
from bot.knowledge.triage import load_findings
from bot.knowledge.triage_examples import load_likeness
from tests.timing import milliseconds

ROOT = Path(__file__).parents[2]
LONG = 1_000
# Patterns and likeness together, on one core.
MOST_MILLISECONDS = 2.0

# Pieces of the findings' own vocabulary: what matches most is what takes longest.
PIECES = (
    "chest", "pain", "can't", "breathe", "no", "not", "my", "leg", "swollen", "if", "years ago",
    "what if", "blood", "won't stop", "cold", "white", "toes", "hives", "all over", "i", "want",
    "die", "the", "?", ".", ",", "38.9", "1998", "2020", "and", "or", "is", "it", "dolor", "pecho",
    "falta", "aire", "en", "el", "sangre", "killing me", "now", "today", "history", "never",
)  # fmt: skip

ADVERSARIAL = {
    "one letter": "a" * LONG,
    "one word": "no " * (LONG // 3),
    "cues only": "what if i have signs of " * (LONG // 24),
    "negations": "no not never without " * (LONG // 21),
    "near misses": "chest chest pain pain leg swollen " * (LONG // 34),
    "all at once": "my leg is cold white and numb " * (LONG // 30),
    "commas": "pain, " * (LONG // 6),
    "marks": ".,!?" * (LONG // 4),
    "digits": "1 " * (LONG // 2),
    "one number": "9" * LONG,
    "misspelt": "chset pian brethe swolen " * (LONG // 25),
    "gibberish": " ".join(f"{a}{b}{c}" for a in "qxzj" for b in "wvkf" for c in "qxzjwvkfhg")[
        :LONG
    ],
    "long gibberish": " ".join(f"q{a}xzvk{b}wqj{a}" for a in "bcdfg" for b in "hjklmnp" * 3)[:LONG],
    "run together": "chestpain" * (LONG // 9),
    "accents": "é" * LONG,
    "combining": "e\u0301\u0302\u0303" * (LONG // 4),
    "both languages": "my chest hurts me duele el pecho " * (LONG // 33),
    "apostrophes": "can't'''''" * (LONG // 10),
}


@cache
def findings() -> Findings:
    return load_findings(ROOT / "clinics" / "triage")


@cache
def likeness() -> Likeness:
    return load_likeness(ROOT / "clinics" / "triage")


def reading(text: str) -> Callable[[], object]:
    return lambda: judge(text, findings(), likeness())


@given(st.text(max_size=2 * LONG))
@settings(max_examples=300, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    alert = judge(text, findings(), likeness()).alert
    assert alert is None or alert.level in LEVELS[1:]


def test_a_number_before_a_slip_does_not_make_it_raise() -> None:
    assert judge("i took advil 2 xa day", findings(), likeness()).alert is None


@given(st.lists(st.sampled_from(PIECES), max_size=200).map(" ".join), st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_mixture_of_its_own_words_makes_it_raise(text: str, recently_treated: bool) -> None:
    alert = screen(text, findings(), recently_treated=recently_treated)
    assert alert is None or (alert.matched and alert.language in ("en", "es"))


@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_a_thousand_characters_take_no_longer_than_they_may(text: str) -> None:
    assert milliseconds(reading(text), MOST_MILLISECONDS) < MOST_MILLISECONDS


@pytest.mark.parametrize("text", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
def test_ten_times_the_text_takes_about_ten_times_as_long(text: str) -> None:
    once, tenfold = (milliseconds(reading(text * n), 0, rounds=15) for n in (1, 10))
    assert tenfold < 25 * max(once, 0.2)
