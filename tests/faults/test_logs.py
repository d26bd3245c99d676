"""No log, nor anything printed, holds what a patient wrote: a whole run, errors included."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.cli.background import is_ready, running
from bot.cli.client import Chat
from bot.cli.ports import LOOPBACK, any_free_port
from tests.faults.processes import kill

# A person nobody else is, and words that stand in no text of ours.
PLANTED = (
    *("Quillfeather", "Zebulon", "marmalade-inbox", "wombatitis", "xylofenol", "borogove"),
    *("212 555 0147", "2125550147", "555-0147", "555 0147", "hunter2-sesame"),
)
NAME, PHONE, MAIL = "Zebulon Quillfeather", "212 555 0147", "zebulon@marmalade-inbox.example"
CONVERSATION = (
    "my veins were injected on Friday, borogove on my leg, can I run tomorrow?",
    "borogove wombatitis what now",
    "does wombatitis matter, and what does it cost",
    "am I a candidate? I take xylofenol",
    "yes",
    "thin red borogove lines on my thighs",
    "I have wombatitis and take xylofenol",
    "stop",
    f"please call me back, I am {NAME}, {PHONE}",
    "yes",
    f"no, rather write to {MAIL}",
    "mornings, before my wombatitis class",
    "yes",
    f"me llamo {NAME}, tengo wombatitis, cuánto cuesta",
    "I have wombatitis and crushing chest pain",
    "help is on the way",
    "I want to talk to a person about my borogove",
    "send me my data",
)


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An assistant of the test's own that logs as much as it can, and its state folder."""
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        "DATABASE_URL": "",
        "STATE_DIR": str(tmp_path),
        "ENVIRONMENT": "test",
        "NOW": "2026-11-24T20:00:00-08:00",
        "RATE_LIMITS": "off",
        "LOG_LEVEL": "DEBUG",
        "RASA_TIMEOUT": "20",
        "PORT": str(port),
        "RASA_PORT": str(any_free_port()),
        "ACTIONS_PORT": str(any_free_port()),
    }
    with (tmp_path / "run.log").open("wb") as printed, running(address, environment, printed):
        yield address, tmp_path


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_no_log_holds_what_a_patient_wrote(stack: tuple[str, Path]) -> None:
    address, state = stack
    with httpx.Client(base_url=address, timeout=40, trust_env=False) as http:
        talk(http)
        refusals(http)
        failures(http, state)
    logged = {path: path.read_text("utf-8", "replace") for path in written(state)}
    # What was provoked did happen, and left its mark.
    everything = "\n".join(logged.values())
    for mark in (
        "delivered conversation=",
        "outcome=unavailable",
        "red flag conversation=",
        "builtins.LookupError",
        "OperationalError",
        "rasa ended with code",
        "actions ended with code",
    ):
        assert mark in everything, f"{mark!r} is missing: this run shows nothing"
    found = [
        f"{path.name}: {line}"
        for path, text in logged.items()
        for line in text.splitlines()
        if any(word.lower() in line.lower() for word in PLANTED)
    ]
    assert found == []


def written(state: Path) -> list[Path]:
    """Every log, and everything that the processes printed; not the database."""
    logs = [*state.rglob("*.log*")]
    assert {"run.log", "saphena.log"} <= {path.name for path in logs}
    return logs


def talk(http: httpx.Client) -> None:
    """Say and do everything that a patient can."""
    chat = Chat.open(http, "glamour")
    for text in CONVERSATION:
        chat.say(text)
    link = chat.said[-1]["text"].partition("my-data/")[2].split()[0]
    assert http.post(f"/my-data/{link}").status_code == 200
    assert "Quillfeather" in http.post(f"/my-data/{link}/file").text
    assert "Quillfeather" in chat.request("GET", "/export").text
    chat.say("delete my data")
    chat.say("yes")


def refusals(http: httpx.Client) -> None:
    """Send what is not accepted, with words in it."""
    chat = Chat.open(http, "glamour")
    path, headers = f"/api/conversations/{chat.id}/messages", {"Authorization": chat.token}
    good = {"Authorization": f"Bearer {chat.token}", "Content-Type": "application/json"}
    calls = (
        http.post(path, content=f'{{"text": "{NAME}', headers=good),
        http.post(path, json={"text": NAME, "borogove": PHONE}, headers=good),
        http.post(path, json={"text": f"{NAME} " * 100}, headers=good),
        http.post(path, json={"button": NAME}, headers=good),
        http.post(path, content=NAME.encode(), headers={**good, "Content-Type": "text/plain"}),
        http.post(path, content=b'{"text": "Quillfeather \xff"}', headers=good),
        http.post(path, json={"text": NAME}, headers=headers),
        http.post("/api/conversations", json={"clinic": NAME}),
        http.get(f"/api/clinics?name={NAME}"),
        http.get(f"/{NAME}/{MAIL}"),
        http.get(f"/my-data/{NAME}"),
        http.post("/staff/login", data={"login": MAIL, "password": "hunter2-sesame"}),
    )
    assert all(call.status_code < 500 for call in calls)
    assert [call.status_code for call in calls[:5]] == [400, 400, 413, 404, 415]


def failures(http: httpx.Client, state: Path) -> None:
    """Let every part fail in the middle of a message."""
    database = state / "saphena.db"
    chat = Chat.open(http, "glamour")
    chat.say(f"hello, I am {NAME}")
    # Another program holds the database for longer than anyone waits.
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    down(chat, f"I am {NAME}, my wombatitis is back, can I run?")
    holder.execute("ROLLBACK")
    # The clinic is gone from under a conversation: the action raises an error.
    holder.execute("UPDATE clinics SET id = 'moved' WHERE id = 'glamour'")
    assert down(chat, f"{NAME} here: does wombatitis hurt?") == 503
    holder.execute("UPDATE clinics SET id = 'glamour' WHERE id = 'moved'")
    holder.close()
    kill("actions", state)
    assert down(chat, f"{NAME}, {PHONE}: does wombatitis hurt?") == 503
    come_back(http)
    kill("rasa", state)
    assert down(chat, f"{NAME}, {PHONE}: does wombatitis hurt?") == 503


def down(chat: Chat, text: str) -> int:
    """Say something that will not be answered; returns the status."""
    return chat.request("POST", "/messages", json={"text": text}).status_code


def come_back(http: httpx.Client) -> None:
    end = time.monotonic() + 180
    while not is_ready(str(http.base_url).rstrip("/")):
        assert time.monotonic() < end, "it did not come back"
        time.sleep(0.5)
