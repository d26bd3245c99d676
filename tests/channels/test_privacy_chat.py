"""Privacy in the chat: asked for in words or by button, and really done, whatever is down."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from bot.gateway.privacy.links import link_tokens
from bot.gateway.tokens import secret_key
from bot.records.handover import find_handover, request_person, take
from bot.records.models import ButtonRow, ConversationRow, MessageRow, TrackerEventRow
from bot.records.staff import Role, add_account
from tests.channels.serving import Gateway, Patient, prepare, serving, settings_for
from tests.channels.standin import StandIn, custom

Reply = dict[str, Any]
LINK = re.compile(r"https?://\S+/my-data/\S+")


def press(patient: Patient, reply: Reply, title: str) -> Any:
    button = next(one for one in reply["buttons"] if one["title"] == title)
    return patient.post({"button": button["id"]})


def rows(gateway: Gateway, conversation: str) -> int:
    columns = (
        ConversationRow.id,
        MessageRow.conversation_id,
        ButtonRow.conversation_id,
        TrackerEventRow.sender_id,
    )
    with gateway.services.database.read() as session:
        return sum(
            session.scalar(select(func.count()).where(column == conversation)) or 0
            for column in columns
        )


def link_in(reply: Reply) -> str:
    found = LINK.search(reply["text"])
    assert found is not None, reply["text"]
    return found.group()


# --- what is stored


def test_what_is_stored_is_told_with_days_and_buttons(patient: Patient, rasa: StandIn) -> None:
    (reply,) = patient.say("what do you store about me?")
    assert (reply["topic"], reply["known"], reply["from"]) == ("privacy", True, "assistant")
    assert "30 days" in reply["text"]
    assert [one["title"] for one in reply["buttons"]] == ["Send me my data", "Delete my data"]
    assert rasa.said_in(patient.id) == []


# --- deletion


def test_delete_asks_once_and_does_it(patient: Patient) -> None:
    other = patient.gateway.open()
    patient.say("how much?")
    (question,) = patient.say("delete my data")
    assert rows(patient.gateway, patient.id) > 0
    assert [one["title"] for one in question["buttons"]] == ["Yes, delete it all", "No, keep it"]
    done = press(patient, question, "Yes, delete it all")
    assert done.status_code == 200
    body = done.json()
    assert body["ended"] is True
    (reply,) = body["replies"]
    assert reply["text"].startswith("Done.")
    assert "start a new chat" in reply["text"]
    assert rows(patient.gateway, patient.id) == 0
    assert rows(patient.gateway, other.id) > 0
    gone = patient.get("messages")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "conversation_not_found")
    assert patient.post({"text": "hello?"}).status_code == 404


@pytest.mark.parametrize("typed", ["yes", "Yes, delete everything.", "delete my data"])
def test_a_typed_yes_is_enough(patient: Patient, typed: str) -> None:
    patient.say("please delete everything")
    body = patient.post({"text": typed}).json()
    assert body["ended"] is True
    assert rows(patient.gateway, patient.id) == 0


@pytest.mark.parametrize("typed", ["no", "keep it", "I changed my mind"])
def test_a_typed_no_keeps_everything(patient: Patient, rasa: StandIn, typed: str) -> None:
    patient.say("delete my data")
    before = rows(patient.gateway, patient.id)
    body = patient.post({"text": typed}).json()
    assert body["ended"] is False
    (reply,) = body["replies"]
    assert "Nothing was deleted" in reply["text"]
    assert rows(patient.gateway, patient.id) > before
    assert rasa.said_in(patient.id) == []


def test_the_question_lapses_when_something_else_is_said(patient: Patient, rasa: StandIn) -> None:
    patient.say("delete my data")
    patient.say("how much is it, really")
    (reply,) = patient.say("yes")
    assert reply["text"] == "You said: yes"
    assert rasa.said_in(patient.id) == ["how much is it, really", "yes"]


def test_a_yes_to_another_question_deletes_nothing(patient: Patient, rasa: StandIn) -> None:
    patient.say("how much?")
    (reply,) = patient.say("yes")
    assert reply["text"] == "You said: yes"


def test_the_button_of_an_earlier_reply_still_works(patient: Patient) -> None:
    (question,) = patient.say("delete my data")
    patient.say("how much is it, really")
    assert press(patient, question, "Yes, delete it all").json()["ended"] is True
    assert rows(patient.gateway, patient.id) == 0


def test_another_patient_s_button_deletes_nothing(patient: Patient) -> None:
    other = patient.gateway.open()
    (question,) = other.say("delete my data")
    refused = press(patient, question, "Yes, delete it all")
    assert refused.json()["error"]["code"] == "unknown_button"
    assert rows(patient.gateway, patient.id) > 0
    assert rows(patient.gateway, other.id) > 0


def test_pressing_twice_is_harmless(patient: Patient) -> None:
    (question,) = patient.say("delete my data")
    press(patient, question, "Yes, delete it all")
    again = press(patient, question, "Yes, delete it all")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "conversation_not_found")


def test_other_windows_learn_that_it_is_over(patient: Patient) -> None:
    (question,) = patient.say("delete my data")
    path, headers = f"{patient.path}/events", patient.headers
    with patient.gateway.http.stream("GET", path, headers=headers) as stream:
        press(patient, question, "Yes, delete it all")
        kinds = [line for line in stream.iter_lines() if line.startswith("event:")]
    assert kinds == ["event: ended"]


def test_it_can_be_done_while_staff_hold_the_conversation(patient: Patient) -> None:
    services = patient.gateway.services
    now = services.clock.now()
    with services.database.write() as session:
        account = add_account(
            session,
            "glamour",
            login=f"{patient.id}@example.com",
            name="Maria",
            role=Role.STAFF,
            password_hash="x",
            temporary=False,
            now=now,
        )
        request_person(session, "glamour", patient.id, "asked", now)
        assert take(session, "glamour", patient.id, account.id, holder=None, now=now)
    (question,) = patient.say("delete my data")
    assert press(patient, question, "Yes, delete it all").json()["ended"] is True
    with services.database.read() as session:
        assert find_handover(session, patient.id) is None


def test_the_dialogue_s_question_is_confirmed_the_same_way(patient: Patient, rasa: StandIn) -> None:
    button = {
        "title": "Yes, delete it all",
        "payload": '/privacy{"do": "delete_confirmed"}',
        "topic": "privacy",
    }
    asked = custom("Shall I delete this chat for good?", "privacy", buttons=[button])
    rasa.answering = lambda _body: json.dumps([asked]).encode()
    patient.say("I regret having told you all that, can you make it unsaid?")
    assert patient.post({"text": "yes"}).json()["ended"] is True
    assert rows(patient.gateway, patient.id) == 0


# --- a copy


def test_a_copy_comes_behind_a_link(patient: Patient) -> None:
    patient.say("<b>my own</b> words")
    (reply,) = patient.say("send me my data")
    assert "10 minutes" in reply["text"]
    assert "effect" not in reply
    link = link_in(reply)
    assert link.startswith(patient.gateway.address)
    http = patient.gateway.http
    door = http.get(link)
    assert door.status_code == 200
    assert "my own" not in door.text
    page = http.post(link)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "&lt;b&gt;my own&lt;/b&gt; words" in page.text
    assert "<b>my own" not in page.text
    file = http.post(f"{link}/file")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "<b>my own</b> words" in [message["text"] for message in file.json()["messages"]]
    for answer in (door, page, file):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_copy_that_the_dialogue_heard_comes_too(patient: Patient, rasa: StandIn) -> None:
    wanted = custom("I can't make a link here.", "privacy", effect="send_data")
    rasa.answering = lambda _body: json.dumps([custom("It is $450."), wanted]).encode()
    cost, copy = patient.say("how much is it and how do I obtain what you wrote down")
    assert cost["text"] == "It is $450."
    assert patient.gateway.http.post(link_in(copy)).status_code == 200


def test_a_link_opens_its_own_conversation_only(patient: Patient) -> None:
    other = patient.gateway.open()
    other.say("a secret of someone else")
    (reply,) = patient.say("send me my data")
    assert "secret" not in patient.gateway.http.post(f"{link_in(reply)}/file").text


@pytest.mark.parametrize("what", ["", "/file"])
def test_a_link_expires(patient: Patient, what: str) -> None:
    services = patient.gateway.services
    key = secret_key(services.settings)
    now = services.clock.now()
    with time_machine.travel(now - timedelta(minutes=11), tick=False):
        old = link_tokens(key).issue(patient.id)
    with time_machine.travel(now - timedelta(minutes=9), tick=False):
        fresh = link_tokens(key).issue(patient.id)
    http = patient.gateway.http
    assert http.get(f"/my-data/{old}").status_code == 410
    expired = http.post(f"/my-data/{old}{what}")
    assert expired.status_code == 410
    assert "send me my data" in expired.text
    assert http.post(f"/my-data/{fresh}{what}").status_code == 200


@pytest.mark.parametrize("what", ["", "/file"])
def test_a_link_made_up_or_of_a_deleted_chat_shows_nothing(patient: Patient, what: str) -> None:
    http = patient.gateway.http
    assert http.post(f"/my-data/{patient.token}{what}").status_code == 404
    assert http.post(f"/my-data/nonsense{what}").status_code == 404
    (reply,) = patient.say("send me my data")
    http.delete(patient.path, headers=patient.headers)
    assert http.post(f"{link_in(reply)}{what}").status_code == 404


def test_the_link_of_a_public_address(state: Path, rasa: StandIn) -> None:
    public = "https://chat.clinic.example/"
    settings = settings_for(state, rasa_url=rasa.address, public_url=public)
    prepare(settings)
    with serving(settings) as gateway:
        (reply,) = gateway.open().say("send me my data")
        assert link_in(reply).startswith("https://chat.clinic.example/my-data/")


# --- whatever is down


@pytest.mark.parametrize("status", [500, 503])
def test_it_all_works_while_rasa_is_down(patient: Patient, rasa: StandIn, status: int) -> None:
    rasa.status = status
    patient.post({"text": "how much?"})
    (stored,) = patient.say("what do you store?")
    sent = press(patient, stored, "Send me my data").json()["replies"][0]
    assert patient.gateway.http.post(link_in(sent)).status_code == 200
    (question,) = press(patient, sent, "Delete my data").json()["replies"]
    assert press(patient, question, "No, keep it").json()["ended"] is False
    (question,) = patient.say("delete my data")
    assert patient.post({"text": "yes"}).json()["ended"] is True
    assert rows(patient.gateway, patient.id) == 0


def test_a_red_flag_comes_first(patient: Patient) -> None:
    patient.say("delete my data")
    (reply,) = patient.say("yes but I have chest pain and can't breathe")
    assert reply["urgency"] == "emergency"
    assert rows(patient.gateway, patient.id) > 0
