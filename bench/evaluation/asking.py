"""What the running assistant answers: every message in a conversation of its own."""

import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.care.answer import Urgency
from bot.cli.background import running
from bot.cli.client import Chat
from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.progress import StepError

CLINIC = "smokey-point"
CLARIFY = "clarify"
NOW = "2026-11-24T20:00:00-08:00"  # a fixed evening, so that two runs compare
UNSET = ("DATABASE_URL", "REDIS_URL", "TELEGRAM_TOKENS", "SMTP_URL", "CLINICS_DIR")
LEVELS = tuple(Urgency)  # from none to emergency


@dataclass(frozen=True)
class Outcome:
    """What came back: the replies' topics in order, and their highest urgency.

    `offered` are the topics of the buttons when the first reply asks which subject was meant.
    """

    topics: tuple[str, ...]
    urgency: Urgency
    offered: frozenset[str]
    milliseconds: float

    @property
    def first(self) -> str | None:
        """The first reply's topic."""
        return self.topics[0] if self.topics else None

    def at_least(self, level: Urgency) -> bool:
        """Tell whether any reply was that urgent, or more."""
        return LEVELS.index(self.urgency) >= LEVELS.index(level)


@contextmanager
def assistant() -> Iterator[httpx.Client]:
    """Run the real processes on free ports with state of their own; yield a client of the API.

    Raises StepError, with the log, when they do not start.
    """
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    with tempfile.TemporaryDirectory() as state:
        environment = dict.fromkeys(UNSET, "") | {
            "ENVIRONMENT": "test",
            "NOW": NOW,
            "RATE_LIMITS": "off",
            "HOST": LOOPBACK,
            "PORT": str(port),
            "STATE_DIR": state,
            "ACTIONS_PORT": str(any_free_port()),
            "RASA_PORT": str(any_free_port()),
        }
        log = Path(state) / "run.log"
        with log.open("wb") as output:
            try:
                with (
                    running(address, environment, output),
                    httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
                ):
                    yield client
            except StepError as error:
                raise StepError(f"{error.cause}\n{log.read_text('utf-8', 'replace')}", "") from None


def ask_all(http: httpx.Client, texts: Iterable[str], clinic: str = CLINIC) -> list[Outcome]:
    """Ask each text as the first message of a conversation. Raises httpx.HTTPError on an error."""
    return [_ask(http, text, clinic) for text in texts]


def _ask(http: httpx.Client, text: str, clinic: str) -> Outcome:
    chat = Chat.open(http, clinic)
    began = time.perf_counter()
    replies = chat.say(text)
    milliseconds = (time.perf_counter() - began) * 1000
    urgencies = [Urgency(reply["urgency"]) for reply in replies]
    asks_back = bool(replies) and replies[0]["topic"] == CLARIFY
    return Outcome(
        topics=tuple(reply["topic"] for reply in replies),
        urgency=max(urgencies, key=LEVELS.index, default=Urgency.NONE),
        offered=frozenset(
            button["topic"] for button in (replies[0]["buttons"] if asks_back else [])
        ),
        milliseconds=milliseconds,
    )
