"""What travels along the stages of a message."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from sqlalchemy.orm import Session

from bot.gateway.channels import Channel
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard
from bot.records.alerts import NewAlert
from bot.records.arrivals import Arrival
from bot.records.plain import Message, Outcome, PatientMessage, Recorded, Reply

# What is written in the same transaction as the message and its replies; raising undoes all.
Alongside = Callable[[Session, datetime], None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a patient did: typed a text, pressed a button, or checked options (opaque ids).

    Or chose a subject from the channel's own menu (`topic`, an id of topics.yml).
    `address`: the gateway's own, as the patient reached it; empty where a channel has none.
    `clinic_id` and `after`: the clinic, where the channel knows it without the records, and the
    number of the last message that is shown there.
    `out_of_turn`: one before it is not answered yet, so it is taken only if it is a red flag.
    """

    text: str | None = None
    button: str | None = None
    choices: tuple[str, ...] | None = None
    client_id: str | None = None
    topic: str | None = None
    address: str = ""
    clinic_id: str | None = None
    after: int = 0
    out_of_turn: bool = False

    @property
    def pressed(self) -> tuple[str, ...]:
        """The ids of the button or the options, each once."""
        ids = (*(self.choices or ()), *([self.button] if self.button is not None else []))
        return tuple(dict.fromkeys(ids))


@dataclass(slots=True)
class Context:
    """One message on its way; each stage fills in its part.

    `arrival` is what was known when it came in. `said` is what the transcript shows, `payload` what
    the brain gets. `retry_of` is an earlier, unanswered sending of the same message; `repeated`
    means it was answered then.
    `alert` is the red flag in it; `danger_denied`: it names signs of one but denies them, or reads
    harmless; `settles`: it says that an earlier red flag is taken care of; `forgets`: it agrees to
    have the conversation deleted. `staff_online`: somebody of the
    clinic can be handed the conversation. `alongside` is written together with the message.
    """

    conversation_id: str
    channel: Channel
    incoming: Incoming | None
    arrival: Arrival | None = None
    said: str = ""
    payload: str = ""
    retry_of: Message | None = None
    repeated: bool = False
    alert: NewAlert | None = None
    settles: bool = False
    forgets: bool = False
    danger_denied: bool = False
    staff_online: bool = False
    alongside: list[Alongside] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    outcome: Outcome = Outcome.ANSWERED
    recorded: Recorded = field(default_factory=lambda: Recorded(None, []))
    # What the message takes up until it is recorded.
    held: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def known(self) -> Arrival:
        """What was known when the message came in. Raises RuntimeError before that is found."""
        if self.arrival is None:
            raise RuntimeError("nothing is known before the message is admitted")
        return self.arrival

    @property
    def clinic_id(self) -> str:
        """The conversation's clinic."""
        return self.known.conversation.clinic_id

    @property
    def clinic(self) -> ClinicCard | None:
        """The clinic, or None when its pack was removed."""
        return self.known.clinic

    @property
    def number(self) -> int:
        """The number that this message has, or will get, in the conversation."""
        return self.retry_of.seq if self.retry_of else self.known.conversation.last_seq + 1

    @property
    def to_record(self) -> PatientMessage | None:
        """The patient's message as it is to be recorded; None for what nobody asked for."""
        if self.incoming is None:
            return None
        return PatientMessage(self.said, self.outcome, self.incoming.client_id)

    def own_address(self, public_url: str) -> str:
        """The gateway's address for links: the one that is set, else as the patient reached it."""
        return public_url or (self.incoming.address if self.incoming else "")


class Step(Enum):
    """Whether the way goes on after a stage."""

    NEXT = auto()
    END = auto()


Stage = Callable[[Context, Services], Awaitable[Step]]
