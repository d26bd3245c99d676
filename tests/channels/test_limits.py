"""Rate limits, in memory and in Redis."""

from pathlib import Path
from typing import Any

import pytest

from bot.cli.ports import LOOPBACK
from bot.gateway.limits import network_of
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn


def limited(state: Path, rasa: StandIn, **values: Any) -> Any:
    settings = settings_for(
        state,
        rate_limits="on",
        conversation_limit="3/minute",
        message_limit="4/minute;5/hour",
        rasa_url=rasa.address,
        **values,
    )
    prepare(settings)
    return serving(settings)


def refused(answer: Any) -> bool:
    if answer.status_code != 429:
        return False
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    return True


def exhaust(gateway: Gateway) -> None:
    patients: list[Patient] = [gateway.open() for _ in range(3)]
    assert refused(gateway.http.post("/api/conversations", json={"clinic": "glamour"}))
    first, second, _ = patients
    for number in range(4):
        first.say(f"question {number}")
    assert refused(first.post({"text": "one more"}))
    assert second.say("another conversation has its own limit")
    assert len(first.transcript()) == 9
    assert gateway.http.get("/api/clinics").status_code == 200


def test_limits_in_memory(state: Path, rasa: StandIn) -> None:
    with limited(state, rasa) as gateway:
        exhaust(gateway)


def test_limits_in_redis_outlive_a_restart(state: Path, rasa: StandIn, redis_url: str) -> None:
    with limited(state / "one", rasa, redis_url=redis_url) as gateway:
        exhaust(gateway)
    with limited(state / "two", rasa, redis_url=redis_url) as gateway:
        assert refused(gateway.http.post("/api/conversations", json={"clinic": "glamour"}))


def test_without_redis_patients_are_still_answered(
    state: Path, rasa: StandIn, unused_port: int
) -> None:
    with limited(state, rasa, redis_url=f"redis://{LOOPBACK}:{unused_port}/0") as gateway:
        patient = gateway.open()
        for number in range(6):
            assert patient.say(f"question {number}")


def test_limits_can_be_off(gateway: Gateway) -> None:
    for _ in range(40):
        gateway.open()


@pytest.mark.parametrize(
    ("address", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_an_ipv6_household_counts_as_one(address: str, other: str, same: bool) -> None:
    assert (network_of(address) == network_of(other)) is same
