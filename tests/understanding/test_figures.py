"""The figures of `make evaluate` on the labelled messages do not fall below floors.yml."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bench.evaluation import samples
from bench.evaluation.figures import loss
from bench.evaluation.measure import Run, changed_run, plain_run
from bench.evaluation.samples import MESSAGES, Sample
from tests.stack import Saphena

# Each of these asks hundreds of messages.
pytestmark = pytest.mark.timeout(400)

FLOORS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("floors.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def messages() -> list[Sample]:
    if samples.missing(samples.FOLDER):
        pytest.skip("nothing to measure on: the folder of labelled messages is not here")
    return samples.load(samples.FOLDER)


@pytest.fixture(scope="module")
def plain(messages: list[Sample], saphena: Saphena) -> Run:
    return plain_run(saphena.http, messages)


@pytest.mark.parametrize(("figure", "floor"), FLOORS["at_least"].items())
def test_is_at_least(plain: Run, figure: str, floor: float) -> None:
    assert plain.figures[figure].value >= floor, plain.figures[figure]


@pytest.mark.parametrize(("figure", "ceiling"), FLOORS["at_most"].items())
def test_is_at_most(plain: Run, figure: str, ceiling: float) -> None:
    assert plain.figures[figure].value <= ceiling, plain.figures[figure]


@pytest.mark.parametrize(("change", "points"), FLOORS["points_lost_at_most"].items())
def test_loses_little(
    saphena: Saphena, messages: list[Sample], plain: Run, change: str, points: float
) -> None:
    ordinary = [message for message in messages if message.set == MESSAGES]
    changed = changed_run(saphena.http, ordinary, change).figures["first_reply_right"]
    assert loss(plain.figures["first_reply_right"], changed) <= points, changed
