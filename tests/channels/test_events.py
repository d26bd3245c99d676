"""Server-sent events: replies that nobody asked for, typing, and coming back."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from bot.care.answer import Answer
from bot.gateway.hub import Event as HubEvent
from bot.gateway.pipeline import push
from bot.records.plain import Author, Reply
from tests.channels.serving import Gateway, Patient

Event = dict[str, Any]


@contextmanager
def listening(patient: Patient, **headers: str) -> Iterator[Iterator[Event]]:
    with httpx.stream(
        "GET",
        f"{patient.gateway.address}{patient.path}/events",
        headers={**patient.headers, **headers},
        timeout=10,
    ) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield events(response.iter_lines())


def events(lines: Iterator[str]) -> Iterator[Event]:
    event: Event = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if not line and event:
            yield event
            event = {}
        elif name in {"event", "id"}:
            event[name] = value
        elif name == "data":
            event[name] = json.loads(value)


def staff_says(gateway: Gateway, patient: Patient, text: str) -> None:
    reply = Reply(Answer(text=text, topic="handoff"), Author.STAFF)
    gateway.run(push(gateway.services, patient.id, [reply]))


def test_a_reply_of_the_staff_arrives(gateway: Gateway, patient: Patient) -> None:
    with listening(patient) as stream:
        staff_says(gateway, patient, "Please come by at nine.")
        event = next(stream)
    assert (event["event"], event["id"]) == ("reply", "2")
    assert (event["data"]["text"], event["data"]["from"]) == ("Please come by at nine.", "staff")
    assert patient.transcript()[-1] == ("staff", "Please come by at nine.")
    assert patient.get("messages").json()["messages"][-1] == event["data"]


def test_typing_is_shown_while_rasa_thinks(patient: Patient) -> None:
    with listening(patient) as stream:
        patient.say("hello")
        seen = [next(stream), next(stream)]
    assert [event["event"] for event in seen] == ["typing", "typing"]
    assert [event["data"]["typing"] for event in seen] == [True, False]


def test_what_was_missed_comes_first(gateway: Gateway, patient: Patient) -> None:
    staff_says(gateway, patient, "one")
    patient.say("a question")
    staff_says(gateway, patient, "two")
    with listening(patient, **{"Last-Event-ID": "2"}) as stream:
        staff_says(gateway, patient, "three")
        assert [next(stream)["data"]["text"] for _ in range(2)] == ["two", "three"]


def test_without_an_id_only_new_replies_come(gateway: Gateway, patient: Patient) -> None:
    staff_says(gateway, patient, "one")
    for header in ({}, {"Last-Event-ID": "nonsense"}, {"Last-Event-ID": "9" * 30}):
        with listening(patient, **header) as stream:
            staff_says(gateway, patient, "new")
            assert next(stream)["data"]["text"] == "new"


def test_a_stream_shows_its_own_conversation_only(gateway: Gateway, patient: Patient) -> None:
    other = gateway.open()
    with listening(patient) as stream:
        staff_says(gateway, other, "for someone else")
        staff_says(gateway, patient, "for you")
        assert next(stream)["data"]["text"] == "for you"


def test_deleting_ends_the_stream_and_says_so(gateway: Gateway, patient: Patient) -> None:
    with listening(patient) as stream:
        gateway.http.delete(patient.path, headers=patient.headers)
        assert list(stream) == [{"event": "ended", "data": {}}]


def test_streams_of_a_conversation_are_bounded(gateway: Gateway, patient: Patient) -> None:
    with ExitStack() as stack:
        for _ in range(gateway.settings.max_streams):
            stack.enter_context(listening(patient))
        answer = patient.get("events")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many_streams")
    assert answer.headers["Retry-After"].isdecimal()


def test_a_reader_that_stopped_reading_is_let_go(gateway: Gateway, patient: Patient) -> None:
    async def flood() -> list[object]:
        hub = gateway.services.hub
        with hub.subscribed(patient.id) as stream:
            for number in range(500):
                hub.publish(patient.id, HubEvent("typing", {}))
                assert stream.qsize() <= 100, number
            return [stream.get_nowait() for _ in range(stream.qsize())]

    assert gateway.run(flood())[-1] is None
