"""Notices to a clinic, through the real processes."""

from contextlib import closing
from datetime import timedelta

from bot.database import Database
from bot.records.outbox import Kind, Sending, sendings_of
from bot.settings import load_settings
from tests.stack import DESK, NOTIFIED, Saphena
from tests.waiting import waited_for


def sendings(saphena: Saphena, conversation: str) -> list[Sending]:
    database = Database(load_settings({"state_dir": str(saphena.state)}).database)
    with closing(database), database.read() as session:
        return sendings_of(session, conversation)


def test_a_request_is_noted_for_a_notice_when_it_is_stored(saphena: Saphena) -> None:
    chat = saphena.open(NOTIFIED)
    for said in ("please call me back", "Dana Fox, 212 555 0147", "any time", "my veins"):
        chat.say(said)
    assert sendings(saphena, chat.id) == []
    chat.say("yes")
    (notice,) = sendings(saphena, chat.id)
    assert (notice.kind, notice.due_at - saphena.now) == (Kind.REQUEST_NOTICE, timedelta(minutes=2))


def test_a_red_flag_reaches_the_clinic_by_mail(saphena: Saphena) -> None:
    chat = saphena.open(NOTIFIED)
    chat.say("I can't breathe and my chest hurts")
    # Other tests' patients may have raised one too.
    found = saphena.mailbox.wait_for(DESK, "Level: emergency.")
    assert found
    assert not any("breathe" in text for text in found)
    waited_for(lambda: [one.state for one in sendings(saphena, chat.id)] == ["sent"])
    assert [one.state for one in sendings(saphena, chat.id)] == ["sent"]


def test_where_nobody_is_notified_nothing_is_noted(saphena: Saphena) -> None:
    chat = saphena.open("glamour")
    chat.say("I can't breathe and my chest hurts")
    assert sendings(saphena, chat.id) == []
