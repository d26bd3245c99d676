"""Asking for a person: what is stored, once, and whose it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.database import Database
from bot.migrations.schema import upgrade
from bot.records.conversations import open_conversation
from bot.records.handover import find_handover, request_person
from bot.records.plain import ConversationGoneError
from bot.records.privacy import delete_conversation
from tests.plain_settings import plain_settings

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(plain_settings(state_dir=tmp_path).database)
    upgrade(database.engine)
    with database.write() as opened:
        yield opened
    database.close()


@pytest.fixture
def conversation(session: Session) -> str:
    return open_conversation(session, "glamour", "web", NOW).id


def test_asking_for_a_person_waits(session: Session, conversation: str) -> None:
    assert find_handover(session, conversation) is None
    request_person(session, "glamour", conversation, "asked", NOW)
    found = find_handover(session, conversation)
    assert found is not None
    assert (found.state, found.reason, found.asked_at) == ("waiting", "asked", NOW)


def test_asking_twice_is_one_wait(session: Session, conversation: str) -> None:
    request_person(session, "glamour", conversation, "asked", NOW)
    request_person(session, "glamour", conversation, "complaint", LATER)
    found = find_handover(session, conversation)
    assert found is not None
    assert (found.reason, found.asked_at) == ("asked", NOW)


def test_another_clinic_s_conversation_cannot_be_handed_over(
    session: Session, conversation: str
) -> None:
    with pytest.raises(ConversationGoneError):
        request_person(session, "true-jewel", conversation, "asked", NOW)
    with pytest.raises(ConversationGoneError):
        request_person(session, "glamour", "no-such-conversation", "asked", NOW)


def test_a_handover_goes_with_its_conversation(session: Session, conversation: str) -> None:
    request_person(session, "glamour", conversation, "asked", NOW)
    assert delete_conversation(session, conversation)
    session.expire_all()
    assert find_handover(session, conversation) is None
