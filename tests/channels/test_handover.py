"""Live handover: who answers a patient, what they are told, and that they are never left alone."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.gateway.handover.deadlines import tell_what_is_due
from bot.gateway.pipeline import ChangedMeanwhileError
from bot.knowledge.models import ClinicRow
from bot.records.handover import HandoverRow
from bot.records.staff import open_session
from tests.channels.desk import Desk
from tests.channels.serving import Patient, serving
from tests.channels.standin import StandIn
from tests.channels.test_events import listening
from tests.red_flag_messages import GRAVE, red_flags

LONG = timedelta(hours=1)
RED_FLAG = "I can't breathe and my chest hurts"


def last(patient: Patient) -> tuple[str, str]:
    return patient.transcript()[-1]


def texts(replies: list[dict[str, Any]]) -> list[str]:
    return [reply["text"] for reply in replies]


def test_a_handover_from_taking_to_giving_back(desk: Desk, rasa: StandIn) -> None:
    patient = desk.patient()
    with listening(patient) as stream:
        desk.take(patient, desk.maria)
        joined = next(stream)["data"]
        assert joined["from"] == "system"
        assert joined["text"].startswith("Maria from Harbor Vein has joined")
        assert patient.say("is the swelling normal?") == []
        assert rasa.said_in(patient.id) == []
        desk.write(patient, desk.maria, "Yes, for a week.")
        event = next(stream)
        assert (event["data"]["from"], event["data"]["text"]) == ("staff", "Yes, for a week.")
        desk.give_back(patient, desk.maria)
        assert "has left this chat" in next(stream)["data"]["text"]
    (reply,) = patient.say("how much is it?")
    assert (reply["from"], reply["text"]) == ("assistant", "You said: how much is it?")
    authors = [author for author, _ in patient.transcript()]
    assert authors == ["assistant", "system", "patient", "staff", "system", "patient", "assistant"]
    assert desk.audit() == [
        (action, desk.maria.login) for action in ("took", "answered", "gave_back")
    ]


def test_a_red_flag_is_answered_while_staff_hold_the_conversation(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    (reply,) = patient.say(RED_FLAG)
    assert (reply["from"], reply["urgency"]) == ("assistant", "emergency")
    assert reply["text"].startswith("Call 911 now")
    assert len(patient.get("export").json()["alerts"]) == 1


def test_red_flags_are_found_as_the_third_message_while_staff_hold_the_conversation(
    desk: Desk,
) -> None:
    missed = []
    tried = red_flags()[::4]
    for text in tried:
        alone, patient = desk.patient(), desk.patient()
        patient.say("hello")
        desk.take(patient, desk.maria)
        assert patient.say("are you there?") == []
        replies = patient.say(text)
        assert [reply["text"] for reply in replies if reply["urgency"] in GRAVE] == [
            reply["text"] for reply in alone.say(text) if reply["urgency"] in GRAVE
        ]
        missed += [] if replies else [text]
    assert len(missed) <= len(tried) * 0.03, "\n".join(missed)


def test_a_lesser_sign_is_stored_for_staff_though_nobody_answers(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    assert patient.say("my calf is a bit swollen") == []
    assert [alert["level"] for alert in patient.get("export").json()["alerts"]] == ["soon"]


def test_one_of_two_who_take_a_conversation_gets_it(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    with pytest.raises(ChangedMeanwhileError):
        desk.take(patient, desk.paul)
    with pytest.raises(ChangedMeanwhileError):
        desk.write(patient, desk.paul, "me too")
    desk.take(patient, desk.paul, holder=desk.maria)
    with pytest.raises(ChangedMeanwhileError):
        desk.give_back(patient, desk.maria)
    assert last(patient)[1].startswith("Paul from Harbor Vein has joined")


def test_a_form_sent_twice_is_one_message(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    desk.write(patient, desk.maria, "Good evening.", form="one")
    with pytest.raises(ChangedMeanwhileError):
        desk.write(patient, desk.maria, "Good evening.", form="one")
    assert [text for author, text in patient.transcript() if author == "staff"] == ["Good evening."]


def test_sending_a_message_twice_while_held_is_one_message(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    for _ in range(2):
        answer = patient.post({"text": "hello?", "client_id": "same"})
        assert (answer.status_code, answer.json()["replies"]) == (200, [])
    assert [text for author, text in patient.transcript() if author == "patient"] == ["hello?"]


def test_a_patient_whom_nobody_joins_is_told_once(desk: Desk) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    (reply,) = patient.say("and meanwhile, what does it cost?")
    assert reply["from"] == "assistant"
    assert desk.told(patient, minutes=2) == 0
    assert desk.told(patient, minutes=4) == 1
    assert desk.told(patient, minutes=4) == 0
    message = patient.get("messages").json()["messages"][-1]
    assert message["from"] == "system"
    assert message["text"].startswith("Nobody at Harbor Vein is free")
    assert [button["topic"] for button in message["buttons"]] == ["book"]


def test_asking_again_begins_a_new_wait(desk: Desk) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    assert desk.told(patient, minutes=4) == 1
    desk.ask_for_person(patient)
    assert desk.told(patient, minutes=4) == 1


def test_who_was_joined_is_not_told_that_nobody_is_free(desk: Desk) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    desk.take(patient, desk.maria)
    assert desk.told(patient, minutes=4) == 0


def test_a_patient_whom_staff_leave_waiting_is_told_and_may_leave(
    desk: Desk, rasa: StandIn
) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    assert patient.say("are you there?") == []
    assert desk.told(patient, minutes=6) == 1
    assert desk.told(patient, minutes=6) == 0
    told = patient.get("messages").json()["messages"][-1]
    assert "have not answered yet" in told["text"]
    (reply,) = patient.post({"button": told["buttons"][0]["id"]}).json()["replies"]
    assert reply["text"].startswith("All right. The automated assistant answers you again")
    assert rasa.said_in(patient.id) == []
    assert texts(patient.say("price?")) == ["You said: price?"]
    (stale,) = patient.post({"button": told["buttons"][0]["id"]}).json()["replies"]
    assert stale["text"].startswith("The automated assistant is answering you now")
    assert ("patient_left", None) in desk.audit()


def test_a_patient_who_waits_silently_after_an_answer_is_left_in_peace(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    patient.say("are you there?")
    desk.write(patient, desk.maria, "Yes.")
    assert desk.told(patient, minutes=6) == 0


def test_the_assistant_returns_when_staff_are_silent_for_long(desk: Desk) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    assert desk.told(patient, minutes=21) == 1
    assert last(patient)[1].startswith("Nobody from Harbor Vein has written for a while")
    assert texts(patient.say("price?")) == ["You said: price?"]
    assert ("timed_out", None) in desk.audit()


def test_the_assistant_returns_with_a_message_before_the_deadline_is_kept(
    desk: Desk, rasa: StandIn
) -> None:
    patient = desk.patient()
    desk.take(patient, desk.maria)
    long_ago = datetime.now(UTC) - timedelta(minutes=21)
    with desk.gateway.services.database.write() as session:
        session.execute(
            update(HandoverRow)
            .where(HandoverRow.conversation_id == patient.id)
            .values(staff_at=long_ago)
        )
    back, answer = patient.say("price?")
    assert (back["from"], answer["from"]) == ("system", "assistant")
    assert back["text"].startswith("Nobody from Harbor Vein has written for a while")
    assert desk.told(patient, minutes=0) == 0


def test_two_gateways_tell_each_patient_once(desk: Desk) -> None:
    patients = [desk.patient() for _ in range(5)]
    for patient in patients:
        desk.ask_for_person(patient)
    now = datetime.now(UTC) + timedelta(minutes=4)
    with serving(desk.gateway.settings) as second, ThreadPoolExecutor() as threads:
        runs = [
            threads.submit(gateway.run, tell_what_is_due(gateway.services, now))
            for gateway in (desk.gateway, second)
        ]
        assert sum(run.result() for run in runs) >= len(patients)
    assert {len(patient.transcript()) for patient in patients} == {2}


def test_a_deleted_conversation_cannot_be_taken(desk: Desk) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    desk.gateway.http.delete(patient.path, headers=patient.headers)
    desk.gateway.run(tell_what_is_due(desk.gateway.services, datetime.now(UTC) + LONG))
    with pytest.raises(Exception, match="conversation_not_found"):
        desk.take(patient, desk.maria)


ALWAYS = {day: ["00:00-00:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
NEVER: dict[str, list[str]] = {day: [] for day in ALWAYS}


@pytest.mark.parametrize(
    ("seen_minutes_ago", "hours", "online"),
    [(1, None, True), (6, None, False), (1, ALWAYS, True), (1, NEVER, False)],
)
def test_rasa_is_told_whether_staff_can_come(
    desk: Desk,
    rasa: StandIn,
    seen_minutes_ago: float,
    hours: dict[str, list[str]] | None,
    online: bool,
) -> None:
    patient = desk.patient()
    seen = datetime.now(UTC) - timedelta(minutes=seen_minutes_ago)
    with desk.gateway.services.database.write() as session:
        session.execute(update(ClinicRow).where(ClinicRow.id == desk.clinic).values(hours=hours))
        open_session(
            session,
            desk.maria.id,
            token_hash=secrets.token_hex(16),
            form_token="-",
            now=seen,
        )
    patient.say("a person please")
    assert rasa.messages[-1]["metadata"].get("staff_online", False) is online
