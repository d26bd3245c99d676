"""Reminders through the gateway: shown once, ended by a word, held back when they would do harm."""

import json
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from bot.care.happened import TreatmentTold
from bot.care.moments import Moment
from bot.care.plan import courses
from bot.care.reminders.timetable import Occasion, occasions
from bot.care.turn import RemindersSet
from bot.database import Database
from bot.gateway.outbox.handlers import REMINDERS
from bot.gateway.outbox.worker import work_off
from bot.knowledge.importer import import_pack, load_folder
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics
from bot.records.conversations import find_conversation
from bot.records.outbox import Kind, sendings_of
from bot.records.reminders import remind, reminding
from bot.records.treatments import add_treatment
from tests.channels.serving import CLINICS, Gateway, Patient
from tests.channels.standin import StandIn, custom
from tests.channels.test_events import listening
from tests.talking import protocols

CLINIC = "true-jewel"
# Later than the gateway's own clock, so that only the test sends anything.
TREATED = Moment(datetime.now(UTC).date() + timedelta(days=20))
HOUR = timedelta(hours=1)
DEAD = "I can't breathe and my chest hurts"


@pytest.fixture
def jewel(gateway: Gateway) -> Patient:
    """A patient of a clinic with its real pack, who is to be reminded of everything."""
    packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    pack = next(one for one in packs if one.id == CLINIC)
    with gateway.services.database.write() as session:
        import_pack(session, pack, general, datetime.now(UTC))
    patient = gateway.open(CLINIC)
    set_reminders(patient, TREATED)
    return patient


def planned(treated: Moment) -> tuple[Occasion, ...]:
    protocol = protocols()[CLINIC]
    texts = load_texts(CLINICS / "texts")
    laid = courses(protocol.rules, treated, None, zone=protocol.zone, texts=texts)
    return occasions(laid, treated, protocol.timetable, zone=protocol.zone)


def set_reminders(patient: Patient, treated: Moment, seq: int = 1) -> None:
    now = datetime.now(UTC)
    with patient.gateway.services.database.write() as session:
        told = TreatmentTold("sclerotherapy", treated, None)
        add_treatment(session, CLINIC, patient.id, seq, told=told, now=now)
        remind(session, CLINIC, patient.id, RemindersSet(None, planned(treated)), now)


def due(number: int = 0) -> datetime:
    return planned(TREATED)[number].due


def let_time_be(patient: Patient, now: datetime) -> None:
    services = patient.gateway.services
    patient.gateway.run(work_off(services, REMINDERS, now))


def shown(patient: Patient) -> list[str]:
    """The reminders in the transcript."""
    return [text for who, text in patient.transcript() if who == "assistant" and "Day " in text]


def states(patient: Patient) -> list[tuple[str, str | None]]:
    with patient.gateway.services.database.read() as session:
        found = sendings_of(session, patient.id, [Kind.REMINDER])
    return [(one.state, one.reason) for one in found]


def database(patient: Patient) -> Database:
    return patient.gateway.services.database


def test_a_reminder_comes_once_and_into_the_open_page(jewel: Patient) -> None:
    let_time_be(jewel, due() - HOUR)
    assert shown(jewel) == []
    with listening(jewel) as stream:
        let_time_be(jewel, due())
        event = next(stream)
    assert event["data"]["topic"] == "reminders"
    assert event["data"]["text"].startswith("Day 3 after your treatment at True Jewel")
    let_time_be(jewel, due())
    assert len(shown(jewel)) == 1
    assert states(jewel)[0] == ("sent", None)


def test_stop_works_while_rasa_is_down(jewel: Patient, rasa: StandIn) -> None:
    rasa.status = 500
    (reply,) = jewel.say("STOP")
    assert reply["text"].startswith("Done. I will send no more reminders.")
    let_time_be(jewel, due())
    assert shown(jewel) == []
    assert {state for state, _ in states(jewel)} == {"cancelled"}


