"""Records of a conversation: numbers, replies, buttons, and what belongs to whom."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.care.answer import Answer, Button, Source, State, Verdict
from bot.database import Database
from bot.migrations.schema import upgrade
from bot.records import conversations as records
from bot.records.exchanges import record_exchange, record_late_replies
from bot.records.plain import (
    Author,
    ConversationGoneError,
    Outcome,
    PatientMessage,
    Reply,
)
from bot.records.privacy import delete_conversation, export_conversation
from tests.plain_settings import plain_settings

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
ANSWERED = Outcome.ANSWERED
UNTIL = date(2026, 11, 25)
ANSWER = Answer(
    text="Wait until Wednesday.",
    topic="exercise",
    verdict=Verdict("exercise", State.AVOID, UNTIL),
    sources=(Source("FAQ", "Aftercare"),),
    buttons=(Button("Call me back", "/book", "book"), Button("Walking?", "/walking", "walking")),
)
HELLO = Reply(Answer(text="Hello.", topic="greet"))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(plain_settings(state_dir=tmp_path).database)
    upgrade(database.engine)
    with database.write() as opened:
        yield opened
    database.close()


@pytest.fixture
def conversation(session: Session) -> str:
    return records.open_conversation(session, "glamour", "web", NOW).id


def test_messages_are_numbered_in_each_conversation(session: Session, conversation: str) -> None:
    other = records.open_conversation(session, "glamour", "web", NOW).id
    for _ in range(2):
        for one in (conversation, other):
            record_exchange(session, one, NOW, PatientMessage("hi", ANSWERED), [HELLO, HELLO])
    for one in (conversation, other):
        kept = records.transcript(session, one)
        assert [message.seq for message in kept] == [1, 2, 3, 4, 5, 6]
        assert [message.reply_to for message in kept] == [None, 1, 1, None, 4, 4]


def test_a_reply_is_kept_as_delivered(session: Session, conversation: str) -> None:
    (reply,) = record_exchange(session, conversation, NOW, None, [Reply(ANSWER)]).replies
    assert records.transcript(session, conversation) == [reply]
    assert reply.answer is not None
    buttons = reply.answer.pop("buttons")
    assert reply.answer == {
        "topic": "exercise",
        "known": True,
        "general": False,
        "urgency": "none",
        "verdict": {
            "activity": "exercise",
            "state": "avoid",
            "until": "2026-11-25",
            "disputed": False,
            "phase": None,
        },
        "sources": [{"document": "FAQ", "section": "Aftercare"}],
        "disputed": False,
        "input": None,
        "choices": [],
    }
    assert [(button["title"], button["topic"]) for button in buttons] == [
        ("Call me back", "book"),
        ("Walking?", "walking"),
    ]


def test_a_button_leads_back_to_its_payload(session: Session, conversation: str) -> None:
    (reply,) = record_exchange(session, conversation, NOW, None, [Reply(ANSWER)]).replies
    assert reply.answer is not None
    ids = [button["id"] for button in reply.answer["buttons"]]
    found = records.find_buttons(session, conversation, ids)
    assert [button.payload for button in found] == ["/book", "/walking"]
    other = records.open_conversation(session, "glamour", "web", NOW).id
    assert records.find_buttons(session, other, ids) == []


def test_the_last_moment_moves_on(session: Session, conversation: str) -> None:
    later = NOW + timedelta(hours=1)
    record_exchange(session, conversation, later, PatientMessage("hi", ANSWERED), [HELLO])
    session.expire_all()
    found = records.find_conversation(session, conversation)
    assert found is not None
    assert (found.created_at, found.last_at) == (NOW, later)


def test_late_replies_join_their_message(session: Session, conversation: str) -> None:
    asked = PatientMessage("how much?", Outcome.UNAVAILABLE, client_id="a")
    first = record_exchange(session, conversation, NOW, asked, [HELLO])
    assert first.said is not None
    record_exchange(session, conversation, NOW, PatientMessage("hi", ANSWERED), [HELLO])
    recorded = record_late_replies(
        session, conversation, NOW, [Reply(ANSWER)], to=first.said, outcome=ANSWERED
    )
    (late,) = recorded.replies
    session.expire_all()
    assert [reply.seq for reply in records.replies_to(session, conversation, 1)] == [2, late.seq]
    found = records.find_by_client_id(session, conversation, "a")
    assert found is not None
    assert (found.text, found.outcome) == ("how much?", ANSWERED)
    assert recorded.said == found


def test_only_what_nobody_asked_for_is_looked_back_to(session: Session, conversation: str) -> None:
    record_exchange(session, conversation, NOW, None, [HELLO])
    record_exchange(session, conversation, NOW, PatientMessage("hi", ANSWERED), [HELLO])
    record_exchange(session, conversation, NOW, None, [Reply(ANSWER, Author.STAFF)])
    for after, expected in ((0, [1, 4]), (1, [4]), (4, [])):
        found = records.unasked_after(session, conversation, after)
        assert [message.seq for message in found] == expected


def test_nothing_is_recorded_in_a_deleted_conversation(session: Session, conversation: str) -> None:
    assert delete_conversation(session, conversation) is True
    assert delete_conversation(session, conversation) is False
    with pytest.raises(ConversationGoneError):
        record_exchange(session, conversation, NOW, None, [HELLO])
    assert export_conversation(session, conversation) is None
