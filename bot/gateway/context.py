"""What travels along the stages of a message."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard
from bot.records.alerts import NewAlert
from bot.records.plain import Message, Outcome, Reply


class Channel(Protocol):
    """A way to reach a patient: its name, and how it shows replies."""

    @property
    def name(self) -> str:
        """The channel's name in the records and in Rasa's metadata."""

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Show recorded replies to the patient."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a patient did: typed a text, or pressed a button (its opaque id)."""

    text: str | None = None
    button: str | None = None
    client_id: str | None = None


@dataclass(slots=True)
class Context:
    """One message on its way; each stage fills in its part.

    `said` is what the transcript shows, `payload` what the brain gets. `retry_of` is the number
    of an earlier, unanswered sending of the same message; `repeated` means it was answered then.
    `alert` is the red flag in it; `danger_denied`: it names signs of one, but denies them;
    `settles`: it says that an earlier red flag is taken care of.
    """

    conversation_id: str
    channel: Channel
    incoming: Incoming | None
    clinic_id: str = ""
    clinic: ClinicCard | None = None
    said: str = ""
    payload: str = ""
    retry_of: int | None = None
    repeated: bool = False
    alert: NewAlert | None = None
    settles: bool = False
    danger_denied: bool = False
    replies: list[Reply] = field(default_factory=list)
    outcome: Outcome = Outcome.ANSWERED
    recorded: list[Message] = field(default_factory=list)


class Step(Enum):
    """Whether the way goes on after a stage."""

    NEXT = auto()
    END = auto()


Stage = Callable[[Context, Services], Awaitable[Step]]
