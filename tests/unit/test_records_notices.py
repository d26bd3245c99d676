"""Notices to the clinic: put into the outbox with what they are about, and not too many."""

from datetime import UTC, datetime, timedelta

import pytest

from actions.effects import Case, carry_out
from bot.care.booking.request import ContactRequest
from bot.care.booking.request import Kind as Asked
from bot.database import Database
from bot.records.conversations import open_conversation
from bot.records.notices import notify_of_alert, notify_of_request
from bot.records.outbox import (
    Kind,
    NewSending,
    Sending,
    State,
    cancel,
    claim_due,
    put_off,
    schedule,
    sendings_of,
    settle,
)

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADDRESS = {"to": "dana@example.com"}


@pytest.fixture
def conversation(emptied: Database) -> str:
    with emptied.write() as session:
        return open_conversation(session, "glamour", "web", NOW).id


def minutes(database: Database, conversation: str) -> list[float]:
    """When the notices are due, in minutes from now."""
    with database.read() as session:
        return [(one.due_at - NOW) / MINUTE for one in sendings_of(session, conversation)]


def alert(database: Database, conversation: str, level: str, after: float) -> None:
    with database.write() as session:
        notify_of_alert(session, "glamour", conversation, level, NOW + after * MINUTE)


def send_all(database: Database, after: float) -> None:
    now = NOW + after * MINUTE
    with database.write() as session:
        for one in claim_due(session, now, list(Kind)):
            assert settle(session, one, State.SENT, now)


def test_red_flags_within_minutes_are_one_notice(emptied: Database, conversation: str) -> None:
    alert(emptied, conversation, "urgent", 0)
    alert(emptied, conversation, "urgent", 0)
    assert minutes(emptied, conversation) == [0]
    send_all(emptied, 0)
    alert(emptied, conversation, "urgent", 3)
    alert(emptied, conversation, "urgent", 4)
    assert minutes(emptied, conversation) == [0, 10]
    send_all(emptied, 10)
    alert(emptied, conversation, "urgent", 60)
    assert minutes(emptied, conversation) == [0, 10, 60]


def test_a_graver_red_flag_does_not_wait(emptied: Database, conversation: str) -> None:
    alert(emptied, conversation, "urgent", 0)
    send_all(emptied, 0)
    alert(emptied, conversation, "emergency", 1)
    assert minutes(emptied, conversation) == [0, 1]


def test_what_comes_while_a_notice_is_being_sent_is_not_lost(
    emptied: Database, conversation: str
) -> None:
    alert(emptied, conversation, "urgent", 0)
    with emptied.write() as session:
        assert len(claim_due(session, NOW, [Kind.ALERT_NOTICE])) == 1
    alert(emptied, conversation, "urgent", 1)
    assert minutes(emptied, conversation) == [0, 10]


def ask(database: Database, conversation: str, *, notified: bool) -> None:
    wanted = ContactRequest(Asked.CALL_BACK, "+12125550147", "Dana Fox")
    with database.write() as session:
        carry_out([wanted], session, Case("glamour", conversation, 2, NOW, notified))


def test_a_request_is_noted_with_its_notice_or_without(
    emptied: Database, conversation: str
) -> None:
    ask(emptied, conversation, notified=False)
    assert minutes(emptied, conversation) == []
    ask(emptied, conversation, notified=True)
    ask(emptied, conversation, notified=True)
    assert minutes(emptied, conversation) == [2]


def test_what_a_notice_holds(emptied: Database, conversation: str) -> None:
    ask(emptied, conversation, notified=True)
    alert(emptied, conversation, "urgent", 0)
    with emptied.read() as session:
        details = [one.detail for one in sendings_of(session, conversation)]
    assert [detail["about"] for detail in details] == ["urgent", "open"]
    assert all(set(detail) == {"about", "at"} for detail in details)


def test_a_failed_request_undoes_its_notice(emptied: Database, conversation: str) -> None:
    class RolledBackError(Exception):
        pass

    with pytest.raises(RolledBackError), emptied.write() as session:
        notify_of_request(session, "glamour", conversation, NOW)
        raise RolledBackError
    assert minutes(emptied, conversation) == []


@pytest.fixture
def mail(emptied: Database, conversation: str) -> Sending:
    """A claimed mail to a patient."""
    with emptied.write() as session:
        new = NewSending(Kind.PLAN_MAIL, "4", NOW, NOW + MINUTE, ADDRESS)
        schedule(session, "glamour", conversation, new, NOW)
        (claimed,) = claim_due(session, NOW, [Kind.PLAN_MAIL])
        return claimed


def detail(database: Database, conversation: str) -> dict[str, str]:
    with database.read() as session:
        (one,) = sendings_of(session, conversation)
        return one.detail


@pytest.mark.parametrize("state", [State.SENT, State.CANCELLED, State.FAILED])
def test_a_patient_s_address_goes_with_the_settling(
    emptied: Database, conversation: str, mail: Sending, state: State
) -> None:
    assert detail(emptied, conversation) == ADDRESS
    with emptied.write() as session:
        assert settle(session, mail, state, NOW)
    assert detail(emptied, conversation) == {}


def test_a_patient_s_address_goes_when_it_is_cancelled(
    emptied: Database, conversation: str, mail: Sending
) -> None:
    with emptied.write() as session:
        assert cancel(session, conversation, Kind.PLAN_MAIL, NOW, reason="stopped") == 1
    assert detail(emptied, conversation) == {}


def test_a_patient_s_address_goes_when_it_is_too_late(
    emptied: Database, conversation: str, mail: Sending
) -> None:
    with emptied.write() as session:
        assert put_off(session, mail, NOW + MINUTE)
    assert detail(emptied, conversation) == ADDRESS
    with emptied.write() as session:
        assert claim_due(session, NOW + 2 * MINUTE, [Kind.PLAN_MAIL]) == []
    assert detail(emptied, conversation) == {}
