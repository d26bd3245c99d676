"""The real three processes, started once for all tests that ask for the fixture `saphena`.

def test_price(saphena):
    chat = saphena.open("smokey-point")
    reply, = chat.say("how much is a session?")
    assert "$450" in reply["text"]
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from bot.cli.background import running
from bot.cli.client import Chat
from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.progress import StepError
from tests.mailbox import Mailbox, mail_server

NOW = datetime.fromisoformat("2026-11-24T20:00:00-08:00")  # a Tuesday evening
NONE = ("DATABASE_URL", "REDIS_URL", "TELEGRAM_TOKENS", "CLINICS_DIR", "SMTP_URL", "NOTIFY")
# The one clinic whose people get notices by mail.
NOTIFIED, DESK = "true-jewel", "desk@jewel.example"


@dataclass(frozen=True)
class Saphena:
    """A running assistant: its address, a client for it, its clock, its state, its mail."""

    address: str
    http: httpx.Client
    now: datetime
    state: Path
    mailbox: Mailbox

    def open(self, clinic: str) -> Chat:
        """Begin a new conversation with a clinic."""
        return Chat.open(self.http, clinic)


@contextmanager
def own_stack(state: Path, **settings: str) -> Iterator[str]:
    """Run all processes on free ports, with state of their own and the clock at NOW.

    `settings` come on top. Yields the gateway's address.
    """
    port = settings.get("PORT") or str(any_free_port())
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        **dict.fromkeys(NONE, ""),
        "ENVIRONMENT": "test",
        "NOW": NOW.isoformat(),
        "RATE_LIMITS": "off",
        "HOST": LOOPBACK,
        "PORT": port,
        "STATE_DIR": str(state),
        "ACTIONS_PORT": str(any_free_port()),
        "RASA_PORT": str(any_free_port()),
        **settings,
    }
    with (state / "run.log").open("wb") as output:
        try:
            with running(address, environment, output):
                yield address
        except StepError as error:
            pytest.fail(f"{error.cause}\n{(state / 'run.log').read_text()}", pytrace=False)


@pytest.fixture(scope="session")
def saphena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saphena]:
    """Run `python -m bot run` on free ports with state of its own and the clock at NOW."""
    state = tmp_path_factory.mktemp("saphena")
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server())
        notified = {"SMTP_URL": mailbox.url, "NOTIFY": f"{NOTIFIED}={DESK}"}
        address = stack.enter_context(own_stack(state, **notified))
        client = httpx.Client(base_url=address, timeout=30, trust_env=False)
        yield Saphena(address, stack.enter_context(client), NOW, state, mailbox)
