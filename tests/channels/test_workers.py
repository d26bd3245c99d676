"""Several Rasa workers behind one gateway: a conversation has one, and moves if it dies."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.gateway import workers
from tests.channels import standin
from tests.channels.serving import Gateway, prepare, serving, settings_for
from tests.channels.standin import StandIn


@pytest.fixture
def pair(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Gateway, list[StandIn], list[ExitStack]]]:
    """A gateway before two workers, each with what stops it."""
    monkeypatch.setattr(workers, "DOWN_SECONDS", 0.5)
    with ExitStack() as all_of_it:
        stops = [all_of_it.enter_context(ExitStack()) for _ in range(2)]
        both = [stop.enter_context(standin.running()) for stop in stops]
        settings = settings_for(
            state,
            rasa_url=",".join(one.address for one in both),
            actions_url=both[0].address,
        )
        prepare(settings)
        yield all_of_it.enter_context(serving(settings)), both, stops


def test_a_conversation_stays_with_its_worker(
    pair: tuple[Gateway, list[StandIn], list[ExitStack]],
) -> None:
    gateway, both, _ = pair
    patients = [gateway.open() for _ in range(20)]
    for text in ("one", "two", "three"):
        for patient in patients:
            patient.say(text)
    for patient in patients:
        said = sorted(one.said_in(patient.id) for one in both)
        assert said == [[], ["one", "two", "three"]]
    assert all(one.messages for one in both)


def test_its_conversations_go_to_the_other_one_while_a_worker_is_down(
    pair: tuple[Gateway, list[StandIn], list[ExitStack]],
) -> None:
    gateway, both, stops = pair
    patients = [gateway.open() for _ in range(12)]
    for patient in patients:
        patient.say("before")
    stops[0].close()
    for patient in patients:
        (reply,) = patient.say("after")
        assert reply["text"] == "You said: after"
        assert "after" in both[1].said_in(patient.id)
    assert gateway.http.get("/readyz").status_code == 503


def test_a_worker_that_took_the_message_and_failed_is_not_asked_twice(
    pair: tuple[Gateway, list[StandIn], list[ExitStack]],
) -> None:
    gateway, both, _ = pair
    for one in both:
        one.status = 500
    patient = gateway.open()
    assert patient.post({"text": "once"}).status_code == 503
    assert sum(len(one.said_in(patient.id)) for one in both) == 1
