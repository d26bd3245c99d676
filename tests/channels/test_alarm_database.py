"""Red flags while the database is locked or away: answered, and recorded when it is back."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.gateway import late
from bot.settings import Settings
from tests.channels.outages import NOBODY_THERE, locked, lost
from tests.channels.serving import Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn
from tests.waiting import waited_for

RED_FLAG = "I can't breathe and my chest hurts"


def test_the_answer_to_a_red_flag_does_not_wait_for_a_locked_database(patient: Patient) -> None:
    patient.say("how much?")
    with locked(patient.gateway.services.database):
        began = time.monotonic()
        # As the widget sends it: with an id of its own.
        answer = patient.post({"text": RED_FLAG, "client_id": "abc-1"}).json()
        (reply,), said = answer["replies"], answer["said"]
        assert time.monotonic() - began < 5
        assert said["text"] == RED_FLAG
        assert reply["text"].startswith("Call 911 now")
    stored = waited_for(lambda: patient.get("export").json()["alerts"])
    assert [alert["level"] for alert in stored] == ["emergency"]
    assert [m["text"] for m in patient.get("messages").json()["messages"]].count(RED_FLAG) == 1


def test_a_conversation_is_in_mind_while_the_database_cannot_be_read(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.say("how much?")
    with lost(patient.gateway.services.database, monkeypatch):
        (reply,) = patient.post({"text": RED_FLAG}).json()["replies"]
        assert reply["text"].startswith("Call 911 now")
        assert patient.post({"text": "how much?"}).status_code >= 500
    assert waited_for(lambda: patient.get("export").json()["alerts"])


def test_who_never_wrote_through_this_gateway_is_answered_while_the_database_cannot_be_read(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another gateway had the conversation, or this one was started again since.
    patient.say("how much?")
    patient.gateway.services.unhurried.forget(patient.id)
    with lost(patient.gateway.services.database, monkeypatch):
        body = {"text": RED_FLAG, "client_id": "first"}
        answer = patient.post(body, **{"Last-Event-ID": "3"}).json()
        # Its page shows three messages; the next ones go on from there.
        assert [one["id"] for one in (answer["said"], *answer["replies"])] == [4, 5]
        assert answer["replies"][0]["text"].startswith("Call 911 now")
        assert patient.post({"text": "how much?"}).status_code >= 500
    told = waited_for(lambda: patient.get("messages").json()["messages"][4:])
    assert told[0]["id"] == 5
    assert waited_for(lambda: patient.get("export").json()["alerts"])


def test_a_gateway_that_is_started_while_the_database_is_away_answers(
    tmp_path: Path, rasa: StandIn
) -> None:
    """It knows the clinics from their packs; the token says which it is."""
    settings = settings_for(tmp_path, rasa_url=rasa.address)
    prepare(settings)
    with serving(settings) as before:
        patient = before.open()
    with serving(settings.model_copy(update={"database_url": NOBODY_THERE})) as gateway:
        patient = replace(patient, gateway=gateway)
        (reply,) = patient.post({"text": RED_FLAG}).json()["replies"]
        assert reply["text"].startswith("Call 911 now")
        assert patient.post({"text": "how much?"}).status_code >= 500


@pytest.fixture
def prepared(tmp_path: Path, rasa: StandIn) -> Settings:
    """Settings of gateways that follow one another."""
    settings = settings_for(tmp_path, rasa_url=rasa.address)
    prepare(settings)
    return settings


def left_by_a_gateway(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, *bodies: dict[str, str]
) -> Patient:
    """A patient who sent these red flags to a gateway that stopped while the database was away."""
    monkeypatch.setattr(late, "STOP_SECONDS", 0.1)
    with serving(settings) as gateway:
        patient = gateway.open()
        with lost(gateway.services.database, monkeypatch):
            for body in bodies:
                (reply,) = patient.post(body).json()["replies"]
                assert reply["text"].startswith("Call 911 now")
            gateway.run(gateway.services.unhurried.late.finish())
    assert len(kept(settings)) == len(bodies)
    return patient


def test_what_was_answered_and_not_recorded_outlives_the_gateway(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [{"text": RED_FLAG, "client_id": one} for one in ("first", "second")]
    patient = left_by_a_gateway(prepared, monkeypatch, *sent)
    with serving(prepared) as gateway:
        patient = replace(patient, gateway=gateway)
        assert waited_for(lambda: len(patient.get("export").json()["alerts"]) == 2)
        said = patient.get("messages").json()["messages"][1::2]
        assert [one["client_id"] for one in said] == ["first", "second"]
        assert waited_for(lambda: kept(prepared) == [])


def test_what_was_recorded_though_nobody_heard_of_it_is_not_recorded_twice(
    prepared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway was killed between recording it and removing its file; it has no `client_id`."""
    patient = left_by_a_gateway(prepared, monkeypatch, {"text": RED_FLAG})
    (file,) = kept(prepared)
    entry = file.read_bytes()
    for _ in range(2):  # the file is there again
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(entry)
        with serving(prepared) as gateway:
            patient = replace(patient, gateway=gateway)
            assert waited_for(lambda: kept(prepared) == [])
            said = patient.get("messages").json()["messages"]
            assert [one["text"] for one in said].count(RED_FLAG) == 1


