"""More messages than Rasa can take: the web is asked to come again, red flags are answered."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.channels.outages import locked
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn
from tests.waiting import waited_for

PLACES = 4
PATIENTS = 16
SECONDS = 0.5
GRAVE = "I can't breathe and my chest hurts"


@pytest.fixture
def crowded(state: Path, rasa: StandIn) -> Iterator[Gateway]:
    """A gateway whose Rasa takes half a second for each message, and few at once."""
    rasa.delay = SECONDS
    settings = settings_for(
        state, rasa_url=rasa.address, actions_url=rasa.address, max_under_way=PLACES
    )
    prepare(settings)
    with serving(settings) as gateway:
        yield gateway


def all_at_once(patients: list[Patient], text: str) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(patients)) as pool:
        return list(pool.map(lambda one: one.post({"text": text, "client_id": "a"}), patients))


def test_what_is_too_much_is_sent_away_and_comes_again(crowded: Gateway) -> None:
    patients = [crowded.open() for _ in range(PATIENTS)]
    answers = all_at_once(patients, "how much?")
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {200, 429}
    assert codes.count(200) >= PLACES
    for patient, answer in zip(patients, answers, strict=True):
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) >= 1
            assert len(patient.transcript()) == 1  # the greeting: nothing was recorded
            assert patient.post({"text": "how much?", "client_id": "a"}).status_code == 200
            assert len(patient.transcript()) == 3


def test_what_waits_to_be_recorded_still_takes_its_place(crowded: Gateway, rasa: StandIn) -> None:
    rasa.delay = 0
    patients = [crowded.open() for _ in range(PLACES + 1)]
    with ThreadPoolExecutor() as pool, locked(crowded.services.database):
        asked = [pool.submit(one.post, {"text": "how much?"}) for one in patients[:PLACES]]
        assert waited_for(lambda: len(rasa.messages) == PLACES)
        time.sleep(SECONDS)  # answered by now
        assert patients[-1].post({"text": "how much?"}).status_code == 429
    assert [one.result().status_code for one in asked] == [200] * PLACES


def test_a_red_flag_is_answered_at_once_in_any_crowd(crowded: Gateway, rasa: StandIn) -> None:
    rasa.delay = 6 * SECONDS
    patients = [crowded.open() for _ in range(PATIENTS)]
    grave = crowded.open()
    with ThreadPoolExecutor(1) as pool:
        crowd = pool.submit(all_at_once, patients, "how much?")
        assert waited_for(lambda: len(rasa.messages) == PLACES)
        (reply,) = grave.say(GRAVE)
        assert not crowd.done(), "it was answered after those who came before it"
        crowd.result()
    assert reply["urgency"] == "emergency"
