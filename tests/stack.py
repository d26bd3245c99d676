"""The real three processes, started once for all tests that ask for the fixture `saphena`.

def test_price(saphena):
    chat = saphena.open("smokey-point")
    reply, = chat.say("how much is a session?")
    assert "$450" in reply["text"]
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from bot.cli.background import running
from bot.cli.client import Chat
from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.progress import StepError

NOW = datetime.fromisoformat("2026-11-24T20:00:00-08:00")  # a Tuesday evening
NONE = ("DATABASE_URL", "REDIS_URL", "TELEGRAM_TOKENS", "SMTP_URL", "CLINICS_DIR")


@dataclass(frozen=True)
class Saphena:
    """A running assistant: its address, a client for it, its clock, and where its state is."""

    address: str
    http: httpx.Client
    now: datetime
    state: Path

    def open(self, clinic: str) -> Chat:
        """Begin a new conversation with a clinic."""
        return Chat.open(self.http, clinic)


@pytest.fixture(scope="session")
def saphena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saphena]:
    """Run `python -m bot run` on free ports with state of its own and the clock at NOW."""
    state = tmp_path_factory.mktemp("saphena")
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = dict.fromkeys(NONE, "") | {
        "ENVIRONMENT": "test",
        "NOW": NOW.isoformat(),
        "RATE_LIMITS": "off",
        "HOST": LOOPBACK,
        "PORT": str(port),
        "STATE_DIR": str(state),
        "ACTIONS_PORT": str(any_free_port()),
        "RASA_PORT": str(any_free_port()),
    }
    log = state / "run.log"
    with ExitStack() as stack:
        output = stack.enter_context(log.open("wb"))
        try:
            stack.enter_context(running(address, environment, output))
        except StepError as error:
            pytest.fail(f"{error.cause}\n{log.read_text()}", pytrace=False)
        client = httpx.Client(base_url=address, timeout=30, trust_env=False)
        yield Saphena(address, stack.enter_context(client), NOW, state)
