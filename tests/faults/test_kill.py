"""kill -9 on each process in the middle of a booking: it is finished, and stored exactly once.

A process is killed between two questions, and under the last answer. As a new Rasa takes a while,
each database sees one of these; with FAULTS=full (`make faults`) both.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Set
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from bot.cli.background import is_ready
from bot.cli.client import Chat, Reply
from bot.cli.ports import any_free_port
from bot.database import Database
from bot.records.requests import StoredRequest, list_requests
from bot.settings import load_settings
from tests.faults.test_under_load import FULL
from tests.stack import own_stack
from tests.waiting import READY_SECONDS, waited_for

CLINIC = "glamour"
PROCESSES = ("gateway", "actions", "rasa")
# So long the yes is on its way when the process is killed under it.
UNDER_WAY = 0.05
BETWEEN, UNDER = "between two questions", "under the answer"
BOTH = frozenset({BETWEEN, UNDER})


@dataclass(frozen=True)
class Stack:
    """A running assistant whose processes are found by the port each listens on."""

    address: str
    ports: dict[str, int]
    http: httpx.Client

    def kill(self, name: str) -> None:
        """Send SIGKILL to the process of this name, and wait until the supervisor's new one runs.

        The others are left alone.
        """
        process = psutil.Process(self._pid(name))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        _wait_for(lambda: is_ready(self.address))

    def _pid(self, name: str) -> int:
        return next(
            one.pid
            for one in psutil.net_connections("tcp")
            if one.status == psutil.CONN_LISTEN
            and tuple(one.laddr)[1:] == (self.ports[name],)
            and one.pid
        )


@pytest.mark.stack
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("database", "when"), [("sqlite", BETWEEN), ("postgresql", UNDER)])
def test_a_booking_survives_each_process(
    database: str, when: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    ports = {name: any_free_port() for name in PROCESSES}
    chosen = {
        "PORT": str(ports["gateway"]),
        "ACTIONS_PORT": str(ports["actions"]),
        "RASA_PORT": str(ports["rasa"]),
    }
    with (
        own_stack(tmp_path, DATABASE_URL=url, **chosen) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as http,
    ):
        stack = Stack(address, ports, http)
        for number, name in enumerate(PROCESSES):
            moments = BOTH if FULL else {when}
            book_through_kills(stack, name, f"dana{number}@example.com", moments)
    stored = requests_in(url or f"sqlite:///{tmp_path}/saphena.db")
    assert sorted(one.reach for one in stored) == [
        f"dana{number}@example.com" for number in range(len(PROCESSES))
    ]
    assert {(one.name, one.reason, one.status) for one in stored} == {("Dana", "my veins", "open")}


def book_through_kills(stack: Stack, name: str, reach: str, moments: Set[str]) -> None:
    """Kill the process at these moments."""
    chat = Chat.open(stack.http, CLINIC)
    (ask,) = chat.say(f"please call me, I'm Dana, {reach}")
    assert "suit you" in ask["text"]
    if BETWEEN in moments:
        stack.kill(name)
    (ask,) = chat.say("any time")
    assert "about" in ask["text"]
    (shown,) = chat.say("my veins")
    assert reach in shown["text"]
    if UNDER in moments:
        under_way = threading.Thread(target=_say_yes_into_the_void, args=(chat,))
        under_way.start()
        time.sleep(UNDER_WAY)
        stack.kill(name)
        under_way.join()
    (done,) = _until_answered(chat, "yes")
    assert "stored your request" in done["text"] or "Nothing was sent twice" in done["text"]


def _say_yes_into_the_void(chat: Chat) -> None:
    """Whether an answer comes back does not matter: the process dies meanwhile."""
    try:
        chat.say("yes")
    except httpx.HTTPError:
        return


def _until_answered(chat: Chat, text: str) -> list[Reply]:
    """Say it until an answer comes back; a new process may not take connections at once."""
    answer: list[Reply] = []

    def answered() -> bool:
        try:
            answer[:] = chat.say(text)
        except httpx.HTTPError:
            return False
        return bool(answer[0]["topic"] == "book")

    _wait_for(answered)
    return answer


def _wait_for(condition: Callable[[], bool]) -> None:
    assert waited_for(condition, READY_SECONDS), "the assistant did not come back"


def requests_in(url: str) -> list[StoredRequest]:
    database = Database(load_settings({"database_url": url}).database)
    try:
        with database.read() as session:
            return list_requests(session, CLINIC)
    finally:
        database.close()
