"""Records of treatments, screenings and events: once for each message, and for one clinic."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy.orm import Session

from actions.effects import Case, Worth, carry_out
from bot.care.booking.request import ContactRequest, Kind
from bot.care.happened import TaskStep, TreatmentTold
from bot.care.moments import Moment
from bot.care.screening import Answers, Outcome, Result, Status
from bot.care.screening.judging import Ground, Reason
from bot.care.turn import ScreeningDone, Unplaced
from bot.database import Database
from bot.records.conversations import open_conversation
from bot.records.events import events_of
from bot.records.privacy import export_conversation
from bot.records.requests import requests_of_conversation
from bot.records.screenings import screenings_of
from bot.records.treatments import treatments_of
from bot.records.unplaced import list_unplaced

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
TREATED = TreatmentTold("sclerotherapy", Moment(date(2026, 11, 20), time(14, 30)), "spider")
SCREENED = ScreeningDone(
    Answers(findings={"pregnant": Status.YES}),
    Result(Outcome.NOT_NOW, (Reason(Outcome.NOT_NOW, Ground.TOLD, "pregnant"),), ()),
)
STARTED = TaskStep("started", "candidate")
FINISHED = TaskStep("finished", "candidate")


@pytest.fixture
def session(emptied: Database) -> Iterator[Session]:
    with emptied.write() as opened:
        yield opened


@pytest.fixture
def conversation(session: Session) -> str:
    return open_conversation(session, "glamour", "web", NOW).id


def test_the_same_message_twice_is_stored_once(session: Session, conversation: str) -> None:
    for _ in range(2):
        about = Case("glamour", conversation, 4, NOW)
        carry_out([SCREENED, TREATED, STARTED, FINISHED], session, about)
    (treatment,) = treatments_of(session, "glamour", conversation)
    assert (treatment.seq, treatment.kind, treatment.vein_kind) == (4, "sclerotherapy", "spider")
    assert (treatment.day, treatment.hour) == (date(2026, 11, 20), "14:30")
    (screening,) = screenings_of(session, "glamour", conversation)
    assert screening.outcome == "not_now"
    assert screening.answers["findings"] == {"pregnant": "yes"}
    assert screening.reasons == [
        {"outcome": "not_now", "ground": "told", "subject": "pregnant", "told": ""}
    ]
    steps = [(one.kind, one.topic) for one in events_of(session, "glamour", conversation)]
    assert steps == [("finished", "candidate"), ("started", "candidate")]


def test_a_correction_is_a_further_row(session: Session, conversation: str) -> None:
    friday = TreatmentTold(None, Moment(date(2026, 11, 20)), None)
    saturday = TreatmentTold(None, Moment(date(2026, 11, 21)), None)
    carry_out([friday], session, Case("glamour", conversation, 2, NOW))
    carry_out([saturday], session, Case("glamour", conversation, 4, NOW))
    told = treatments_of(session, "glamour", conversation)
    assert [(one.seq, one.day, one.hour) for one in told] == [
        (2, date(2026, 11, 20), None),
        (4, date(2026, 11, 21), None),
    ]


def test_another_clinic_sees_nothing(session: Session, conversation: str) -> None:
    carry_out([SCREENED, TREATED, STARTED], session, Case("glamour", conversation, 2, NOW))
    assert treatments_of(session, "true-jewel", conversation) == []
    assert screenings_of(session, "true-jewel", conversation) == []
    assert events_of(session, "true-jewel", conversation) == []


@pytest.mark.parametrize("clinic", ["glamour", "true-jewel"])
def test_nothing_is_stored_of_a_conversation_that_the_clinic_does_not_have(
    session: Session, conversation: str, clinic: str
) -> None:
    gone = "no-such-conversation" if clinic == "glamour" else conversation
    call = ContactRequest(Kind.CALL_BACK, "+13605550199")
    everything: list[Worth] = [SCREENED, TREATED, STARTED, call, Unplaced("what about ponies", ())]
    carry_out(everything, session, Case(clinic, gone, 2, NOW))
    assert treatments_of(session, clinic, gone) == []
    assert requests_of_conversation(session, gone) == []
    assert list_unplaced(session, clinic) == []


def test_the_export_holds_them_as_plain_json(session: Session, conversation: str) -> None:
    carry_out([SCREENED, TREATED, STARTED], session, Case("glamour", conversation, 2, NOW))
    export = export_conversation(session, conversation)
    assert export is not None
    json.dumps(export)
    assert export["treatments"][0]["day"] == "2026-11-20"
    assert export["screenings"][0]["outcome"] == "not_now"
    assert export["events"][0]["topic"] == "candidate"
    assert export["handover"] is None
