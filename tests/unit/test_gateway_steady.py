"""A clock that is set forward is noticed, and trusted again after a while."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from bot.clock import Clock
from bot.gateway.steady import Steady

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


class Time:
    """Time as it passes, and a clock on the wall that may be set."""

    def __init__(self, wall: time_machine.Traveller) -> None:
        self.wall, self.seconds = wall, 1000.0
        self.steady = Steady(Clock(), lambda: self.seconds)

    def pass_by(self, time: timedelta, *, the_clock: timedelta | None = None) -> bool:
        """Let time pass; the clock moves as much unless told. Returns whether it is trusted."""
        self.seconds += time.total_seconds()
        self.wall.shift(time if the_clock is None else the_clock)
        return self.steady.since(HOUR)


@pytest.mark.parametrize(
    ("moved", "trusted"),
    [
        (10 * MINUTE, True),
        (14 * MINUTE, True),
        (16 * MINUTE, False),
        (3 * HOUR, False),
        (4000 * 24 * HOUR, False),
        (-3 * HOUR, True),
        (timedelta(0), True),
    ],
)
def test_the_clock_moves_in_ten_minutes_by(moved: timedelta, trusted: bool) -> None:
    with time_machine.travel(NOON, tick=False) as wall:
        assert Time(wall).pass_by(10 * MINUTE, the_clock=moved) is trusted


def test_it_is_trusted_again_once_it_went_on_for_long_enough() -> None:
    with time_machine.travel(NOON, tick=False) as wall:
        time = Time(wall)
        assert not time.pass_by(MINUTE, the_clock=5 * HOUR)
        assert not time.pass_by(59 * MINUTE)
        assert time.pass_by(MINUTE)


def test_a_replaced_clock_is_trusted() -> None:
    seconds = iter(range(0, 10**6, 10**5))
    steady = Steady(Clock(NOON), lambda: float(next(seconds)))
    assert steady.since(HOUR)
    assert steady.since(HOUR)
