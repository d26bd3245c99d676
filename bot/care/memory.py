"""What a conversation remembers between messages, as plain data and as dialogue slots."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, get_args

from bot.care.flows.task import Tasks
from bot.care.moments import Moment
from bot.care.rules import VeinKind, as_vein_kind
from bot.care.screening.answers import Answers

Awaiting = Literal[
    "treatment_date",
    "vein_kind",
    "asked_date",
    "callback",
    "go_on",
    "anything_else",
    "rephrased",
    "plan_date",
    "plan_email",
    "plan_email_again",
]


@dataclass(frozen=True, slots=True)
class Screened:
    """What a patient told in the screening, and whether it came to a result."""

    answers: Answers = field(default_factory=Answers)
    done: bool = False


Remind = Literal["offered", "wanted", "set"]


@dataclass(frozen=True, slots=True)
class Reminded:
    """How far reminders were spoken of, and of which topics they are wanted (None: of all)."""

    state: Remind
    topics: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """The patient's treatment, what was last answered, what was asked back, and the tasks.

    `asked` is the day a question was about whose answer waits for what was asked back.
    `unplaced` counts the messages in a row that could not be placed; `offered` are the subjects of
    the buttons when it was asked which one was meant. `consent`: whether the patient
    agreed to be asked about their health, None until asked.
    """

    treated: Moment | None = None
    treatment_kind: str | None = None
    vein_kind: VeinKind | None = None
    last_topic: str | None = None
    awaiting: Awaiting | None = None
    asked: Moment | None = None
    unplaced: int = 0
    offered: tuple[str, ...] = ()
    tasks: Tasks = field(default_factory=Tasks)
    screening: Screened = field(default_factory=Screened)
    consent: bool | None = None
    reminders: Reminded | None = None

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> "Memory":
        """Read the slots of a tracker; what is missing or malformed counts as not told."""
        awaiting = slots.get("awaiting")
        return cls(
            treated=read_moment(slots.get("treated")),
            treatment_kind=slots.get("treatment_kind"),
            vein_kind=as_vein_kind(slots.get("vein_kind")),
            last_topic=slots.get("last_topic"),
            awaiting=next((one for one in get_args(Awaiting) if one == awaiting), None),
            asked=read_moment(slots.get("asked_day")),
            unplaced=int(slots.get("unplaced") or 0),
            offered=tuple(map(str, slots.get("offered") or ())),
            tasks=Tasks.from_json(slots.get("tasks")),
            screening=_read_screened(slots.get("screening")),
            consent=slots.get("consent"),
            reminders=_read_reminded(slots.get("reminders")),
        )

    def to_slots(self) -> dict[str, Any]:
        """Return slot values by name, plain JSON."""
        return {
            "treated": write_moment(self.treated),
            "treatment_kind": self.treatment_kind,
            "vein_kind": self.vein_kind,
            "last_topic": self.last_topic,
            "awaiting": self.awaiting,
            "asked_day": write_moment(self.asked),
            "unplaced": self.unplaced,
            "offered": list(self.offered),
            "tasks": self.tasks.to_json(),
            "screening": _write_screened(self.screening),
            "consent": self.consent,
            "reminders": _write_reminded(self.reminders),
        }


def _write_screened(screened: Screened) -> dict[str, Any] | None:
    if not screened.answers and not screened.done:
        return None
    return {"answers": screened.answers.to_json(), "done": screened.done}


def _read_screened(plain: object) -> Screened:
    if not isinstance(plain, Mapping):
        return Screened()
    return Screened(Answers.from_json(plain["answers"]), bool(plain["done"]))


def _write_reminded(reminded: Reminded | None) -> dict[str, Any] | None:
    if reminded is None:
        return None
    topics = None if reminded.topics is None else list(reminded.topics)
    return {"state": reminded.state, "topics": topics}


def _read_reminded(plain: object) -> Reminded | None:
    if not isinstance(plain, Mapping):
        return None
    state = next((one for one in get_args(Remind) if one == plain.get("state")), None)
    topics = plain.get("topics")
    return state and Reminded(state, None if topics is None else tuple(map(str, topics)))


def write_moment(moment: Moment | None) -> str | None:
    """Write a moment as an ISO date, or an ISO date and time if an hour is known."""
    if moment is None:
        return None
    if moment.time is None:
        return moment.day.isoformat()
    return datetime.combine(moment.day, moment.time).isoformat(timespec="minutes")


def read_moment(text: object) -> Moment | None:
    """Read what `write_moment` wrote; anything else is None."""
    if not isinstance(text, str):
        return None
    try:
        if "T" not in text:
            return Moment(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return Moment(instant.date(), instant.time())
