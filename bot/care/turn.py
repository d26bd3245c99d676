"""A turn of the conversation as plain data: what comes in, what goes out, and what lies between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.care.aftercare import Case
from bot.care.answer import Answer
from bot.care.contact_details import ContactDetails
from bot.care.dates import DateReading
from bot.care.memory import Memory
from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.protocol import Protocol
from bot.care.topic import Topic


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject the model heard, its next best guesses, and the words that raised it."""

    topic: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as it reaches the dialogue.

    `told` holds what a button carries: treated, asked (ISO), vein_kind. `now` is local and aware.
    `language` is set only when the message surely is in another one than English;
    `danger_denied`: the triage patterns read signs of danger in it as denied, past or supposed.
    """

    text: str
    subjects: tuple[Subject, ...]
    now: datetime
    told: Mapping[str, str]
    language: str | None = None
    danger_denied: bool = False

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed: then the topic is certain and there is no free text."""
        return self.text.startswith("/")


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """An effect: the patient wants to be contacted by the clinic, about a topic."""

    details: ContactDetails
    topic: str | None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An effect: a message that could not be placed, without personal data, and what it is near."""

    text: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn leads to: the answers in order, the new memory, and effects to carry out."""

    answers: tuple[Answer, ...]
    memory: Memory
    callback: CallbackRequest | None = None
    unplaced: Unplaced | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a handler needs, built once a turn.

    `before` is the memory as it was, `memory` with what the message tells added.
    """

    turn: Turn
    before: Memory
    memory: Memory
    dates: DateReading
    protocol: Protocol
    topics: Mapping[str, Topic]
    texts: Phrases

    @property
    def now(self) -> Moment:
        """The local moment of the message."""
        return Moment(self.turn.now.date(), self.turn.now.time())

    @property
    def case(self) -> Case:
        """The patient's treatment and the day asked about."""
        return Case(
            now=self.now,
            treated=self.memory.treated,
            asked=self.dates.asked,
            vein=self.memory.vein_kind,
            asked_after=self.dates.asked_after,
        )
