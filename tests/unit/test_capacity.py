"""The simulation of `make capacity`: the textbook's queues, and messages that go all the way."""

import random
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import simpy

from bench.capacity import runs
from bench.capacity.costs import Cost, Costs, Measured
from bench.capacity.day import Day
from bench.capacity.report import Checked
from bench.capacity.runs import closed, figures, peak
from bench.capacity.sizing import messages_a_second, smallest
from bench.capacity.stations import SLICE, Cores, Process
from bench.capacity.system import MAX_UNDER_WAY, Saphena, Size, Told
from bot.gateway.load import RETRY_AFTER

# Milliseconds: client, gateway, Rasa, actions, database.
EVEN = Cost(2, 6, 10, 4, 3)
SMALL = Size(gateways=1, workers=1, actions=1, database=1)


def mean_time(load: float, service: Callable[[random.Random], float]) -> float:
    """Return the mean time at a station that takes one second on average, messages at random."""
    env, chance, times = simpy.Environment(), random.Random(3), list[float]()
    station = Process(env)

    def customer() -> Generator[simpy.Event, Any, None]:
        began = env.now
        yield from station.work(service(chance))
        times.append(env.now - began)

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for _ in range(20_000):
            yield env.timeout(chance.expovariate(load))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return sum(times) / len(times)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_a_station_is_the_m_m_1_queue_of_the_textbook(load: float) -> None:
    found = mean_time(load, lambda chance: chance.expovariate(1.0))
    assert found == pytest.approx(1 / (1 - load), rel=0.08)


def test_with_even_service_one_waits_half_as_long() -> None:
    assert mean_time(0.6, lambda _chance: 1.0) == pytest.approx(1 + 0.5 * 0.6 / 0.4, rel=0.05)


def test_processes_share_cores_evenly() -> None:
    env = simpy.Environment()
    cores, ended = Cores(env, 2), list[float]()

    def run() -> Generator[simpy.Event, Any, None]:
        yield from Process(env, cores).work(1.0)
        ended.append(env.now)

    for _ in range(4):
        env.process(run())
    env.run()
    assert ended == pytest.approx([2.0] * 4, abs=2 * SLICE)


def test_one_patient_alone_waits_for_the_work_only() -> None:
    found, rate = closed([EVEN], 1, cores=2)
    assert (found.p50, found.p99) == pytest.approx((0.025, 0.025))
    assert rate == pytest.approx(1 / 0.025)


@pytest.mark.parametrize("conversations", [4, 16])
def test_littles_law(conversations: int) -> None:
    """So many under way as come in a second, times how long each takes."""
    found, rate = closed([EVEN], conversations, cores=2)
    assert found.mean * rate == pytest.approx(conversations, rel=0.02)


def test_no_more_is_answered_than_the_cores_and_the_busiest_process_can() -> None:
    assert closed([EVEN], 16, cores=2)[1] == pytest.approx(2 / 0.025, rel=0.03)
    assert closed([EVEN], 16, cores=8)[1] == pytest.approx(1 / 0.010, rel=0.03)


def told(size: Size, messages: int, *, dies: float | None = None) -> list[Told]:
    """Send so many messages of as many conversations at once; a worker dies after some seconds."""
    env = simpy.Environment()
    saphena, found = Saphena(env, size, [EVEN], seed=1), list[Told]()

    def say(name: str) -> Generator[simpy.Event, Any, None]:
        found.append((yield from saphena.message(name)))

    for number in range(messages):
        env.process(say(f"conversation {number}"))
    if dies is not None:
        env.run(dies)
        saphena.fail(0)
    env.run()
    return found


def test_a_full_gateway_has_messages_come_again() -> None:
    found = told(SMALL, MAX_UNDER_WAY + 20)
    refused = [one for one in found if one.refused]
    assert len(found) == MAX_UNDER_WAY + 20
    assert refused
    assert all(one.answered for one in found)
    assert all(one.seconds >= RETRY_AFTER * one.refused for one in refused)


def test_another_worker_takes_what_a_dead_one_had() -> None:
    found = told(replace(SMALL, workers=2), 20, dies=0.05)
    assert len(found) == 20
    assert all(one.answered for one in found)


def test_without_another_worker_nothing_is_answered() -> None:
    answered = Counter(one.answered for one in told(SMALL, 20, dies=0.05))
    assert answered[False] > 0
    assert answered[True] + answered[False] == 20


def test_figures_of_messages() -> None:
    found = figures([Told(0, seconds) for seconds in (0.1, 0.2, 0.3)] + [Told(0, 9, 1, False)])
    assert (found.p50, found.p99, found.messages) == (0.2, 0.3, 4)
    assert (found.refused, found.lost) == (1 / 5, 1 / 4)


DAY = Day(hours=[1] * 23 + [2], messages=5, median_thinking=20, spread_thinking=0.8)


def test_the_busiest_hour_of_a_day() -> None:
    assert messages_a_second(DAY, 90_000) == pytest.approx(90_000 * (2 / 25) * 5 / 3600)


def test_conversations_are_as_long_and_as_slow_as_assumed() -> None:
    chance = random.Random(2)
    lengths = [DAY.length(chance) for _ in range(20_000)]
    pauses = [DAY.thinking(chance) for _ in range(20_000)]
    assert min(lengths) == 1
    assert sum(lengths) / 20_000 == pytest.approx(5, rel=0.03)
    assert sum(pauses) / 20_000 == pytest.approx(DAY.mean_thinking, rel=0.03)


def test_as_many_messages_come_as_the_rate_says() -> None:
    size = Size(gateways=4, workers=4, actions=4, database=4)
    found = peak([EVEN], size, replace(DAY, hours=[1]), rate=20.0)
    assert found.whole.messages == pytest.approx(20 * 5 * 100, rel=0.05)
    assert found.whole.lost == found.one_down.lost == 0
    assert found.whole.p95 <= found.one_down.p95


@pytest.fixture(scope="module")
def costs() -> Costs:
    measured = Measured(25.0, 30.0, 40.0, EVEN)
    held = {"gateway": 160.0, "rasa": 490.0, "actions": 180.0}
    return Costs("a machine", 2, held, [EVEN], {1: measured, 8: measured})


def test_more_patients_need_more_cores(costs: Costs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "HALF", 10.0)
    monkeypatch.setattr(runs, "FEWEST", 500)
    size = Size(gateways=2, workers=3, actions=1, database=1)
    few, many = (smallest(costs, DAY, one, size) for one in (1_000, 400_000))
    assert few.size.cores == 1
    assert many.size.cores is not None
    assert many.size.cores > 1
    assert few.good
    assert many.good


def test_what_was_measured_is_read_as_it_was_written(costs: Costs, tmp_path: Path) -> None:
    costs.save(tmp_path / "costs.json")
    assert Costs.load(tmp_path / "costs.json") == costs


def test_the_measured_file_is_one() -> None:
    assert set(Costs.load().closed) == {1, 8, 32}


def test_what_the_simulation_misses_makes_sizes_larger(costs: Costs) -> None:
    """It answers 80 a second with 8 at once where 40 were measured: a message counts twice."""
    missed = Checked.of(costs).missed
    assert missed == pytest.approx(2 / 0.025 / 40, rel=0.03)
    assert costs.dearer(missed).mean().rasa == pytest.approx(EVEN.rasa * missed)
