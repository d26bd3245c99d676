"""Clinics, beginning a conversation, and who may open it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.gateway.tokens import Tokens
from tests.channels.serving import PHONE, Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn


def test_clinics_are_listed(gateway: Gateway) -> None:
    listed = gateway.http.get("/api/clinics")
    assert listed.status_code == 200
    glamour = next(clinic for clinic in listed.json() if clinic["id"] == "glamour")
    assert glamour == {
        "id": "glamour",
        "name": "Glamour",
        "treatments": ["sclerotherapy"],
        "country": "US",
        "time_zone": "America/Los_Angeles",
        "phone": PHONE,
        "website": None,
        "emergency_number": "911",
    }


def test_a_chat_window_gets_what_it_shows_of_a_clinic(gateway: Gateway) -> None:
    shown = gateway.http.get("/api/clinics/glamour").json()
    assert (shown["name"], shown["phone"], shown["emergency_number"]) == ("Glamour", PHONE, "911")
    assert (shown["hours"], shown["max_text"]) == (None, 1000)
    assert (shown["open"], shown["opens_at"]) == (None, None)
    assert gateway.http.get("/api/clinics/nowhere").json()["error"]["code"] == "unknown_clinic"


@pytest.mark.parametrize(
    ("now", "opened", "opens_at"),
    [
        ("2026-11-24T10:00:00-08:00", True, None),  # a Tuesday
        ("2026-11-24T12:30:00-08:00", False, "2026-11-24T13:00:00-08:00"),
        ("2026-11-27T17:00:00-08:00", False, "2026-11-30T09:00:00-08:00"),
        ("2026-11-27T02:00:00+00:00", False, "2026-11-27T09:00:00-08:00"),
    ],
)
def test_whether_a_clinic_is_open_is_told_by_its_own_clock(
    state: Path, rasa: StandIn, now: str, opened: bool, opens_at: str | None
) -> None:
    settings = settings_for(state, now=datetime.fromisoformat(now), rasa_url=rasa.address)
    prepare(settings)
    with serving(settings) as gateway:
        shown = gateway.http.get("/api/clinics/office").json()
    assert (shown["open"], shown["opens_at"]) == (opened, opens_at)
    assert shown["hours"]["mon"] == ["09:00-12:00", "13:00-17:00"]


def test_a_conversation_begins_with_a_greeting(gateway: Gateway) -> None:
    answer = gateway.http.post("/api/conversations", json={"clinic": "glamour"})
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"id", "token", "replies"}
    (greeting,) = body["replies"]
    assert "Glamour" in greeting["text"]
    assert (greeting["from"], greeting["topic"]) == ("assistant", "greet")


def test_the_greeting_s_buttons_work(patient: Patient) -> None:
    (greeting,) = patient.greeting
    assert patient.post({"button": greeting["buttons"][0]["id"]}).status_code == 200


def test_ids_and_tokens_differ(gateway: Gateway) -> None:
    begun = [gateway.open() for _ in range(5)]
    assert len({patient.id for patient in begun}) == len({p.token for p in begun}) == 5


@pytest.mark.parametrize("clinic", ["nowhere", "", "../glamour", "a\u0000b", "\u00e9", "x" * 5000])
def test_an_unknown_clinic_is_refused(gateway: Gateway, clinic: str) -> None:
    answer = gateway.http.post("/api/conversations", json={"clinic": clinic})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_clinic")


@pytest.mark.parametrize("body", [{}, [], {"clinic": 5}, {"clinic": "glamour", "admin": True}])
def test_a_malformed_beginning_is_refused(gateway: Gateway, body: object) -> None:
    answer = gateway.http.post("/api/conversations", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


CALLS = [
    ("POST", "/messages"),
    ("GET", "/messages"),
    ("GET", "/events"),
    ("GET", "/export"),
    ("DELETE", ""),
]


@pytest.mark.parametrize(("method", "what"), CALLS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer \u00e9\u00e8"},
        {"Authorization": "Basic Z2xhbW91cjpzZWNyZXQ="},
    ],
)
def test_without_a_good_token_nothing_opens(
    patient: Patient, method: str, what: str, headers: dict[str, str]
) -> None:
    body = {"text": "hello"} if method == "POST" else None
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = patient.gateway.http.request(
        method,
        patient.path + what,
        json=body,
        headers=encoded,  # type: ignore[arg-type]
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "what"), CALLS)
def test_another_conversation_s_token_opens_nothing(
    gateway: Gateway, patient: Patient, method: str, what: str
) -> None:
    other = gateway.open()
    body = {"text": "hello"} if method == "POST" else None
    answer = gateway.http.request(method, patient.path + what, json=body, headers=other.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "conversation_not_found")
    assert len(patient.transcript()) == 1


def test_a_token_signed_with_another_key_opens_nothing(patient: Patient) -> None:
    forged = Tokens("another key, of at least 32 characters", timedelta(days=1)).issue(patient.id)
    headers = {"Authorization": f"Bearer {forged}"}
    assert patient.gateway.http.get(f"{patient.path}/messages", headers=headers).status_code == 401


def test_the_transcript_shows_both_sides(patient: Patient) -> None:
    (reply,) = patient.say("how much?")
    body = patient.get("messages").json()
    assert (body["id"], body["clinic"]) == (patient.id, "glamour")
    assert body["messages"][0] == patient.greeting[0]
    said = body["messages"][1]
    assert (said["from"], said["text"], said["id"]) == ("patient", "how much?", 2)
    assert body["messages"][2] == reply
