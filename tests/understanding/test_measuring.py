"""The measuring itself, on made-up messages and answers: small enough to count by hand."""

from difflib import SequenceMatcher
from random import Random

import pytest

from bench.evaluation.asking import Outcome
from bench.evaluation.classifier import Guess, bins, calibration_gap, confusions, retrievals
from bench.evaluation.disturb import changes, typing_errors, without_punctuation
from bench.evaluation.figures import Share, failures, figures
from bench.evaluation.samples import LOOK_ALIKES, MESSAGES, RED_FLAGS, Sample
from bot.care.answer import Urgency

NONE, SOON, URGENT, EMERGENCY = Urgency


def sample(topics: str = "", also_ok: str = "", kind: str = MESSAGES, level: str = "") -> Sample:
    urgency = Urgency(level) if level else None
    return Sample(kind, 1, "?", tuple(topics.split()), tuple(also_ok.split()), urgency)


def answer(topics: str, urgency: Urgency = NONE, offered: str = "") -> Outcome:
    return Outcome(tuple(topics.split()), urgency, frozenset(offered.split()), 1.0)


ASKED = [
    (sample("cost"), answer("cost")),
    (sample("pain", "risks"), answer("risks")),
    (sample("heat swimming"), answer("heat exercise")),
    (sample("heat", "bathing"), answer("clarify", offered="bathing swimming")),
    (sample("sun"), answer("clarify", offered="heat swimming")),
    (sample("out_of_scope"), answer("out_of_scope")),
    (sample("out_of_scope"), answer("cost")),
    (sample("bruising"), answer("out_of_scope")),
    (sample("lump"), answer("emergency", URGENT)),
    (sample("wound"), answer("wound", SOON)),
    (sample("pain", kind=LOOK_ALIKES), answer("emergency", EMERGENCY)),
    (sample(kind=LOOK_ALIKES), answer("cost")),
    (sample(kind=RED_FLAGS, level="emergency"), answer("emergency", EMERGENCY)),
    (sample(kind=RED_FLAGS, level="emergency"), answer("emergency", URGENT)),
    (sample(kind=RED_FLAGS, level="urgent"), answer("emergency", EMERGENCY)),
    (sample(kind=RED_FLAGS, level="urgent"), answer("lump", SOON)),
]
COUNTED = {
    "first_reply_right": Share(5, 10),
    "asked_back": Share(2, 10),
    "asked_back_with_the_right_button": Share(1, 10),
    "all_labels_answered": Share(4, 11),
    "a_reply_too_many": Share(1, 10),
    "out_of_scope_recall": Share(1, 2),
    "out_of_scope_precision": Share(1, 2),
    "ordinary_as_urgent": Share(1, 10),
    "look_alike_first_reply_right": Share(0, 1),
    "look_alike_as_urgent": Share(1, 2),
    "red_flag_as_urgent": Share(3, 4),
    "red_flag_level_right": Share(1, 4),
    "emergency_as_emergency": Share(1, 2),
}


def test_every_figure_is_what_one_counts_by_hand() -> None:
    assert figures(*zip(*ASKED, strict=True)) == COUNTED


def test_what_failed_is_what_was_not_answered_as_labelled() -> None:
    failed = failures(*zip(*ASKED, strict=True))
    assert [ASKED.index(pair) for pair in failed] == [2, 3, 4, 6, 7, 8, 10, 13, 14, 15]


def test_the_interval_is_wilsons() -> None:
    assert Share(92, 100).interval == pytest.approx((0.850, 0.959), abs=0.001)
    assert Share(10, 10).interval == pytest.approx((0.722, 1.0), abs=0.001)


GUESSES = [
    Guess(text="a", topic="heat", topics=["heat", "sun"], confidence=0.95),
    Guess(text="b", topic="heat", topics=["sun", "heat"], confidence=0.55),
    Guess(text="c", topic="heat", topics=["sun", "heat"], confidence=0.58),
    Guess(text="d", topic="sun", topics=["sun", "heat"], confidence=1.0),
]


def test_confusions_and_calibration_of_the_classifier() -> None:
    worst, *others = confusions(GUESSES)
    assert (worst.topic, worst.taken_for, worst.examples) == ("heat", "sun", ("c", "b"))
    assert others == []
    assert retrievals(GUESSES)["heat"].recall == Share(1, 3)
    assert retrievals(GUESSES)["sun"].precision == Share(1, 3)
    low, high = bins(GUESSES)
    assert (low.count, low.accuracy, high.count, high.accuracy) == (2, 0.0, 2, 1.0)
    assert calibration_gap([low, high]) == pytest.approx((0.565 * 2 + 0.025 * 2) / 4)


def test_typing_errors_are_few_and_the_same_in_every_run() -> None:
    text = "can i fly on friday"
    typed = [typing_errors(text, Random(seed)) for seed in range(200)]
    assert typed == [typing_errors(text, Random(seed)) for seed in range(200)]
    assert {len(one) - len(text) for one in typed} == {-2, -1, 0, 1, 2}
    assert sum(one != text for one in typed) >= 190
    assert min(SequenceMatcher(None, text, one).ratio() for one in typed) >= 0.85


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("ok?? really!", "ok really"),
        ("it's 3.5 cm; at 10:30.", "its 3.5 cm at 10:30"),
        ("mon/tue, $450", "mon tue 450"),
    ],
)
def test_without_punctuation(text: str, bare: str) -> None:
    assert without_punctuation(text) == bare


def test_a_greeting_and_a_story_leave_the_question_whole() -> None:
    for name in ("greeting", "side_story"):
        changed = changes()[name]("can i fly", Random(1))
        assert "can i fly" in changed
        assert len(changed) > len("can i fly") + 2
