"""Retention: what is past its time goes, everywhere; what is not stays."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.orm import Session

from bot.care.answer import Answer, Button
from bot.care.booking.request import ContactRequest, Kind, Status
from bot.care.reminders.timetable import Occasion
from bot.care.turn import RemindersSet, Unplaced
from bot.cli.purge import purge as purge_command
from bot.database import Base, Database
from bot.knowledge.models import ClinicRow
from bot.migrations.models import register_all
from bot.purging import Purged, purge, remove_orphans
from bot.records.conversations import open_conversation
from bot.records.exchanges import record_exchange
from bot.records.models import ConversationRow, TrackerEventRow
from bot.records.plain import Outcome, PatientMessage, Reply
from bot.records.reminders import end_reminders, remind
from bot.records.requests import close_request, save_request
from bot.records.unplaced import add_unplaced, list_unplaced

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
DEFAULT = 30


@pytest.fixture
def database(emptied: Database) -> Database:
    """A database with a clinic of the default, and one that keeps 7 days."""
    with emptied.write() as session:
        session.add_all([clinic("glamour", None), clinic("short", 7)])
    return emptied


def clinic(clinic_id: str, days: int | None) -> ClinicRow:
    return ClinicRow(
        id=clinic_id,
        name=clinic_id.title(),
        treatments=["sclerotherapy"],
        country="US",
        time_zone="America/Los_Angeles",
        emergency_number="911",
        retention_days=days,
        document_title="FAQ",
        checksum="0",
        imported_at=NOW,
    )


def talked(database: Database, clinic_id: str, days_ago: float) -> str:
    """Leave a conversation whose last message is so many days old."""
    then = NOW - timedelta(days=days_ago)
    with database.write() as session:
        conversation = open_conversation(session, clinic_id, "web", then).id
        reply = Reply(Answer("$450.", "cost", buttons=(Button("Call me", "/book", "book"),)))
        said = PatientMessage("how much?", Outcome.ANSWERED)
        record_exchange(session, conversation, then, said, [reply])
        session.add(TrackerEventRow(sender_id=conversation, type_name="user", data="{}"))
    return conversation


def asked_for_a_call(database: Database, conversation: str, days_ago: float) -> str:
    then = NOW - timedelta(days=days_ago)
    wanted = ContactRequest(Kind.CALL_BACK, f"{conversation}@example.com")
    with database.write() as session:
        return save_request(session, "glamour", conversation, wanted, then)


def waits_for_a_reminder(database: Database, conversation: str, in_days: float) -> None:
    due = NOW + timedelta(days=in_days)
    with database.write() as session:
        told = RemindersSet(None, (Occasion(due.date(), due, due),))
        remind(session, "glamour", conversation, told, NOW)


def test_while_it_looks_for_orphans_nobody_waits_to_write(database: Database) -> None:
    conversation = talked(database, "glamour", days_ago=1)
    with database.write() as session:
        session.add(TrackerEventRow(sender_id="gone", type_name="user", data="{}"))
    seen = list[str]()

    def note(_connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    event.listen(database.engine, "before_cursor_execute", note)
    assert remove_orphans(database) == 1
    assert "DELETE" in seen
    seen.clear()
    assert remove_orphans(database) == 0
    assert set(seen) <= {"BEGIN", "SELECT"}
    with database.read() as session:
        assert session.scalars(select(TrackerEventRow.sender_id)).all() == [conversation]


def left(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(ConversationRow.id)))


def rows_by_table(session: Session) -> dict[str, int]:
    register_all()
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if "conversation_id" in table.c or table.name in ("events", "conversations", "unplaced")
    }


def test_what_is_past_its_time_goes_from_every_table(database: Database) -> None:
    talked(database, "glamour", 31)
    assert purge(database, DEFAULT, NOW)[0] == Purged("glamour", 30, 1, 0)
    with database.read() as session:
        assert set(rows_by_table(session).values()) == {0}


@pytest.mark.parametrize(
    ("clinic_id", "days_ago", "stays"),
    [
        ("glamour", 29.9, True),
        ("glamour", 30.1, False),
        ("short", 6.9, True),
        ("short", 7.1, False),
        ("gone", 29.9, True),
        ("gone", 30.1, False),
    ],
)
def test_each_clinic_has_its_own_days(
    database: Database, clinic_id: str, days_ago: float, stays: bool
) -> None:
    conversation = talked(database, clinic_id, days_ago)
    purge(database, DEFAULT, NOW)
    assert (conversation in left(database)) is stays


@pytest.mark.parametrize(
    ("days_ago", "status", "stays"),
    [
        (31, Status.OPEN, True),
        (59, Status.OPEN, True),
        (61, Status.OPEN, False),
        (31, Status.DONE, False),
        (31, Status.WITHDRAWN, False),
        (29, Status.DONE, True),
    ],
)
def test_an_open_request_waits_twice_as_long(
    database: Database, days_ago: float, status: Status, stays: bool
) -> None:
    conversation = talked(database, "glamour", days_ago)
    request = asked_for_a_call(database, conversation, days_ago)
    with database.write() as session:
        close_request(session, "glamour", request, status, now=NOW)
    purge(database, DEFAULT, NOW)
    assert (conversation in left(database)) is stays


def test_a_dry_run_only_counts(database: Database) -> None:
    talked(database, "glamour", 31)
    kept_for_review(database, 31)
    before = left(database)
    assert purge(database, DEFAULT, NOW, dry_run=True) == [
        Purged("glamour", 30, 1, 1),
        Purged("short", 7, 0, 0),
    ]
    assert left(database) == before
    with database.read() as session:
        assert len(list_unplaced(session, "glamour")) == 1


def test_messages_kept_for_review_go_too(database: Database) -> None:
    kept_for_review(database, 31)
    kept_for_review(database, 29)
    assert purge(database, DEFAULT, NOW)[0].unplaced == 1
    with database.read() as session:
        assert [row.text for row in list_unplaced(session, "glamour")] == ["29 days ago"]


def kept_for_review(database: Database, days_ago: int) -> None:
    day = (NOW - timedelta(days=days_ago)).date()
    with database.write() as session:
        add_unplaced(session, "glamour", day, Unplaced(f"{days_ago} days ago", ()))


def test_again_finds_nothing(database: Database) -> None:
    talked(database, "glamour", 31)
    assert sum(one.conversations for one in purge(database, DEFAULT, NOW)) == 1
    assert sum(one.conversations for one in purge(database, DEFAULT, NOW)) == 0


def test_two_at_once_remove_each_conversation_once(database: Database) -> None:
    for _ in range(20):
        talked(database, "glamour", 31)
    kept = talked(database, "glamour", 1)
    removed: list[int] = []

    def work() -> None:
        removed.append(sum(one.conversations for one in purge(database, DEFAULT, NOW)))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(removed) == 20
    assert left(database) == {kept}


def test_the_command_line_says_what_it_removed(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.setenv("NOW", NOW.isoformat())
    monkeypatch.setenv("RETENTION_DAYS", "10")
    conversation = talked(database, "glamour", 11)
    purge_command(dry_run=True)
    assert "glamour: kept 10 days; to remove: 1 conversations" in capsys.readouterr().out
    assert left(database) == {conversation}
    purge_command(dry_run=False)
    assert "removed: 1 conversations" in capsys.readouterr().out
    assert left(database) == set()


def test_a_reminder_to_come_keeps_a_chat_but_not_for_ever(database: Database) -> None:
    kept, stopped, too_old = (talked(database, "glamour", days) for days in (31, 31, 61))
    for one in (kept, stopped, too_old):
        waits_for_a_reminder(database, one, in_days=3)
    with database.write() as session:
        end_reminders(session, stopped, NOW)
    purge(database, DEFAULT, NOW)
    assert left(database) == {kept}
