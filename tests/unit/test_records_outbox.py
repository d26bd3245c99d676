"""The outbox: each thing is sent once, by one worker, or not at all; on SQLite and PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session

from bot.database import Database
from bot.records.conversations import open_conversation
from bot.records.outbox import (
    LEASE,
    Kind,
    NewSending,
    Sending,
    State,
    cancel,
    claim_due,
    note_trying,
    put_off,
    replan,
    schedule,
    sendings_of,
    settle,
)

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def conversation(emptied: Database) -> str:
    with emptied.write() as session:
        return open_conversation(session, "glamour", "web", NOW).id


@pytest.fixture
def heat(emptied: Database, conversation: str) -> Sending:
    """A claimed reminder."""
    put(emptied, conversation, "heat")
    (claimed,) = claim(emptied)
    return claimed


def put(database: Database, conversation: str, *keys: str, **about: datetime) -> None:
    with database.write() as session:
        for key in keys:
            new = NewSending(Kind.REMINDER, key, about.get("due", NOW), about.get("useful_until"))
            schedule(session, "glamour", conversation, new, NOW)


def claim(database: Database, now: datetime = NOW) -> list[Sending]:
    with database.write() as session:
        return claim_due(session, now, [Kind.REMINDER])


def states(database: Database, conversation: str) -> dict[str, str]:
    with database.read() as session:
        return {one.key: one.state for one in sendings_of(session, conversation)}


def test_what_is_due_is_claimed_in_order_and_once(emptied: Database, conversation: str) -> None:
    put(emptied, conversation, "later", due=NOW - MINUTE)
    put(emptied, conversation, "first", due=NOW - HOUR)
    put(emptied, conversation, "not yet", due=NOW + MINUTE)
    assert [one.key for one in claim(emptied)] == ["first", "later"]
    assert claim(emptied) == []


def test_many_workers_at_once_take_each_thing_once(emptied: Database, conversation: str) -> None:
    keys = [f"reminder {number}" for number in range(60)]
    put(emptied, conversation, *keys)
    with ThreadPoolExecutor(8) as pool:
        taken = [one.key for found in pool.map(claim, [emptied] * 16) for one in found]
    assert sorted(taken) == sorted(keys)


def test_a_dead_worker_s_claim_ends_and_another_sends(
    emptied: Database, conversation: str, heat: Sending
) -> None:
    assert claim(emptied, NOW + LEASE - MINUTE) == []
    (again,) = claim(emptied, NOW + LEASE)
    assert (again.key, again.attempts) == ("heat", 2)
    with emptied.write() as session:
        assert settle(session, heat, State.SENT, NOW + LEASE) is False
        assert settle(session, again, State.SENT, NOW + LEASE) is True
    assert states(emptied, conversation) == {"heat": "sent"}


def test_a_claim_ends_though_the_clock_was_set_back(
    emptied: Database, conversation: str, heat: Sending
) -> None:
    put(emptied, conversation, "flying", due=NOW - 6 * HOUR)
    (later, *_) = claim(emptied, NOW + 3 * HOUR)
    assert claim(emptied, NOW + 3 * HOUR - LEASE) == []
    assert later.key in [one.key for one in claim(emptied, NOW)]


def test_what_may_be_out_already_is_not_sent_again(
    emptied: Database, conversation: str, heat: Sending
) -> None:
    with emptied.write() as session:
        assert note_trying(session, heat, NOW) is True
    assert claim(emptied, NOW + HOUR) == []
    assert states(emptied, conversation) == {"heat": "failed"}


def test_what_nobody_needs_any_more_is_dropped(emptied: Database, conversation: str) -> None:
    put(emptied, conversation, "too late", useful_until=NOW + HOUR)
    put(emptied, conversation, "just in time", useful_until=NOW + 2 * HOUR)
    assert [one.key for one in claim(emptied, NOW + 2 * HOUR)] == ["just in time"]
    assert states(emptied, conversation)["too late"] == "cancelled"


def test_what_is_put_off_comes_again(emptied: Database, conversation: str, heat: Sending) -> None:
    with emptied.write() as session:
        assert put_off(session, heat, NOW + HOUR) is True
    assert claim(emptied, NOW + HOUR - MINUTE) == []
    assert [one.key for one in claim(emptied, NOW + HOUR)] == ["heat"]


def test_a_new_plan_moves_what_is_not_sent(
    emptied: Database, conversation: str, heat: Sending
) -> None:
    with emptied.write() as session:
        settle(session, heat, State.SENT, NOW)
    put(emptied, conversation, "flying monday", due=NOW + HOUR)
    wanted = [NewSending(Kind.REMINDER, key, NOW + HOUR) for key in ("heat", "flying tuesday")]
    with emptied.write() as session:
        replan(session, "glamour", conversation, Kind.REMINDER, wanted, now=NOW)
    assert states(emptied, conversation) == {
        "heat": "sent",
        "flying monday": "cancelled",
        "flying tuesday": "scheduled",
    }


def test_what_was_cancelled_can_be_wanted_again(emptied: Database, conversation: str) -> None:
    put(emptied, conversation, "heat")
    with emptied.write() as session:
        assert cancel(session, conversation, Kind.REMINDER, NOW, reason="asked") == 1
    assert claim(emptied) == []
    put(emptied, conversation, "heat")
    assert [one.key for one in claim(emptied)] == ["heat"]


@pytest.mark.parametrize(
    "too_late",
    [
        pytest.param(partial(settle, state=State.SENT, now=NOW), id="sent"),
        pytest.param(partial(note_trying, now=NOW), id="tried"),
        pytest.param(partial(put_off, due_at=NOW), id="put off"),
    ],
)
def test_what_was_cancelled_meanwhile_is_not_sent(
    emptied: Database,
    conversation: str,
    heat: Sending,
    too_late: Callable[..., bool],
) -> None:
    def change(session: Session) -> bool:
        return too_late(session, sending=heat)

    with emptied.write() as session:
        cancel(session, conversation, Kind.REMINDER, NOW, reason="asked")
    with emptied.write() as session:
        assert change(session) is False
    assert states(emptied, conversation) == {"heat": "cancelled"}
