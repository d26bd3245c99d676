"""Red flags in the gateway: before everything else, and whatever is going on behind it."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.care.happened import TreatmentTold
from bot.care.moments import Moment
from bot.records.treatments import add_treatment
from tests.channels.serving import Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn, custom
from tests.waiting import waited_for

RED_FLAG = "I can't breathe and my chest hurts"
# No pattern finds this, but it reads like a red flag.
OBLIQUE = "I'm going downhill fast, grey and drenched and my mouth will not do what I want"


def test_a_red_flag_is_answered_without_rasa(patient: Patient, rasa: StandIn) -> None:
    (reply,) = patient.post({"text": RED_FLAG}).json()["replies"]
    assert (reply["topic"], reply["urgency"]) == ("emergency", "emergency")
    assert reply["text"].startswith("Call 911 now")
    assert rasa.messages == []


def test_while_rasa_is_down_red_flags_are_answered(patient: Patient, rasa: StandIn) -> None:
    rasa.answering = lambda _message: b"garbage"
    assert patient.post({"text": "how much?"}).status_code == 503
    answer = patient.post({"text": RED_FLAG})
    assert answer.status_code == 200
    assert answer.json()["replies"][0]["urgency"] == "emergency"


def test_spanish_is_answered_in_spanish(patient: Patient) -> None:
    (reply,) = patient.post({"text": "no puedo respirar y me duele el pecho"}).json()["replies"]
    assert reply["text"].startswith("Llame al 911")


def test_what_only_the_model_hears_is_said_in_the_same_words(
    patient: Patient, rasa: StandIn
) -> None:
    heard = [custom("anything", "emergency", urgency="emergency")]
    rasa.answering = lambda _message: json.dumps(heard).encode()
    (reply,) = patient.post({"text": "something is very wrong with me"}).json()["replies"]
    assert reply["text"].startswith("Call 911 now")
    assert [button["title"] for button in reply["buttons"]] == [
        "Help is on the way",
        "It was a mistake",
    ]


def test_the_other_question_is_taken_up_once_help_is_on_the_way(
    patient: Patient, rasa: StandIn
) -> None:
    patient.post({"text": f"{RED_FLAG}. When do the bruises go?"})
    assert rasa.messages == []
    settled, answer = patient.post({"text": "ok the ambulance is on its way"}).json()["replies"]
    assert settled["urgency"] == "none"
    assert [message["message"] for message in rasa.messages] == ["When do the bruises go?"]
    assert "bruises" in answer["text"]


def test_a_mistake_is_taken_back_by_a_button(patient: Patient) -> None:
    (alarm,) = patient.post({"text": RED_FLAG}).json()["replies"]
    button = next(b for b in alarm["buttons"] if b["title"] == "It was a mistake")
    (reply,) = patient.post({"button": button["id"]}).json()["replies"]
    assert "If it starts or comes back" in reply["text"]


def test_what_the_red_flag_interrupted_can_go_on(patient: Patient, rasa: StandIn) -> None:
    patient.post({"text": RED_FLAG})
    (settled,) = patient.post({"text": "help is on the way"}).json()["replies"]
    (button,) = settled["buttons"]
    assert button["title"] == "Go on where we were"
    patient.post({"button": button["id"]})
    assert [message["message"] for message in rasa.messages] == ['/affirm{"do": "go_on"}']


def test_taking_back_what_was_never_raised_is_an_ordinary_message(
    patient: Patient, rasa: StandIn
) -> None:
    (reply,) = patient.post({"text": "false alarm, i found my stockings"}).json()["replies"]
    assert reply["text"].startswith("You said")


def test_an_alert_is_stored_with_the_message_and_goes_with_the_conversation(
    patient: Patient,
) -> None:
    patient.post({"text": RED_FLAG})
    patient.post({"text": "help is on the way"})
    (alert,) = patient.get("export").json()["alerts"]
    assert (alert["level"], alert["layer"]) == ("emergency", "pattern")
    assert alert["settled_at"] is not None
    assert RED_FLAG not in json.dumps(alert)
    deleted = patient.gateway.http.delete(patient.path, headers=patient.headers)
    assert deleted.status_code == 204


def test_an_idiom_is_no_red_flag(patient: Patient, rasa: StandIn) -> None:
    patient.post({"text": "these stockings are killing me"})
    assert len(rasa.messages) == 1


def test_what_no_pattern_foresees_may_still_read_like_a_red_flag(
    patient: Patient, rasa: StandIn
) -> None:
    (reply,) = patient.post({"text": OBLIQUE}).json()["replies"]
    assert (reply["topic"], reply["urgency"]) == ("emergency", "emergency")
    assert rasa.messages == []


def test_a_model_that_hears_danger_in_what_reads_harmless_is_told_so(
    patient: Patient, rasa: StandIn
) -> None:
    patient.post({"text": "what does a session cost, and where may I park?"})
    patient.post({"text": "the calf feels full of hot lead"})
    first, second = rasa.messages
    assert first["metadata"].get("danger") == "denied"
    assert "danger" not in second["metadata"]


def test_a_recent_treatment_on_record_raises_suspicion(patient: Patient) -> None:
    def urgency() -> str:
        return str(patient.say("I feel dizzy")[0]["urgency"])

    assert urgency() == "soon"
    treated(patient, days_ago=40)
    assert urgency() == "soon"
    treated(patient, days_ago=3)
    assert urgency() == "urgent"


def test_a_red_flag_does_not_wait_for_what_was_asked_before_it(
    patient: Patient, rasa: StandIn
) -> None:
    rasa.delay = 3
    with ThreadPoolExecutor() as beside:
        asked = beside.submit(patient.say, "how much?")
        assert waited_for(lambda: rasa.said_in(patient.id))
        began = time.monotonic()
        (reply,) = patient.post({"text": RED_FLAG}).json()["replies"]
        assert time.monotonic() - began < 2
        assert reply["urgency"] == "emergency"
        assert asked.result()[0]["text"] == "You said: how much?"
    shown = [(who, text[:20]) for who, text in patient.transcript()[1:]]
    assert shown == [
        ("patient", RED_FLAG[:20]),
        ("assistant", reply["text"][:20]),
        ("patient", "how much?"),
        ("assistant", "You said: how much?"),
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [(RED_FLAG, 200), ("how much?", 409), ("my leg is not swollen", 409)],
    ids=["red flag", "ordinary", "denied"],
)
def test_out_of_turn_only_a_red_flag_is_taken(
    patient: Patient, rasa: StandIn, text: str, status: int
) -> None:
    answer = patient.post({"text": text, "client_id": "later", "out_of_turn": True})
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["error"]["code"] == "out_of_turn"
        assert len(patient.transcript()) == 1
        assert rasa.said_in(patient.id) == []
        # It is left for its turn, and the same id is taken then.
        assert patient.post({"text": text, "client_id": "later"}).status_code == 200


def test_the_start_says_that_no_clinician_has_signed(
    state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(state)
    prepare(settings)
    with caplog.at_level("WARNING"), serving(settings):
        pass
    (line,) = [line for line in caplog.messages if "No clinician has signed" in line]
    assert "glamour" in line


def treated(patient: Patient, *, days_ago: int) -> None:
    """Put a treatment on record, as the actions do when a patient tells of one."""
    services = patient.gateway.services
    now = services.clock.now()
    told = TreatmentTold(None, Moment(now.date() - timedelta(days=days_ago)), None)
    seq = len(patient.get("messages").json()["messages"]) + 1
    with services.database.write() as session:
        add_treatment(session, "glamour", patient.id, seq, told=told, now=now)
