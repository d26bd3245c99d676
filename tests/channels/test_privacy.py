"""Export and delete: everything, and for good."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.care.booking.request import ContactRequest, Kind
from bot.database import Base
from bot.purging import remove_orphans
from bot.records.models import ButtonRow, ConversationRow, MessageRow, TrackerEventRow
from bot.records.requests import RequestRow, save_request
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn
from tests.waiting import waited_for

OF_A_CONVERSATION: dict[type[Base], Any] = {
    ConversationRow: ConversationRow.id,
    MessageRow: MessageRow.conversation_id,
    ButtonRow: ButtonRow.conversation_id,
    RequestRow: RequestRow.conversation_id,
    TrackerEventRow: TrackerEventRow.sender_id,
}


def rows(gateway: Gateway, conversation: str) -> dict[str, int]:
    def count(session: Session) -> dict[str, int]:
        return {
            table.__tablename__: session.scalar(
                select(func.count()).select_from(table).where(column == conversation)
            )
            or 0
            for table, column in OF_A_CONVERSATION.items()
        }

    with gateway.services.database.read() as session:
        return count(session)


def rasa_remembers(gateway: Gateway, conversation: str, text: str) -> None:
    data = json.dumps({"event": "user", "text": text})
    with gateway.services.database.write() as session:
        session.add(TrackerEventRow(sender_id=conversation, type_name="user", data=data))


def wants_a_call(gateway: Gateway, conversation: str, reach: str = "+13605550199") -> None:
    wanted = ContactRequest(Kind.CALL_BACK, reach, "Quentin", topic="cost")
    with gateway.services.database.write() as session:
        save_request(session, "glamour", conversation, wanted, datetime.now(UTC))


def test_the_export_holds_everything(gateway: Gateway, patient: Patient) -> None:
    patient.post({"text": "how much?", "client_id": "abc"})
    rasa_remembers(gateway, patient.id, "how much?")
    wants_a_call(gateway, patient.id)
    export = patient.get("export")
    assert export.headers["Content-Disposition"].startswith("attachment")
    body = export.json()
    assert body["conversation"]["clinic"] == "glamour"
    assert body["conversation"]["channel"] == "web"
    assert [message["text"] for message in body["messages"]][1:] == [
        "how much?",
        "You said: how much?",
    ]
    assert body["messages"][1]["client_id"] == "abc"
    assert body["messages"][2]["answer"]["topic"] == "cost"
    assert body["requests"][0]["reach"] == "+13605550199"
    assert body["tracker_events"][0]["data"] == {"event": "user", "text": "how much?"}


def test_the_export_holds_nothing_of_others(gateway: Gateway, patient: Patient) -> None:
    other = gateway.open()
    other.say("a secret of someone else")
    rasa_remembers(gateway, other.id, "a secret of someone else")
    assert "secret" not in patient.get("export").text


def test_deleting_leaves_nothing(gateway: Gateway, patient: Patient) -> None:
    other = gateway.open()
    for one in (patient, other):
        one.say("how much?")
        rasa_remembers(gateway, one.id, "how much?")
        wants_a_call(gateway, one.id, f"{one.id}@example.com")
    before = rows(gateway, other.id)
    assert all(rows(gateway, patient.id).values())
    gone = gateway.http.delete(patient.path, headers=patient.headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert not any(rows(gateway, patient.id).values())
    assert rows(gateway, other.id) == before


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("POST", "/messages"),
        ("GET", "/messages"),
        ("GET", "/events"),
        ("GET", "/export"),
        ("DELETE", ""),
    ],
)
def test_a_deleted_conversation_is_gone(patient: Patient, method: str, what: str) -> None:
    http = patient.gateway.http
    http.delete(patient.path, headers=patient.headers)
    body = {"text": "hello"} if method == "POST" else None
    answer = http.request(method, patient.path + what, json=body, headers=patient.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "conversation_not_found")


def test_what_rasa_saved_after_the_deletion_is_swept(
    gateway: Gateway, patient: Patient, rasa: StandIn
) -> None:
    other = gateway.open()
    rasa_remembers(gateway, other.id, "kept")
    gateway.http.delete(patient.path, headers=patient.headers)
    rasa_remembers(gateway, patient.id, "too late")
    assert remove_orphans(gateway.services.database) == 1
    assert rows(gateway, patient.id)["events"] == 0
    assert rows(gateway, other.id)["events"] == 1


def test_no_file_keeps_what_was_deleted(state: Path, rasa: StandIn) -> None:
    settings = settings_for(state, rasa_url=rasa.address)
    prepare(settings)
    with serving(settings) as gateway:
        patient = gateway.open()
        patient.say("a very private worry")
        rasa_remembers(gateway, patient.id, "a very private worry")
        assert files_with(state, b"private worry")
        gateway.http.delete(patient.path, headers=patient.headers)
        assert files_with(state, b"private worry") == []


def test_a_gateway_removes_what_is_past_its_time(state: Path, rasa: StandIn) -> None:
    settings = settings_for(state, rasa_url=rasa.address, retention_days=3)
    prepare(settings)
    with serving(settings) as gateway:
        old, new = gateway.open(), gateway.open()
        for one in (old, new):
            one.say("a very private worry")
            rasa_remembers(gateway, one.id, "a very private worry")
        then = datetime.now(UTC) - timedelta(days=3, minutes=1)
        with gateway.services.database.write() as session:
            session.execute(
                update(ConversationRow).where(ConversationRow.id == old.id).values(last_at=then)
            )
    with serving(settings) as gateway:
        assert waited_for(lambda: not any(rows(gateway, old.id).values())), "nothing was removed"
        assert rows(gateway, new.id)["messages"] == 3


def files_with(folder: Path, words: bytes) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if words in path.read_bytes()]
