"""Rasa hangs, fails, or answers garbage: the patient still gets a reply, and it mends itself."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.channels import standin
from tests.channels.serving import PHONE, Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn, custom

Broken = Callable[[StandIn], None]


def answering(body: bytes, status: int = 200) -> Broken:
    def break_it(rasa: StandIn) -> None:
        rasa.answering, rasa.status = lambda _message: body, status

    return break_it


BROKEN: dict[str, Broken] = {
    "error": answering(b"oops", 500),
    "not JSON": answering(b"<html>"),
    "not a list": answering(b'{"custom": {}}'),
    "nothing": answering(b"[]"),
    "no custom": answering(b'[{"recipient_id": "a", "text": "hello"}]'),
    "not objects": answering(b'["hello", null, 5]'),
    "custom is text": answering(b'[{"custom": "hello"}]'),
    "text is null": answering(json.dumps([custom(None)]).encode()),  # type: ignore[arg-type]
    "text is empty": answering(json.dumps([custom(" ")]).encode()),
    "urgency unknown": answering(json.dumps([custom("a", urgency="very")]).encode()),
    "verdict is text": answering(json.dumps([custom("a", verdict="ok")]).encode()),
    "button is text": answering(json.dumps([custom("a", buttons=["ok"])]).encode()),
    "of another conversation": answering(
        json.dumps([{"recipient_id": "b", **custom("a")}]).encode()
    ),
    "topic is a list": answering(json.dumps([custom("a", ["cost"])]).encode()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_the_reply_tells_the_phone_and_the_next_message_is_answered(
    patient: Patient, rasa: StandIn, broken: Broken
) -> None:
    broken(rasa)
    answer = patient.post({"text": "my leg hurts"})
    assert answer.status_code == 503
    body = answer.json()
    assert body["error"]["code"] == "assistant_unavailable"
    (reply,) = body["replies"]
    assert PHONE in reply["text"]
    assert "911" in reply["text"]
    assert (reply["from"], reply["topic"], reply["urgency"]) == ("system", "contact", "none")
    rasa.reset()
    assert patient.say("my leg hurts")[0]["text"] == "You said: my leg hurts"
    assert patient.transcript()[1:3] == [("patient", "my leg hurts"), ("system", reply["text"])]


def test_a_hanging_rasa_is_given_up(state: Path, rasa: StandIn) -> None:
    settings = settings_for(state, rasa_url=rasa.address, rasa_timeout=0.5)
    prepare(settings)
    with serving(settings) as gateway:
        patient = gateway.open()
        rasa.delay = 3
        begun = time.monotonic()
        assert patient.post({"text": "my leg hurts"}).status_code == 503
        assert time.monotonic() - begun < 2
        rasa.reset()
        assert patient.say("my leg hurts")


def test_a_usable_reply_is_kept_when_another_is_garbage(patient: Patient, rasa: StandIn) -> None:
    items: list[Any] = [{"custom": {"text": "no topic"}}, custom("A usable reply.")]
    rasa.answering = lambda _message: json.dumps(items).encode()
    assert [reply["text"] for reply in patient.say("hello")] == ["A usable reply."]


def test_a_clinic_without_a_phone_is_named(gateway: Gateway, rasa: StandIn) -> None:
    rasa.status = 500
    (reply,) = gateway.open("silent").post({"text": "hello"}).json()["replies"]
    assert "Silent" in reply["text"]
    assert reply["known"] is False


def test_sending_again_after_an_outage_is_answered_without_saying_it_twice(
    patient: Patient, rasa: StandIn
) -> None:
    body = {"text": "how much?", "client_id": "again-1"}
    rasa.status = 500
    failed = patient.post(body)
    assert (failed.status_code, failed.json()["said"]["answered"]) == (503, False)
    rasa.reset()
    again = patient.post(body)
    assert again.json()["said"] == {**failed.json()["said"], "answered": True}
    assert (again.status_code, again.json()["replies"][0]["text"]) == (200, "You said: how much?")
    assert patient.post(body).json()["replies"][-1] == again.json()["replies"][0]
    assert [author for author, _ in patient.transcript()] == [
        "assistant",
        "patient",
        "system",
        "assistant",
    ]


def test_rasa_and_the_actions_may_come_up_later(state: Path, unused_port: int) -> None:
    address = f"http://127.0.0.1:{unused_port}"
    settings = settings_for(state, rasa_url=address, actions_url=f"{address}/webhook")
    prepare(settings)
    with serving(settings) as gateway:
        ready = gateway.http.get("/readyz")
        assert ready.status_code == 503
        assert ready.json() | {"error": {}} == {
            "status": "not_ready",
            "database": "ok",
            "rasa": "down",
            "actions": "down",
            "error": {},
        }
        assert ready.json()["error"]["code"] == "not_ready"
        patient = gateway.open()
        assert patient.post({"text": "hello"}).status_code == 503
        with standin.running(unused_port):
            assert gateway.http.get("/readyz").json() == {
                "status": "ready",
                "database": "ok",
                "rasa": "ok",
                "actions": "ok",
            }
            assert patient.say("hello")
        assert patient.post({"text": "hello"}).status_code == 503


def test_a_lost_database_is_told(state: Path) -> None:
    settings = settings_for(state)
    prepare(settings)
    with serving(settings) as gateway:
        patient = gateway.open()
        for file in state.glob("saphena.db*"):
            file.unlink()
        gateway.services.database.close()
        assert gateway.http.get("/readyz").json()["database"] == "down"
        answer = patient.post({"text": "hello"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
        assert gateway.http.get("/healthz").json() == {"status": "alive"}
