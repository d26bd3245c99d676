"""The console at work: what is open, one conversation, answering, exporting, and who may see it."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.care.booking.request import ContactRequest, Kind
from bot.gateway.staff.board import plain_cell
from bot.records.requests import save_request
from bot.records.screenings import ScreeningRow
from tests.channels.desk import Browser, Desk, open_desk
from tests.channels.serving import Patient
from tests.channels.standin import StandIn
from tests.channels.test_events import Event, events

RED_FLAG = "I can't breathe and my chest hurts"
EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def add_request(desk: Desk, patient: Patient, **told: Any) -> str:
    wanted = ContactRequest(Kind.CALL_BACK, "+13605550199", **told)
    with desk.gateway.services.database.write() as session:
        return save_request(session, desk.clinic, patient.id, wanted, datetime.now(UTC))


def chat(patient: Patient) -> str:
    return f"/staff/conversations/{patient.id}"


def section(page: httpx.Response, name: str) -> str:
    """The list of this id on a page."""
    found = re.search(rf'<[uo]l[^>]* id="{name}".*?</[uo]l>', page.text, re.DOTALL)
    assert found, page.text
    return found[0]


def test_the_board_has_red_flags_first(desk: Desk) -> None:
    calm, waiting, flagged = desk.patient(), desk.patient(), desk.patient()
    desk.ask_for_person(waiting)
    waiting.say("anybody there?")
    flagged.say(RED_FLAG)
    add_request(desk, calm, name="Dana Fox")
    page = desk.browser(desk.maria).get("/staff")
    assert "(2) Open now" in page.text
    order = [page.text.index(f'id="{name}"') for name in ("flags", "waiting", "held", "requests")]
    assert order == sorted(order)
    assert flagged.id in section(page, "flags")
    assert "I can&#39;t breathe" in section(page, "flags")
    assert waiting.id in section(page, "waiting")
    assert "anybody there?" in section(page, "waiting")
    assert "Dana Fox" in section(page, "requests")


def test_graver_and_unsettled_red_flags_stand_first(desk: Desk) -> None:
    settled, soon, emergency = desk.patient(), desk.patient(), desk.patient()
    settled.say(RED_FLAG)
    settled.say("help is on the way")
    soon.say("my calf is a bit swollen")
    emergency.say(RED_FLAG)
    flags = section(desk.browser(desk.maria).get("/staff"), "flags")
    assert flags.index(emergency.id) < flags.index(soon.id) < flags.index(settled.id)
    assert "help is coming" in flags


def test_a_conversation_shows_transcript_and_request(desk: Desk) -> None:
    patient = desk.patient()
    patient.say("how much is a session?")
    add_request(desk, patient, name="Dana Fox", preferred="mornings", reason="price")
    page = desk.browser(desk.maria).get(chat(patient))
    log = section(page, "log")
    assert "how much is a session?" in log
    assert "You said: how much is a session?" in log
    requests = section(page, "requests")
    assert all(word in requests for word in ("Dana Fox", "+13605550199", "mornings", "price"))


def test_a_screening_is_shown_unless_the_patient_left_it_out(desk: Desk) -> None:
    patient = desk.patient()
    patient.say("am I a candidate?")
    reason = {
        "outcome": "needs_clinician",
        "ground": "condition",
        "subject": "blood_thinner",
        "told": "Eliquis",
    }
    with desk.gateway.services.database.write() as session:
        screening = ScreeningRow(
            conversation_id=patient.id,
            seq=2,
            clinic_id=desk.clinic,
            answers={"findings": {"blood_thinner": "yes"}},
            outcome="needs_clinician",
            reasons=[reason],
            judged_at=datetime.now(UTC),
        )
        session.add(screening)
    browser = desk.browser(desk.maria)
    page = browser.get(chat(patient))
    assert "needs a clinician first" in page.text
    assert "blood thinner: Eliquis" in page.text
    add_request(desk, patient, name="Dana Fox")
    assert "Eliquis" not in browser.get(chat(patient)).text
    summary = {"outcome": "needs_clinician", "summary": "A clinician decides first."}
    add_request(desk, patient, name="Dana Fox", screening=summary)
    page = browser.get(chat(patient))
    assert "blood thinner: Eliquis" in page.text
    assert "A clinician decides first." in section(page, "requests")


def test_take_over_answer_and_give_back(desk: Desk, rasa: StandIn) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    browser = desk.browser(desk.maria)
    page = browser.get(chat(patient))
    assert "waits for a person" in page.text
    page = browser.post(f"{chat(patient)}/take", holder="")
    assert "You hold this chat" in page.text
    assert patient.say("hello?") == []
    page = browser.post(f"{chat(patient)}/messages", text="Good evening.", form="f1")
    assert "Good evening." in section(page, "log")
    assert patient.transcript()[-1] == ("staff", "Good evening.")
    page = browser.post(f"{chat(patient)}/give-back")
    assert "The assistant answers this chat." in page.text
    assert patient.say("price?")[0]["from"] == "assistant"
    done = [action for action, who in desk.audit() if who == desk.maria.login]
    assert done == [
        "logged_in",
        "saw_requests",
        "saw_conversation",
        "took",
        "answered",
        "gave_back",
    ]


def test_the_same_form_twice_is_one_message(desk: Desk) -> None:
    patient = desk.patient()
    browser = desk.browser(desk.maria)
    browser.post(f"{chat(patient)}/take", holder="")
    for _ in range(2):
        page = browser.post(f"{chat(patient)}/messages", text="Once.", form="same")
        assert page.status_code == 200
    assert [text for author, text in patient.transcript() if author == "staff"] == ["Once."]


def test_what_cannot_be_sent_is_kept_with_the_reason(desk: Desk) -> None:
    patient = desk.patient()
    maria, paul = desk.browser(desk.maria), desk.browser(desk.paul)
    maria.post(f"{chat(patient)}/take", holder="")
    long = maria.post(f"{chat(patient)}/messages", text="v" * 1001, form="f1")
    assert (long.status_code, "longer than 1000" in long.text) == (422, True)
    assert "v" * 1001 in long.text
    assert maria.post(f"{chat(patient)}/messages", text="  ", form="f2").status_code == 422
    paul.post(f"{chat(patient)}/take", holder=desk.maria.id)
    late = maria.post(f"{chat(patient)}/messages", text="Take two tablets", form="f3")
    assert late.status_code == 409
    assert "You do not hold this chat" in late.text
    assert "Take two tablets" in late.text
    assert "Paul holds this chat" in late.text
    assert "staff" not in [author for author, _ in patient.transcript()]


def test_of_two_who_take_over_one_is_told_that_it_is_too_late(desk: Desk) -> None:
    patient = desk.patient()
    maria, paul = desk.browser(desk.maria), desk.browser(desk.paul)
    maria.post(f"{chat(patient)}/take", holder="")
    page = paul.post(f"{chat(patient)}/take", holder="")
    assert "Somebody else took this chat" in page.text
    assert "Take over from Maria" in page.text


def test_red_flags_are_marked_as_dealt_with(desk: Desk) -> None:
    patient = desk.patient()
    patient.say(RED_FLAG)
    browser = desk.browser(desk.maria)
    assert "Red flags are dealt with" in browser.get(chat(patient)).text
    page = browser.post(f"{chat(patient)}/flags-done")
    assert "Red flags are dealt with" not in page.text
    assert patient.id not in section(browser.get("/staff"), "flags")
    assert ("done", desk.maria.login) in desk.audit()


def test_a_wait_is_closed_and_the_patient_is_told(desk: Desk) -> None:
    patient = desk.patient()
    desk.ask_for_person(patient)
    browser = desk.browser(desk.maria)
    for _ in range(2):
        browser.post(f"{chat(patient)}/end-wait")
    assert [text for author, text in patient.transcript() if author == "system"] == [
        patient.transcript()[-1][1]
    ]
    assert patient.transcript()[-1][1].startswith("Nobody at Harbor Vein is free")
    assert patient.id not in section(browser.get("/staff"), "waiting")


def test_a_request_is_marked_as_done_with_a_note(desk: Desk) -> None:
    patient = desk.patient()
    request = add_request(desk, patient, name="Dana Fox")
    browser = desk.browser(desk.maria)
    page = browser.post(f"/staff/requests/{request}/done", note="called", next=chat(patient))
    assert page.url.path == chat(patient)
    assert "called" in section(page, "requests")
    assert "Dana Fox" not in section(browser.get("/staff"), "requests")


def test_another_clinic_s_things_do_not_exist(desk: Desk) -> None:
    other = open_desk(desk.gateway, "Elsewhere")
    patient = desk.patient()
    patient.say(RED_FLAG)
    desk.ask_for_person(patient)
    request = add_request(desk, patient, name="Dana Fox")
    stranger = other.browser(other.olga)
    assert stranger.get(chat(patient)).status_code == 404
    for act in ("take", "messages", "give-back", "end-wait", "flags-done"):
        answer = stranger.post(f"{chat(patient)}/{act}", text="hello", form="f")
        assert answer.status_code == 404, act
    assert stranger.post(f"/staff/requests/{request}/done").status_code == 404
    board = stranger.get("/staff").text
    assert patient.id not in board
    assert "Dana Fox" not in board
    assert "Dana Fox" not in stranger.get("/staff/requests.csv").text
    assert patient.id not in stranger.get("/staff/audit").text
    assert len(patient.transcript()) == 3
    assert patient.id in desk.browser(desk.maria).get("/staff").text


@pytest.mark.parametrize("odd", ["no-such", "%00", "é", "x" * 300, "..%2f..%2fetc"])
def test_odd_addresses_are_not_found(desk: Desk, odd: str) -> None:
    browser = desk.browser(desk.maria)
    assert browser.get(f"/staff/conversations/{odd}").status_code == 404
    assert browser.post(f"/staff/requests/{odd}/done").status_code == 404


def test_what_patients_write_is_shown_as_text(desk: Desk) -> None:
    patient = desk.patient()
    patient.say(f"{RED_FLAG}. {EVIL}")
    desk.ask_for_person(patient)
    patient.say(EVIL)
    add_request(desk, patient, name=EVIL, preferred=EVIL, reason=EVIL, topic="cost")
    browser = desk.browser(desk.maria)
    browser.post(f"{chat(patient)}/take", holder="")
    for path in ("/staff", chat(patient)):
        page = browser.get(path)
        assert "&lt;script&gt;" in page.text
        assert "<script>" not in page.text
        assert "<img" not in page.text
    for text in (EVIL, '"></textarea><script>'):
        page = browser.post(f"{chat(patient)}/messages", text=text + "v" * 1000, form="f")
        assert "<script>" not in page.text


def test_the_login_form_shows_names_as_text(desk: Desk) -> None:
    page = desk.browser().log_in('"><script>alert(1)</script>', "wrong")
    assert "<script>" not in page.text


def test_pages_allow_no_script_of_their_own(desk: Desk) -> None:
    patient = desk.patient()
    browser = desk.browser(desk.olga)
    for path in ("/staff", chat(patient), "/staff/audit", "/staff/accounts", "/staff/password"):
        page = browser.get(path)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=|style=", page.text)
    for file in ("console.js", "console.css"):
        assert browser.get(f"/staff/static/{file}").status_code == 200


def test_the_export_is_a_table_of_this_clinic(desk: Desk) -> None:
    patient = desk.patient()
    add_request(desk, patient, name="Dana Fox", reason='two lines\nand "quotes"')
    answer = desk.browser(desk.maria).get("/staff/requests.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["name"], row["reason"]) == ("Dana Fox", 'two lines\nand "quotes"')
    assert row["reach"] == "'+13605550199"
    assert ("exported_requests", desk.maria.login) in desk.audit()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Dana Fox", "Dana Fox"),
        ("", ""),
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+1 360 555 0199", "'+1 360 555 0199"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("a=1", "a=1"),
    ],
)
def test_no_cell_is_a_formula(cell: str, written: str) -> None:
    assert plain_cell(cell) == written


def test_the_audit_tells_who_saw_and_did_what_and_nothing_of_patients(desk: Desk) -> None:
    patient = desk.patient()
    patient.say(f"{RED_FLAG}, Dana Fox here")
    maria = desk.browser(desk.maria)
    for _ in range(3):
        maria.get(chat(patient))
    page = desk.browser(desk.olga).get("/staff/audit")
    assert page.text.count("saw a chat") == 1
    assert "red flag raised" in page.text
    assert desk.maria.login in page.text
    assert patient.id in page.text
    assert "Dana" not in page.text
    desk.gateway.http.delete(patient.path, headers=patient.headers)
    assert patient.id in desk.browser(desk.olga).get("/staff/audit").text


@contextmanager
def streaming(browser: Browser, conversation: str = "") -> Iterator[Iterator[Event]]:
    path = f"/staff/events?conversation={conversation}"
    with browser.http.stream("GET", path, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield events(answer.iter_lines())


def test_the_open_list_hears_of_what_happens(desk: Desk) -> None:
    patient = desk.patient()
    with streaming(desk.browser(desk.maria)) as stream:
        assert next(stream)["event"] == "changed"
        patient.say(RED_FLAG)
        assert next(stream)["event"] == "changed"
        desk.ask_for_person(patient)
        assert next(stream)["event"] == "changed"
        patient.say("hello? are you there?")
        assert next(stream)["event"] == "changed"


def test_the_open_conversation_hears_the_patient(desk: Desk) -> None:
    patient = desk.patient()
    with streaming(desk.browser(desk.maria), patient.id) as stream:
        assert next(stream)["event"] == "changed"
        patient.say("price?")
        assert next(stream)["event"] == "changed"


def test_an_open_page_ends_with_its_session(desk: Desk) -> None:
    browser = desk.browser(desk.maria)
    with streaming(browser) as stream:
        next(stream)
        other = Browser(desk.gateway.address)
        other.http.cookies = browser.http.cookies
        other.get("/staff")
        other.post("/staff/logout")
        assert next(stream)["event"] == "ended"


def test_an_open_page_makes_its_clinic_s_staff_online(desk: Desk, rasa: StandIn) -> None:
    patient, elsewhere = desk.patient(), open_desk(desk.gateway).patient()
    patient.say("before")
    with streaming(desk.browser(desk.maria)) as stream:
        next(stream)
        patient.say("now")
        elsewhere.say("now")
    seen = {
        (body["sender"], body["message"]): body["metadata"].get("staff_online", False)
        for body in rasa.messages
    }
    assert seen == {
        (patient.id, "before"): False,
        (patient.id, "now"): True,
        (elsewhere.id, "now"): False,
    }
