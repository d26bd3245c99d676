"""A turn of the conversation as plain data: what comes in, what goes out, and what lies between."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.care.aftercare import Case
from bot.care.answer import Answer
from bot.care.booking.request import ContactRequest, Family
from bot.care.dates import DateReading
from bot.care.memory import Memory
from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.protocol import Protocol
from bot.care.reminders.timetable import Occasion
from bot.care.screening.answers import Answers
from bot.care.screening.judging import Result
from bot.care.screening.medicines import Medicines
from bot.care.topic import Topic


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject the model heard, its next best guesses, and the words that raised it."""

    topic: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reminding:
    """The reminders of a conversation as they are stored: of which topics (None: of everything).

    `checked_in`: the last thing the patient was sent is the question how they are.
    """

    on: bool
    topics: tuple[str, ...] | None = None
    checked_in: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as it reaches the dialogue.

    `told` holds what a button carries: treated, asked (ISO), vein_kind, do (a command to a task);
    `picked` the values of checked options. `now` is local and aware.
    `language` is set only when the message surely is in another one than English, `also_in` when a
    sentence of it is, which is then not among the subjects;
    `danger_denied`: the triage patterns read signs of danger in it as denied, past or supposed;
    `staff_online`: somebody of the clinic can be handed the conversation now; `can_mail`: mail can
    be sent; `reaches_away`: what the channel is sent by itself reaches the patient while they are
    away; `reminding`: the reminders that are set, None where none were ever asked for; `zone`: the
    patient's own, where it is known.
    """

    text: str
    subjects: tuple[Subject, ...]
    now: datetime
    told: Mapping[str, str]
    language: str | None = None
    also_in: str | None = None
    danger_denied: bool = False
    staff_online: bool = False
    can_mail: bool = False
    picked: tuple[str, ...] = ()
    reaches_away: bool = False
    reminding: Reminding | None = None
    zone: tzinfo | None = None

    @property
    def pressed(self) -> bool:
        """Whether a button was pressed: then the topic is certain and there is no free text."""
        return self.text.startswith("/")


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An effect: a message that could not be placed, without personal data, and what it is near."""

    text: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScreeningDone:
    """An effect: a screening came to a result, to be kept for the clinic."""

    answers: Answers
    result: Result


@dataclass(frozen=True, slots=True)
class PersonWanted:
    """An effect: somebody of the clinic is to take the conversation over, about a topic."""

    about: str | None


@dataclass(frozen=True, slots=True)
class RequestWithdrawn:
    """An effect: the patient takes back what they asked of the clinic in this conversation."""

    family: Family


@dataclass(frozen=True, slots=True)
class RemindersSet:
    """An effect: the patient is to be reminded on these occasions, and on no others."""

    topics: tuple[str, ...] | None
    occasions: tuple[Occasion, ...]


@dataclass(frozen=True, slots=True)
class RemindersStopped:
    """An effect: the patient wants no reminders any more."""


Effect = (
    ContactRequest
    | RequestWithdrawn
    | Unplaced
    | ScreeningDone
    | PersonWanted
    | RemindersSet
    | RemindersStopped
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn leads to: the answers in order, the new memory, and effects to carry out."""

    answers: tuple[Answer, ...]
    memory: Memory
    effects: tuple[Effect, ...] = ()


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
    medicines: Medicines

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
