"""`make load` writes as often as it says, and calls missed what is missed."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from bench.load import writing
from bench.load.people import ALARM, ANSWERED, RED_FLAG, SENT_AWAY, Heard
from bench.load.report import Found, Part, report
from bench.load.writing import Crowd, Seen, Watched, most, write_at

SECONDS = 0.5


@dataclass
class Pretender:
    """Answers after some seconds; red flags as an emergency."""

    delay: float = 0.0
    what: str = ANSWERED
    said: list[str] = field(default_factory=list)

    async def say(self, text: str) -> Heard:
        self.said.append(text)
        await asyncio.sleep(self.delay)
        return Heard(ALARM if text == RED_FLAG else self.what, self.delay)


@pytest.fixture(autouse=True)
def _reads_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "READING_SECONDS", 0.01)


def crowd(name: str, count: int, *, delay: float = 0.0, what: str = ANSWERED) -> Crowd:
    return Crowd(name, [Pretender(delay, what) for _ in range(count)], [Pretender()])


def test_each_channel_gets_its_share_of_the_rate() -> None:
    seen = asyncio.run(write_at([crowd("web", 30), crowd("Telegram", 20)], 400, SECONDS))
    assert (seen["web"].rate, seen["Telegram"].rate) == (240, 160)
    assert seen["web"].ordinary.what[ANSWERED] == pytest.approx(240 * SECONDS, rel=0.3)
    assert seen["Telegram"].ordinary.what[ANSWERED] == pytest.approx(160 * SECONDS, rel=0.3)


def test_who_waits_for_an_answer_does_not_write() -> None:
    seen = asyncio.run(write_at([crowd("web", 2, delay=2 * SECONDS)], 100, SECONDS))["web"]
    assert seen.ordinary.what[ANSWERED] == 2
    assert seen.ordinary.held > 20


def test_who_is_sent_away_is_counted_but_not_timed() -> None:
    seen = asyncio.run(write_at([crowd("web", 9, what=SENT_AWAY)], 100, SECONDS))["web"]
    assert seen.ordinary.what[SENT_AWAY] > 20
    assert seen.ordinary.seconds == []


def test_the_most_that_is_possible() -> None:
    """Eight at once that take 20 ms each: 400 a second."""
    rate = asyncio.run(most([crowd("web", 40, delay=0.02)], 8, 160))
    assert 100 < rate < 401


def found(*, calm: Counter[str], many: Counter[str], flags: Counter[str]) -> Found:
    def part(name: str, what: Counter[str], seconds: float) -> Part:
        ordinary = Seen(what, [seconds] * what[ANSWERED])
        return Part(name, {"web": Watched(10, ordinary, Seen(flags, [0.1]))}, {"Saphena": 0.5})

    parts = [part("sustained", calm, 0.2), part("twice as many", many, 0.9)]
    return Found({"web": 300}, 16, 40.0, 60.0, parts)


FINE = found(
    calm=Counter({ANSWERED: 50}),
    many=Counter({ANSWERED: 50, SENT_AWAY: 9}),
    flags=Counter({ALARM: 60}),
)


def test_a_run_in_which_all_is_well() -> None:
    assert "missed" not in report(FINE)
    assert report(FINE).count("| met |") == 6


@pytest.mark.parametrize(
    ("spoiled", "missed"),
    [
        ({"calm": Counter({ANSWERED: 50, SENT_AWAY: 1})}, "sustained: messages not answered | 1"),
        ({"many": Counter({ANSWERED: 50})}, "told to come again (429) | 0"),
        ({"many": Counter({SENT_AWAY: 5, "500": 2})}, "errors but 429 with Retry-After | 2"),
        ({"flags": Counter({ALARM: 59, "429": 1})}, "red flags not answered as an emergency | 2"),
    ],
)
def test_what_goes_wrong_is_said(spoiled: dict[str, Counter[str]], missed: str) -> None:
    fine = {
        "calm": Counter({ANSWERED: 50}),
        "many": Counter({ANSWERED: 50, SENT_AWAY: 9}),
        "flags": Counter({ALARM: 60}),
    }
    said = report(found(**{**fine, **spoiled}))
    assert f"{missed} | missed |" in said
    assert said.count("| missed |") == 1


def test_answers_that_the_assistant_is_down_are_missed_too() -> None:
    down = replace(FINE, outcomes={("telegram", "unavailable"): 3, ("web", "answered"): 90})
    assert "the assistant is down (both rates) | 3 | missed |" in report(down)
