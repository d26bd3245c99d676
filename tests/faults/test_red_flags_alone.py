"""Rasa and the actions are killed, whole processes: the gateway answers red flags by itself."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bot.cli.client import Chat
from bot.cli.ports import any_free_port
from tests.red_flag_messages import GRAVE, red_flags
from tests.stack import own_stack

FOUND = 0.92
BEHIND = ("actions", "rasa")


@pytest.fixture
def ports() -> dict[str, int]:
    return {name: any_free_port() for name in BEHIND}


@pytest.fixture
def http(ports: dict[str, int], tmp_path: Path) -> Iterator[httpx.Client]:
    chosen = {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    with (
        own_stack(tmp_path, **chosen) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        yield client


def kill(ports: dict[str, int]) -> None:
    """Kill what listens on the ports of Rasa and the actions, also what was started anew."""
    for one in psutil.net_connections("tcp"):
        wanted = {ports[name] for name in BEHIND}
        if one.status == psutil.CONN_LISTEN and tuple(one.laddr)[1] in wanted and one.pid:
            process = psutil.Process(one.pid)
            process.kill()
            process.wait(10)


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_red_flags_are_answered(http: httpx.Client, ports: dict[str, int]) -> None:
    chat = Chat.open(http, "glamour")
    assert chat.say("how much is a session?")
    missed = []
    for number, text in enumerate(red_flags()):
        if number % 10 == 0:
            kill(ports)
            down = chat.request("POST", "/messages", json={"text": "how much is a session?"})
            assert down.status_code == httpx.codes.SERVICE_UNAVAILABLE
        answer = Chat.open(http, "glamour").request("POST", "/messages", json={"text": text})
        if answer.json()["replies"][0]["urgency"] not in GRAVE:
            missed.append(text)
    assert len(missed) <= len(red_flags()) * (1 - FOUND), "\n".join(missed)
