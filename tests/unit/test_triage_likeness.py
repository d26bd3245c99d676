"""What is learned from examples, for wordings that no pattern foresees."""

import math
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.care.triage import split_words
from bot.care.triage.likeness import Example, Likeness, learn
from bot.knowledge.triage_examples import load_likeness
from tests.timing import milliseconds

ROOT = Path(__file__).parents[2]
LONG = 1_000
MOST_MILLISECONDS = 1.0
FLAGS = ["my calf is sore and swollen", "a sore swollen calf since noon", "calf swollen, and sore"]
BREATH = ["no air comes in", "hardly any air comes in", "the air comes in short"]
CALM = ["how long do I wear these", "what does it cost", "when may I run", "may I run", "is it far"]


@cache
def likeness() -> Likeness:
    return load_likeness(ROOT / "clinics" / "triage")


def score(learned: Likeness, text: str) -> float:
    return learned.score(split_words(text).words)


@cache
def small() -> Likeness:
    examples = [
        *(Example(text, "dvt", "urgent") for text in FLAGS),
        *(Example(text, "pe", "emergency") for text in BREATH),
        *(Example(text) for text in CALM),
    ]
    return learn(examples, "en")


def test_what_reads_like_an_example_scores_higher_than_what_does_not() -> None:
    assert score(small(), "my swollen calf is sore") > 0 > score(small(), "when may I wear these")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("sore, swollen calf", ("dvt", "urgent")), ("no air in", ("pe", "emergency"))],
)
def test_an_alert_is_of_the_likeliest_kind(text: str, kind: tuple[str, str]) -> None:
    alert = small().alert(split_words(text).words)
    assert (alert.flag, alert.level) == kind


def test_learning_again_gives_the_same() -> None:
    small.cache_clear()
    first = small()
    small.cache_clear()
    assert small() == first


def test_a_sign_is_found_among_other_sentences() -> None:
    around = "How long do I wear the stockings? {} What does the next session cost? May I drive?"
    alone = "something feels very wrong, my mouth sags and my words are mush"
    told, idle = around.format(alone), around.format("Thanks.")
    assert score(likeness(), told) > score(likeness(), idle)


@pytest.mark.parametrize("text", ["", " ", "...", "🙂", "\u0301"])
def test_a_message_without_words_is_like_nothing(text: str) -> None:
    assert score(likeness(), text) == -math.inf


@given(st.text(max_size=2 * LONG))
@settings(max_examples=200, deadline=None)
def test_no_text_makes_it_raise(text: str) -> None:
    assert score(likeness(), text) < 50


@pytest.mark.parametrize("text", ["a " * 500, "no " * 333, "chest pain my leg " * 55, "é" * LONG])
def test_a_thousand_characters_take_no_longer_than_they_may(text: str) -> None:
    taken = milliseconds(lambda: score(likeness(), text), MOST_MILLISECONDS)
    assert taken < MOST_MILLISECONDS
