"""Two tabs of one conversation, and a patient who comes back late; against the real processes."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.client import Chat, Reply
from bot.database import Database
from bot.records.requests import StoredRequest, list_requests
from bot.settings import load_settings
from tests.stack import Saphena

CLINIC = "glamour"
HOUR = 3_600


@pytest.fixture
def tabs(saphena: Saphena) -> tuple[Chat, Chat]:
    """Two tabs of one browser: the same conversation, each knowing only what it was told."""
    one = saphena.open(CLINIC)
    return one, Chat(saphena.http, one.id, one.token)


def both_at_once(*calls: tuple[Chat, str]) -> list[list[Reply]]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call[0].say(call[1]), calls))


def transcript(chat: Chat) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = chat.request("GET", "/messages").json()["messages"]
    return lines


def requests_to(saphena: Saphena, reach: str) -> list[StoredRequest]:
    database = Database(load_settings({"state_dir": str(saphena.state)}).database)
    with closing(database), database.read() as session:
        return [one for one in list_requests(session, CLINIC) if one.reach == reach]


def test_a_booking_goes_on_in_the_other_tab(saphena: Saphena, tabs: tuple[Chat, Chat]) -> None:
    left, right = tabs
    left.say("please call me back")
    right.say("Dana Fox, dana.tabs@example.com")
    left.say("any time")
    (shown,) = right.say("my veins")
    assert "Name: Dana Fox" in shown["text"]
    (done,) = left.say("yes")
    assert "stored your request" in done["text"]
    assert [one.name for one in requests_to(saphena, "dana.tabs@example.com")] == ["Dana Fox"]


def test_two_tabs_answer_at_once_and_nothing_is_lost(
    saphena: Saphena, tabs: tuple[Chat, Chat]
) -> None:
    left, right = tabs
    left.say("please call me back")
    both_at_once((left, "my name is Erin Holt"), (right, "erin.tabs@example.com"))
    left.say("any time")
    (shown,) = left.say("brown marks")
    assert "Name: Erin Holt" in shown["text"]
    assert "erin.tabs@example.com" in shown["text"]
    told = [line["text"] for line in transcript(right) if line["from"] == "patient"]
    assert {"my name is Erin Holt", "erin.tabs@example.com"} <= set(told)


def test_the_same_form_finished_in_both_tabs_is_one_request(
    saphena: Saphena, tabs: tuple[Chat, Chat]
) -> None:
    left, right = tabs
    left.say("please call me back. I'm Ines Roy, ines.tabs@example.com, any time, about my veins")
    first, second = both_at_once((left, "yes"), (right, "yes"))
    texts = [reply["text"] for replies in (first, second) for reply in replies]
    assert any("stored your request" in text for text in texts)
    (stored,) = requests_to(saphena, "ines.tabs@example.com")
    assert stored.status == "open"


@pytest.mark.parametrize("hours", [1, 20])
def test_after_a_silence_the_form_goes_on(saphena: Saphena, hours: int) -> None:
    chat = saphena.open(CLINIC)
    chat.say("please call me back, I'm Uma Lind")
    pass_time(saphena.state, chat.id, hours)
    (asked,) = chat.say(f"uma{hours}@example.com")
    assert "suit you" in asked["text"]
    chat.say("any time")
    (shown,) = chat.say("my veins")
    assert "Name: Uma Lind" in shown["text"]


def pass_time(state: Path, conversation: str, hours: int) -> None:
    """Move all that Rasa stored of a conversation back in time: its session is older by that."""
    with closing(sqlite3.connect(state / "saphena.db")) as database, database:
        rows = database.execute(
            "SELECT id, data FROM events WHERE sender_id = ?", (conversation,)
        ).fetchall()
        assert rows
        for number, data in rows:
            event = json.loads(data)
            event["timestamp"] -= hours * HOUR
            database.execute(
                "UPDATE events SET timestamp = ?, data = ? WHERE id = ?",
                (event["timestamp"], json.dumps(event), number),
            )
