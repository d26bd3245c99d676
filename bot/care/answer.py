"""An answer as plain data, the way it travels from the actions to every channel."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Literal, get_args


class State(StrEnum):
    """What a timed rule says on the day asked about."""

    AVOID = "avoid"
    CAUTION = "caution"
    OK = "ok"
    KEEP = "keep"
    MAY_STOP = "may_stop"
    NO_RULE = "no_rule"
    ASK = "ask"


class Urgency(StrEnum):
    """How soon a person has to act."""

    NONE = "none"
    SOON = "soon"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Source:
    """Where in a clinic's document, or in which public source, a statement stands."""

    document: str
    section: str


@dataclass(frozen=True, slots=True)
class Button:
    """A suggested reply. `payload` is for the dialogue engine and never leaves the gateway."""

    title: str
    payload: str
    topic: str | None = None


class Input(StrEnum):
    """What a reply asks for besides text, for channels that can show it."""

    CHOICES = "choices"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Choice:
    """An option to check, alone or with others. `value` is for the dialogue engine.

    `alone`: it excludes all others, such as "None of these".
    """

    title: str
    value: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A timed rule applied to the patient's own date. `until` is the first safe day."""

    activity: str
    state: State
    until: date | None = None
    disputed: bool = False
    phase: str | None = None


# What the gateway has to do before it shows an answer: put in a link to the patient's data, or to
# their aftercare plan; send the plan to the address in the patient's message.
ReplyEffect = Literal["send_data", "send_plan", "mail_plan"]
SEND_DATA: Final = "send_data"
SEND_PLAN: Final = "send_plan"
MAIL_PLAN: Final = "mail_plan"


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply to a patient, before the channel gives its buttons and choices opaque ids.

    `effect` is for the gateway; it is carried out before the answer is recorded, and never shown.
    """

    text: str
    topic: str
    known: bool = True
    general: bool = False
    urgency: Urgency = Urgency.NONE
    verdict: Verdict | None = None
    sources: tuple[Source, ...] = ()
    buttons: tuple[Button, ...] = field(default=())
    disputed: bool = False
    input: Input | None = None
    choices: tuple[Choice, ...] = ()
    effect: ReplyEffect | None = None

    def to_payload(self) -> dict[str, Any]:
        """Return plain JSON values: dates as ISO text, enums as their text, tuples as lists."""
        payload = asdict(self)
        payload["urgency"] = str(self.urgency)
        payload["sources"] = [asdict(source) for source in self.sources]
        payload["buttons"] = [asdict(button) for button in self.buttons]
        payload["choices"] = [asdict(choice) for choice in self.choices]
        payload["input"] = self.input and str(self.input)
        if self.verdict is not None:
            payload["verdict"]["state"] = str(self.verdict.state)
            payload["verdict"]["until"] = self.verdict.until and self.verdict.until.isoformat()
        return payload

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "Answer":
        """Build an answer from `to_payload`'s JSON.

        Raises KeyError, TypeError or ValueError when the payload is not of that form.
        """
        verdict = payload.get("verdict")
        return cls(
            text=str(payload["text"]),
            topic=str(payload["topic"]),
            known=bool(payload.get("known", True)),
            general=bool(payload.get("general", False)),
            urgency=Urgency(payload.get("urgency", "none")),
            verdict=_verdict(verdict) if verdict is not None else None,
            sources=tuple(Source(**source) for source in payload.get("sources", ())),
            buttons=tuple(Button(**button) for button in payload.get("buttons", ())),
            disputed=bool(payload.get("disputed", False)),
            input=Input(payload["input"]) if payload.get("input") else None,
            choices=tuple(Choice(**choice) for choice in payload.get("choices", ())),
            effect=_effect(payload.get("effect")),
        )


def _effect(told: object) -> ReplyEffect | None:
    return next((one for one in get_args(ReplyEffect) if one == told), None)


def _verdict(payload: Mapping[str, Any]) -> Verdict:
    until = payload.get("until")
    return Verdict(
        activity=str(payload["activity"]),
        state=State(payload["state"]),
        until=date.fromisoformat(until) if until else None,
        disputed=bool(payload.get("disputed", False)),
        phase=payload.get("phase"),
    )
