"""Two Rasa workers, one of them killed: its patients are answered by the other, who knows them."""

from pathlib import Path

import httpx
import pytest

from bot.cli.client import Chat
from tests.faults.processes import kill
from tests.stack import own_stack

PATIENTS = 6


@pytest.mark.stack
@pytest.mark.timeout(300)
def test_a_worker_dies(tmp_path: Path) -> None:
    with (
        own_stack(tmp_path, RASA_WORKERS="2") as address,
        httpx.Client(base_url=address, timeout=30, trust_env=False) as http,
    ):
        chats = [Chat.open(http, "glamour") for _ in range(PATIENTS)]
        for chat in chats:
            chat.say("I was treated on Sunday")
        kill("rasa", tmp_path)
        for chat in chats:
            (reply,) = chat.say("may I go to the gym?")
            # The day was told to the worker that may be dead now.
            assert reply["verdict"]["until"] == "2026-11-25"
    log = (tmp_path / "log" / "saphena.log").read_text()
    assert "worker not reached, trying the next one" in log