def test_stop_in_spanish_is_answered_in_spanish(jewel: Patient) -> None:
    (reply,) = jewel.say("alto")
    assert reply["text"] == "Listo. No enviaré más recordatorios."
    assert {state for state, _ in states(jewel)} == {"cancelled"}


def test_the_button_below_a_reminder_ends_them(jewel: Patient) -> None:
    let_time_be(jewel, due())
    *_, last = jewel.get("messages").json()["messages"]
    stop = next(one for one in last["buttons"] if one["title"] == "Stop the reminders")
    answer = jewel.post({"button": stop["id"]})
    assert answer.json()["replies"][0]["text"].startswith("Done.")
    assert {state for state, _ in states(jewel)} == {"sent", "cancelled"}


def test_without_reminders_stop_is_for_the_assistant(patient: Patient) -> None:
    (reply,) = patient.say("stop")
    assert reply["text"] == "You said: stop"


def test_during_a_task_stop_is_for_the_task(jewel: Patient, rasa: StandIn) -> None:
    rasa.answering = lambda _: json.dumps([custom("What is your name?", "book")]).encode()
    jewel.say("I want an appointment")
    (reply,) = jewel.say("stop")
    assert reply["topic"] == "book"
    with database(jewel).read() as session:
        found = reminding(session, jewel.id)
    assert found is not None
    assert found.on


def test_at_night_it_waits_for_the_morning(jewel: Patient) -> None:
    zone = protocols()[CLINIC].zone
    night = datetime.combine(due().date(), time(23, 30), zone)
    let_time_be(jewel, night)
    assert shown(jewel) == []
    morning = datetime.combine(due().date() + timedelta(days=1), time(9), zone)
    let_time_be(jewel, morning - HOUR)
    assert shown(jewel) == []
    let_time_be(jewel, morning)
    assert len(shown(jewel)) == 1


def test_too_late_it_is_dropped(jewel: Patient) -> None:
    let_time_be(jewel, planned(TREATED)[0].useful_until + HOUR)
    assert shown(jewel) == []
    assert states(jewel)[0] == ("cancelled", "too_late")


def test_whoever_may_be_in_danger_is_not_told_what_is_allowed(jewel: Patient) -> None:
    (alarm,) = jewel.say(DEAD)
    assert alarm["urgency"] == "emergency"
    let_time_be(jewel, due())
    assert shown(jewel) == []
    assert states(jewel)[0] == ("cancelled", "red_flag")


def test_a_corrected_day_moves_what_is_to_come(jewel: Patient) -> None:
    later = Moment(TREATED.day + timedelta(days=2))
    set_reminders(jewel, later, seq=2)
    let_time_be(jewel, due())
    assert shown(jewel) == []
    let_time_be(jewel, planned(later)[0].due)
    (only,) = shown(jewel)
    assert only.startswith("Day 3 after")


def test_deleting_the_chat_deletes_the_reminders(jewel: Patient) -> None:
    assert jewel.gateway.http.delete(jewel.path, headers=jewel.headers).status_code == 204
    let_time_be(jewel, due())
    assert states(jewel) == []


def test_the_patient_s_data_names_the_reminders(jewel: Patient) -> None:
    export = jewel.get("export").json()
    assert export["reminders"] == {"on": True, "topics": None}
    assert [one["state"] for one in export["outbox"]] == ["scheduled"] * 3


@pytest.mark.parametrize(
    ("zone", "kept"),
    [("America/New_York", "America/New_York"), ("Mars/Olympus_Mons", None), (None, None)],
)
def test_the_patient_s_time_zone(gateway: Gateway, zone: str | None, kept: str | None) -> None:
    answer = gateway.http.post("/api/conversations", json={"clinic": "glamour", "time_zone": zone})
    assert answer.status_code == 201, answer.text
    found = partial(find_conversation, conversation_id=answer.json()["id"])
    with gateway.services.database.read() as session:
        conversation = found(session)
    assert conversation is not None
    assert conversation.time_zone == kept
