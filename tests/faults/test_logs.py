"""No log, nor anything printed, holds what a patient wrote: a whole run, errors included."""

import sqlite3
from collections.abc import Iterator, Set
from pathlib import Path

import httpx
import pytest

from bot.cli.background import is_ready
from bot.cli.client import Chat
from tests.faults.processes import kill
from tests.stack import own_stack
from tests.waiting import READY_SECONDS, waited_for

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


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """An assistant of these tests' own that logs as much as it can, and its state folder."""
    state = tmp_path_factory.mktemp("logs")
    with own_stack(state, LOG_LEVEL="DEBUG", RASA_TIMEOUT="20") as address:
        yield address, state


MARKS = {
    "delivered conversation=",
    "outcome=unavailable",
    "red flag conversation=",
    "builtins.LookupError",
    "OperationalError",
    "rasa ended with code",
    "actions ended with code",
}


@pytest.mark.stack
def test_one_request_is_found_in_all_three_processes(stack: tuple[str, Path]) -> None:
    address, state = stack
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as http:
        body = http.post("/api/conversations", json={"clinic": "glamour"}).json()
        answer = http.post(
            f"/api/conversations/{body['id']}/messages",
            json={"text": "how much?"},
            headers={"Authorization": f"Bearer {body['token']}"},
        )
    request = answer.headers["X-Request-ID"]
    marks = {f"[{request}] delivered", f"request={request} topics", f"request={request} events"}
    assert missing_from(state, marks) == set()
    log = (state / "log" / "saphena.log").read_text().splitlines()
    lines = [line for line in log if request in line]
    assert {line.split(" | ")[0].split()[-1] for line in lines} == {"gateway", "rasa", "actions"}


@pytest.mark.stack
@pytest.mark.timeout(600)
def test_no_log_holds_what_a_patient_wrote(stack: tuple[str, Path]) -> None:
    address, state = stack
    # What fails in the middle is waited for by each process in turn, for as long as each does.
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as http:
        talk(http)
        refusals(http)
        failures(http, state)
    # What was provoked did happen, and left its mark.
    missing = missing_from(state, MARKS)
    assert missing == set(), "this run shows nothing"
    logged = {path: path.read_text("utf-8", "replace") for path in written(state)}
    found = [
        f"{path.name}: {line}"
        for path, text in logged.items()
        for line in text.splitlines()
        if any(word.lower() in line.lower() for word in PLANTED)
    ]
    assert found == []


def missing_from(state: Path, marks: Set[str]) -> set[str]:
    """Return those of the marks that are in no log; lines come to it a moment after."""

    def missing() -> set[str]:
        everything = "\n".join(path.read_text("utf-8", "replace") for path in written(state))
        return {mark for mark in marks if mark not in everything}

    waited_for(lambda: not missing())
    return missing()


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
    address = str(http.base_url).rstrip("/")
    assert waited_for(lambda: is_ready(address), READY_SECONDS), "it did not come back"
