"""Saying something over HTTP: replies, buttons, order, and sending twice."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.channels.serving import Gateway, Patient
from tests.channels.standin import BUTTON, CHOICES, SOURCE, VERDICT, StandIn, custom


def answers(*items: Any) -> Any:
    return lambda _message: json.dumps(items).encode()


def test_a_reply_has_the_form_of_the_design(patient: Patient, rasa: StandIn) -> None:
    rasa.answering = answers(
        custom("Wait until Wednesday.", "exercise", verdict=VERDICT, urgency="soon")
    )
    (reply,) = patient.say("may I run?")
    at = reply.pop("at")
    (button,) = reply.pop("buttons")
    assert reply == {
        "text": "Wait until Wednesday.",
        "topic": "exercise",
        "known": True,
        "general": False,
        "urgency": "soon",
        "verdict": VERDICT,
        "sources": [SOURCE],
        "from": "assistant",
        "disputed": False,
        "input": None,
        "choices": [],
        "id": 3,
    }
    assert at.endswith(("Z", "+00:00"))
    assert {**button, "id": ""} == {"title": "Cost", "id": "", "topic": "cost"}


def test_rasa_gets_the_conversation_and_the_clinic(patient: Patient, rasa: StandIn) -> None:
    patient.say("how much?")
    assert rasa.messages[0]["metadata"].pop("request")  # see test_metrics.py
    assert rasa.messages == [
        {
            "sender": patient.id,
            "message": "how much?",
            "metadata": {"clinic": "glamour", "channel": "web", "message": 2},
        }
    ]


def test_two_questions_get_two_replies_in_order(patient: Patient) -> None:
    replies = patient.say("How much? Does it hurt?")
    assert [reply["text"] for reply in replies] == ["You said: How much", "You said: Does it hurt?"]


def test_a_button_is_an_opaque_id(patient: Patient, rasa: StandIn) -> None:
    (reply,) = patient.say("hello")
    (button,) = reply["buttons"]
    assert BUTTON["payload"] not in json.dumps(reply)
    pressed = patient.post({"button": button["id"]})
    assert pressed.status_code == 200
    assert rasa.said_in(patient.id) == ["hello", "/cost"]
    assert ("patient", "Cost") in patient.transcript()


def test_a_button_of_another_conversation_is_unknown(gateway: Gateway, patient: Patient) -> None:
    other = gateway.open()
    (reply,) = other.say("hello")
    pressed = patient.post({"button": reply["buttons"][0]["id"]})
    assert (pressed.status_code, pressed.json()["error"]["code"]) == (404, "unknown_button")
    assert [author for author, _ in patient.transcript()] == ["assistant"]


def offer_choices(patient: Patient, rasa: StandIn) -> list[str]:
    rasa.answering = answers(custom("Which?", "candidate", input="choices", choices=CHOICES))
    (reply,) = patient.say("am I a candidate?")
    assert reply["input"] == "choices"
    shown = [(choice["title"], choice["alone"]) for choice in reply["choices"]]
    assert shown == [("Pregnant", False), ("Having IVF", False), ("None of these", True)]
    return [choice["id"] for choice in reply["choices"]]


def test_checked_options_travel_together(patient: Patient, rasa: StandIn) -> None:
    pregnant, ivf, _ = offer_choices(patient, rasa)
    assert patient.post({"choices": [pregnant, ivf, ivf]}).status_code == 200
    assert rasa.said_in(patient.id)[-1] == '/affirm{"picked": ["pregnant", "ivf"]}'
    assert ("patient", "Pregnant; Having IVF") in patient.transcript()


def test_a_single_option_is_as_good_as_a_button(patient: Patient, rasa: StandIn) -> None:
    *_, none = offer_choices(patient, rasa)
    assert patient.post({"button": none}).status_code == 200
    assert rasa.said_in(patient.id)[-1] == '/affirm{"picked": ["none"]}'


def test_options_of_several_replies_or_unknown_ones_are_refused(
    patient: Patient, rasa: StandIn
) -> None:
    one, *_ = offer_choices(patient, rasa)
    other, *_ = offer_choices(patient, rasa)
    for choices in ([one, other], [one, "unknown"]):
        refused = patient.post({"choices": choices})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "unknown_button")
    assert patient.post({"choices": []}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "reaches_rasa"),
    [
        ("/cost", "cost"),
        (" /restart", "restart"),
        ("//restart", "restart"),
        ("\u2044restart", "restart"),
        ("\uff0f restart", "restart"),
        ("\u200b/restart", "restart"),
        ("/\u0000/restart", "restart"),
        ("\U0001f600\U0001f44d\U0001f3fd", "\U0001f600\U0001f44d\U0001f3fd"),
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("<b>cost</b><script>alert(1)</script>", "<b>cost</b><script>alert(1)</script>"),
        ("co\u0000s\u001bt", "cost"),
        ("cafe\u0301", "caf\u00e9"),
        ("x" * 1000, "x" * 1000),
        ("two\r\nlines", "two\nlines"),
    ],
)
def test_what_is_typed_reaches_rasa_as_plain_text(
    patient: Patient, rasa: StandIn, typed: str, reaches_rasa: str
) -> None:
    patient.say(typed)
    assert rasa.said_in(patient.id) == [reaches_rasa]
    assert patient.transcript()[1] == ("patient", reaches_rasa)


REFUSED: list[tuple[Any, int, str]] = [
    ({"text": ""}, 422, "empty_text"),
    ({"text": " \n\t\u00a0"}, 422, "empty_text"),
    ({"text": "\u0000\u0007"}, 422, "empty_text"),
    ({"text": "///"}, 422, "empty_text"),
    ({"text": "\ud83d"}, 422, "empty_text"),
    ({"text": "x" * 1001}, 413, "text_too_long"),
    ({"text": "x" * 10_000}, 413, "text_too_long"),
    ({"text": "x" * 20_000}, 413, "body_too_large"),
    ({}, 400, "bad_request"),
    ([], 400, "bad_request"),
    ("hello", 400, "bad_request"),
    (None, 400, "bad_request"),
    ({"text": 5}, 400, "bad_request"),
    ({"text": None}, 400, "bad_request"),
    ({"text": ["hello"]}, 400, "bad_request"),
    ({"text": "a", "button": "b"}, 400, "bad_request"),
    ({"message": "hello"}, 400, "bad_request"),
    ({"text": "hello", "client_id": "no spaces"}, 400, "bad_request"),
    ({"button": 5}, 400, "bad_request"),
    ({"button": ""}, 404, "unknown_button"),
    ({"button": "/cost"}, 404, "unknown_button"),
    ({"button": "\u0000\ud83d"}, 404, "unknown_button"),
]


@pytest.mark.parametrize(("body", "status", "code"), REFUSED)
def test_a_bad_message_is_refused(
    patient: Patient, rasa: StandIn, body: Any, status: int, code: str
) -> None:
    answer = patient.post(body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert rasa.messages == []
    assert len(patient.transcript()) == 1


@pytest.mark.parametrize("raw", [b"{", b"{'text': 'a'}", b"\xff\xfe", b"[" * 9000, b""])
def test_what_is_not_json_is_refused(patient: Patient, raw: bytes) -> None:
    answer = patient.gateway.http.post(
        f"{patient.path}/messages",
        content=raw,
        headers={**patient.headers, "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_a_hundred_messages_at_once_are_answered_in_order(patient: Patient, rasa: StandIn) -> None:
    rasa.delay = 0.01
    texts = [f"question {number}" for number in range(100)]
    with (
        httpx.Client(
            base_url=patient.gateway.address, timeout=60, limits=httpx.Limits(max_connections=100)
        ) as client,
        ThreadPoolExecutor(100) as pool,
    ):

        def post(text: str) -> httpx.Response:
            return client.post(
                f"{patient.path}/messages", json={"text": text}, headers=patient.headers
            )

        got = list(pool.map(post, texts))
    assert [answer.status_code for answer in got] == [200] * 100
    for text, answer in zip(texts, got, strict=True):
        assert [reply["text"] for reply in answer.json()["replies"]] == [f"You said: {text}"]
    order = rasa.said_in(patient.id)
    assert sorted(order) == sorted(texts)
    spoken = [
        line for text in order for line in (("patient", text), ("assistant", f"You said: {text}"))
    ]
    assert patient.transcript()[1:] == spoken
    ids = [message["id"] for message in patient.get("messages").json()["messages"]]
    assert ids == list(range(1, 202))
    assert len(patient.gateway.services.turns) == 0


def test_messages_are_taken_in_the_order_in_which_they_arrive(
    patient: Patient, rasa: StandIn
) -> None:
    rasa.delay = 0.05
    texts = [f"question {number}" for number in range(20)]
    # One connection, the requests one after the other without waiting: arrival has an order.
    host, port = patient.gateway.address.removeprefix("http://").split(":")
    connections = []
    for text in texts:
        body = json.dumps({"text": text}).encode()
        head = (
            f"POST {patient.path}/messages HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Bearer {patient.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        connection = socket.create_connection((host, int(port)))
        connection.sendall(head.encode() + body)
        connections.append(connection)
        time.sleep(0.005)
    for connection in connections:
        with connection:
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    assert rasa.said_in(patient.id) == texts


def test_the_same_client_id_is_answered_once(patient: Patient, rasa: StandIn) -> None:
    body = {"text": "how much?", "client_id": "abc-1"}
    first, second = patient.post(body), patient.post(body)
    assert first.json() == second.json()
    assert rasa.said_in(patient.id) == ["how much?"]
    assert len(patient.transcript()) == 3


def test_the_same_client_id_at_once_is_answered_once(patient: Patient, rasa: StandIn) -> None:
    rasa.delay = 0.05
    body = {"text": "how much?", "client_id": "abc-2"}
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: patient.post(body), range(8)))
    assert {answer.text for answer in got} == {got[0].text}
    assert rasa.said_in(patient.id) == ["how much?"]


def test_a_message_with_a_client_id_comes_back_as_recorded(patient: Patient) -> None:
    body = {"text": " how\u200b much?", "client_id": "abc-9"}
    said = patient.post(body).json()["said"]
    assert (said["text"], said["client_id"], said["id"]) == ("how much?", "abc-9", 2)
    assert said["answered"] is True
    assert patient.post(body).json()["said"] == said
    assert said in patient.get("messages").json()["messages"]
    assert patient.post({"text": "how much?"}).json()["said"] is None


def test_a_client_id_for_another_message_is_refused(patient: Patient) -> None:
    patient.post({"text": "how much?", "client_id": "abc-3"})
    answer = patient.post({"text": "does it hurt?", "client_id": "abc-3"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "client_id_reused")


def test_a_client_id_counts_within_its_conversation(gateway: Gateway, patient: Patient) -> None:
    patient.post({"text": "how much?", "client_id": "abc-4"})
    assert gateway.open().post({"text": "hello", "client_id": "abc-4"}).status_code == 200


def test_more_waiting_messages_than_allowed_are_turned_away(
    patient: Patient, rasa: StandIn
) -> None:
    rasa.delay = 0.3
    turns = patient.gateway.services.turns
    allowed, turns._max_waiting = turns._max_waiting, 2
    try:
        with ThreadPoolExecutor(5) as pool:
            got = list(pool.map(lambda n: patient.post({"text": f"hello {n}"}), range(5)))
    finally:
        turns._max_waiting = allowed
    assert sorted(answer.status_code for answer in got) == [200, 200, 429, 429, 429]
    refused = next(answer for answer in got if answer.status_code == 429)
    assert refused.headers["Retry-After"].isdecimal()
