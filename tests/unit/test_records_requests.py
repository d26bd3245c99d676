"""Requests to a clinic: one per person and day, changed instead of doubled, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot.care.booking.request import ContactRequest, Family, Kind, Status, beside
from bot.database import Database
from bot.migrations.schema import upgrade
from bot.records.conversations import open_conversation
from bot.records.privacy import delete_conversation, export_conversation
from bot.records.requests import (
    StoredRequest,
    close_request,
    get_request,
    list_requests,
    requests_of_conversation,
    save_request,
    withdraw_requests,
)
from bot.settings import load_settings
from tests.plain_settings import plain_settings

NOW = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("America/Los_Angeles"))
DANA = ContactRequest(
    Kind.CALL_BACK,
    "+1 415-555-0132",
    "Dana Fox",
    preferred="mornings are best",
    times={"parts": ["morning"]},
    topic="cost",
    reason="What does it cost?",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = plain_settings(state_dir=tmp_path).database
    else:
        url = load_settings({"database_url": request.getfixturevalue("postgres_url")}).database
    database = Database(url)
    upgrade(database.engine)
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as opened:
        yield opened


def conversation(session: Session) -> str:
    return open_conversation(session, "glamour", "web", NOW).id


def only(session: Session, clinic: str = "glamour") -> StoredRequest:
    (request,) = list_requests(session, clinic)
    return request


def test_everything_told_is_kept(session: Session) -> None:
    patient = conversation(session)
    save_request(session, "glamour", patient, replace(DANA, screening={"outcome": "x"}), NOW)
    stored = only(session)
    assert (stored.name, stored.reach, stored.kind) == ("Dana Fox", "+1 415-555-0132", "call_back")
    assert (stored.preferred, stored.times) == ("mornings are best", {"parts": ["morning"]})
    assert (stored.topic, stored.reason) == ("cost", "What does it cost?")
    assert (stored.screening, stored.status, stored.note) == ({"outcome": "x"}, "open", "")
    assert stored.consent_at == stored.created_at == NOW
    assert stored.conversation_id == patient


def test_the_day_is_the_clinics(session: Session) -> None:
    save_request(session, "glamour", conversation(session), DANA, NOW)
    assert only(session).day == date(2026, 11, 24)  # in UTC it is the 25th already


def test_the_same_form_twice_is_one_request_with_the_last_wish(session: Session) -> None:
    patient = conversation(session)
    first = save_request(session, "glamour", patient, DANA, NOW)
    later = replace(DANA, kind=Kind.CONSULTATION, preferred="Friday")
    second = save_request(session, "glamour", patient, later, NOW + timedelta(minutes=5))
    assert first == second
    stored = only(session)
    assert (stored.kind, stored.preferred) == ("consultation", "Friday")
    assert stored.created_at == NOW
    assert stored.changed_at == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("other", "count"),
    [
        (replace(DANA, kind=Kind.CONSULTATION), 1),
        (replace(DANA, kind=Kind.CANCEL), 2),
        (replace(DANA, reach="dana@example.com"), 2),
        (replace(DANA, reach="dana@example.com", replaces=DANA.reach), 1),
        (replace(DANA, replaces=DANA.reach), 1),
    ],
)
def test_what_counts_as_the_same_request(
    session: Session, other: ContactRequest, count: int
) -> None:
    patient = conversation(session)
    for wanted in (DANA, other):
        save_request(session, "glamour", patient, wanted, NOW)
    stored = list_requests(session, "glamour")
    assert len(stored) == count
    assert other.reach in {one.reach for one in stored}


def test_the_next_day_is_another_request(session: Session) -> None:
    patient = conversation(session)
    save_request(session, "glamour", patient, DANA, NOW)
    save_request(session, "glamour", patient, DANA, NOW + timedelta(days=1))
    assert len(list_requests(session, "glamour")) == 2


def test_each_clinic_has_its_own(session: Session) -> None:
    patient = conversation(session)
    for clinic in ("glamour", "true-jewel"):
        save_request(session, clinic, patient, DANA, NOW)
    mine = only(session)
    assert only(session, "true-jewel").id != mine.id
    assert get_request(session, "true-jewel", mine.id) is None
    assert not close_request(session, "true-jewel", mine.id, Status.DONE, now=NOW)
    assert get_request(session, "glamour", mine.id) == mine


def test_a_corrected_number_keeps_the_request(session: Session) -> None:
    patient = conversation(session)
    first = save_request(session, "glamour", patient, DANA, NOW)
    right = replace(DANA, reach="+1 415-555-0199", replaces=DANA.reach)
    assert save_request(session, "glamour", patient, right, NOW) == first
    assert only(session).reach == "+1 415-555-0199"


def test_a_correction_cannot_take_out_a_request_of_another_conversation(session: Session) -> None:
    save_request(session, "glamour", conversation(session), DANA, NOW)
    stranger = replace(DANA, reach="mal@example.com", name="Mal", replaces=DANA.reach)
    save_request(session, "glamour", conversation(session), stranger, NOW)
    assert {one.reach for one in list_requests(session, "glamour")} == {DANA.reach, stranger.reach}


def test_two_people_with_one_phone_both_stand_on_the_request(session: Session) -> None:
    save_request(session, "glamour", conversation(session), DANA, NOW)
    save_request(session, "glamour", conversation(session), replace(DANA, name="Tom Fox"), NOW)
    assert only(session).name == "Dana Fox / Tom Fox"


def test_asking_again_opens_a_closed_request(session: Session) -> None:
    patient = conversation(session)
    request = save_request(session, "glamour", patient, DANA, NOW)
    assert close_request(session, "glamour", request, Status.DONE, note="reached her", now=NOW)
    assert (only(session).status, only(session).note) == ("done", "reached her")
    assert list_requests(session, "glamour", [Status.OPEN]) == []
    save_request(session, "glamour", patient, DANA, NOW)
    assert (only(session).status, only(session).note) == ("open", "reached her")


def test_withdrawing_leaves_others_and_what_is_done_alone(session: Session) -> None:
    mine, other = conversation(session), conversation(session)
    done = save_request(session, "glamour", mine, replace(DANA, kind=Kind.CANCEL), NOW)
    close_request(session, "glamour", done, Status.DONE, now=NOW)
    save_request(session, "glamour", mine, DANA, NOW)
    save_request(session, "glamour", other, replace(DANA, reach="tom@example.com"), NOW)
    assert withdraw_requests(session, mine, Family.APPOINTMENT, NOW) == 0
    assert withdraw_requests(session, mine, Family.CONTACT, NOW) == 1
    session.expire_all()
    assert {one.status for one in requests_of_conversation(session, mine)} == {"done", "withdrawn"}
    assert [one.status for one in requests_of_conversation(session, other)] == ["open"]


def test_export_and_deletion_take_requests_along(session: Session) -> None:
    patient = conversation(session)
    save_request(session, "glamour", patient, DANA, NOW)
    exported = export_conversation(session, patient)
    assert exported is not None
    (request,) = exported["requests"]
    assert (request["preferred"], request["status"]) == ("mornings are best", "open")
    assert delete_conversation(session, patient)
    assert list_requests(session, "glamour") == []


def test_writers_at_once_end_up_with_one_request(database: Database) -> None:
    with database.write() as session:
        tabs = [conversation(session) for _ in range(8)]

    def finish(tab: str) -> str:
        with database.write() as session:
            return save_request(session, "glamour", tab, DANA, NOW)

    with ThreadPoolExecutor(len(tabs)) as pool:
        ids = set(pool.map(finish, tabs))
    with database.read() as session:
        assert ids == {only(session).id}


@pytest.mark.parametrize(
    ("known", "told", "both"),
    [
        ("Dana", "Dana Fox", "Dana Fox"),
        ("Dana Fox", "dana", "Dana Fox"),
        ("Dana Fox", "Tom Fox", "Dana Fox / Tom Fox"),
        ("Dana Fox / Tom Fox", "Tom", "Dana Fox / Tom Fox"),
        ("Dana / Tom", "Dana Fox", "Tom / Dana Fox"),
        ("", "Dana", "Dana"),
        ("Dana", "", "Dana"),
    ],
)
def test_names_beside_each_other(known: str, told: str, both: str) -> None:
    assert beside(known, told) == both
