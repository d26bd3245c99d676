"""Deleting a conversation: no table keeps a row of it, and nobody else loses one."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from actions.effects import Case, carry_out
from bot.care.answer import Answer, Button
from bot.care.booking.request import ContactRequest, Kind
from bot.care.happened import TaskStep, TreatmentTold
from bot.care.moments import Moment
from bot.care.reminders.timetable import Occasion
from bot.care.screening import Answers, Outcome, Result
from bot.care.turn import RemindersSet, ScreeningDone, Unplaced
from bot.database import Base, Database
from bot.migrations.models import register_all
from bot.records.alerts import NewAlert, add_alert
from bot.records.conversations import open_conversation
from bot.records.exchanges import record_exchange
from bot.records.handover import request_person
from bot.records.models import TrackerEventRow, TrackerSnapshotRow
from bot.records.plain import Outcome as Answered
from bot.records.plain import PatientMessage, Reply
from bot.records.privacy import delete_conversation, export_conversation
from bot.records.telegram_chats import TelegramChatRow, note_sent
from bot.records.unplaced import add_unplaced, list_unplaced
from bot.text.redact import redact

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
WORDS = "my cousin Wilhelmina saw the veins"
EFFECTS = (
    ScreeningDone(Answers(), Result(Outcome.NEEDS_CLINICIAN, (), ())),
    TreatmentTold(None, Moment(date(2026, 11, 20)), "spider"),
    TaskStep("started", "candidate"),
    RemindersSet(None, (Occasion(date(2026, 11, 23), NOW, NOW),)),
)


def whole_conversation(session: Session, reach: str) -> str:
    """Leave a row in every table that has rows of a conversation."""
    conversation = open_conversation(session, "glamour", "web", NOW).id
    reply = Reply(Answer("All right.", "cost", buttons=(Button("Call me", "/book", "book"),)))
    said = PatientMessage(WORDS, Answered.ANSWERED)
    record_exchange(session, conversation, NOW, said, [reply])
    alert = NewAlert("clot", "urgent", "pattern")
    add_alert(session, conversation, clinic_id="glamour", seq=1, new=alert, now=NOW)
    request_person(session, "glamour", conversation, "asked", NOW)
    effects = (ContactRequest(Kind.CALL_BACK, reach), *EFFECTS)
    carry_out(effects, session, Case("glamour", conversation, 1, NOW))
    session.add(TrackerEventRow(sender_id=conversation, type_name="user", data="{}"))
    session.add(TrackerSnapshotRow(sender_id=conversation, last_event_id=1, slots="{}"))
    chat = len(reach)  # one of its own for each
    session.add(TelegramChatRow(conversation_id=conversation, clinic_id="glamour", chat_id=chat))
    session.flush()
    note_sent(session, conversation, seq=2, part=0, message_id=7)
    return conversation


def tables_of_a_conversation() -> list[tuple[Table, ColumnElement[str]]]:
    """Every table that names a conversation, found by its columns."""
    register_all()
    names = ("conversation_id", "sender_id")
    found: list[tuple[Table, ColumnElement[str]]] = []
    for table in Base.metadata.sorted_tables:
        column = next((table.c[name] for name in names if name in table.c), None)
        if table.name == "conversations":
            column = table.c.id
        if column is not None:
            found.append((table, column))
    return found


def rows_of(session: Session, conversation: str) -> dict[str, int]:
    return {
        table.name: session.scalar(
            select(func.count()).select_from(table).where(column == conversation)
        )
        or 0
        for table, column in tables_of_a_conversation()
    }


def test_no_table_keeps_a_row_and_others_lose_none(emptied: Database) -> None:
    with emptied.write() as session:
        mine = whole_conversation(session, "one@example.com")
        other = whole_conversation(session, "other@example.com")
    with emptied.read() as session:
        before = rows_of(session, other)
        # A table that is new here has to be filled above, and deleted from.
        assert len(before) >= 10
        assert all(before.values()), before
    with emptied.write() as session:
        assert delete_conversation(session, mine) is True
    with emptied.read() as session:
        assert set(rows_of(session, mine).values()) == {0}
        assert rows_of(session, other) == before


def test_the_export_names_every_kind_of_record(emptied: Database) -> None:
    with emptied.write() as session:
        mine = whole_conversation(session, "one@example.com")
        export = export_conversation(session, mine)
    assert export is not None
    assert all(export.values()), [key for key, value in export.items() if not value]


@pytest.mark.parametrize("said", [WORDS, "call Wilhelmina on 415 555 0132 about ponies"])
def test_what_was_kept_for_review_goes_too(emptied: Database, said: str) -> None:
    with emptied.write() as session:
        conversation = open_conversation(session, "glamour", "web", NOW).id
        record_exchange(session, conversation, NOW, PatientMessage(said, Answered.ANSWERED), [])
        add_unplaced(session, "glamour", NOW.date(), Unplaced(redact(said), ("cost",)))
        add_unplaced(session, "glamour", NOW.date(), Unplaced("of somebody else", ()))
        add_unplaced(session, "true-jewel", NOW.date(), Unplaced(redact(said), ()))
    with emptied.write() as session:
        delete_conversation(session, conversation)
    with emptied.read() as session:
        assert [row.text for row in list_unplaced(session, "glamour")] == ["of somebody else"]
        assert len(list_unplaced(session, "true-jewel")) == 1