def test_red_flags_of_one_moment_are_all_recorded(
    tmp_path: Path, rasa: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock may stand still, or be set back; each is a message of its own."""
    now = datetime(2026, 11, 24, 20, tzinfo=UTC)
    settings = settings_for(tmp_path, rasa_url=rasa.address, now=now)
    prepare(settings)
    with serving(settings) as gateway:
        patient = gateway.open()
        sent = [(RED_FLAG, "first"), (RED_FLAG, "second"), (RED_FLAG, None), ("Chest pain", None)]
        with lost(gateway.services.database, monkeypatch):
            for text, client_id in sent:
                body = {"text": text, "client_id": client_id}
                patient.post({name: value for name, value in body.items() if value})
        assert waited_for(lambda: len(patient.get("messages").json()["messages"]) == 9)
        said = patient.get("messages").json()["messages"][1::2]
        assert [(one["text"], one["client_id"]) for one in said] == sent


def test_what_was_kept_and_cannot_be_read_is_named_and_left(
    tmp_path: Path, rasa: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(tmp_path, rasa_url=rasa.address)
    prepare(settings)
    entry = settings.state_dir / "late" / "before" / "00000001.json"
    entry.parent.mkdir(parents=True)
    entry.write_text('{"of": "another version"}', encoding="utf-8")
    with serving(settings) as gateway:
        assert f"cannot be read, left where it is: {entry}" in caplog.text
        assert gateway.open().say(RED_FLAG)
    assert kept(settings) == [entry]


def test_what_is_recorded_in_time_is_not_kept_on_disk(patient: Patient) -> None:
    patient.say(RED_FLAG)
    assert kept(patient.gateway.settings) == []


def kept(settings: Settings) -> list[Path]:
    """The red flags that wait on disk."""
    return sorted((settings.state_dir / "late").glob("*/*.json"))


def test_a_page_that_says_nothing_of_what_it_shows_is_answered_all_the_same(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient.gateway.services.unhurried.forget(patient.id)
    with lost(patient.gateway.services.database, monkeypatch):
        answer = patient.post({"text": RED_FLAG}).json()
        assert answer["replies"][0]["urgency"] == "emergency"


def test_red_flags_from_the_chat_while_the_database_cannot_be_read(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The chat gives every message an id of its own, and sends it again until it is answered.
    patient.say("how much?")
    shown = []
    with lost(patient.gateway.services.database, monkeypatch):
        for client_id in ("first", "second", "second"):
            answer = patient.post({"text": RED_FLAG, "client_id": client_id})
            assert answer.status_code == 200, answer.text
            shown.append((answer.json()["said"], *answer.json()["replies"]))
    told = waited_for(lambda: patient.get("messages").json()["messages"][6:])
    said = patient.get("messages").json()["messages"][3::2]
    assert [one["client_id"] for one in said] == ["first", "second"]
    assert told
    for one in (0, 1):
        assert shown[one][0] == said[one]
        assert shown[one][1]["text"].startswith("Call 911 now")
        assert shown[one][1]["id"] == said[one]["id"] + 1


def test_who_may_have_been_treated_lately_is_taken_for_it(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert patient.say("I feel dizzy")[0]["urgency"] == "soon"
    with lost(patient.gateway.services.database, monkeypatch):
        answer = patient.post({"text": "I feel dizzy"})
        assert answer.json()["replies"][0]["urgency"] == "urgent"
