"""The form of a protocol pack (clinics/<id>.yml) and of general.yml.

The models check form and inner references; `bot.knowledge.loading` turns what they find into
errors that name file, path and cure. docs/adding-a-clinic.md explains the form to a clinic.
"""

import re
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from bot.care.answer import Urgency
from bot.care.rules import Kind, PhaseName, Unit, VeinKind
from bot.knowledge.facts import Fact, Strict
from bot.knowledge.prose import ProseText
from bot.knowledge.reminders_form import GeneralRemindersForm, ReminderForm
from bot.knowledge.screening_form import GeneralContraindicationForm, ScreeningForm

Treatment = Literal["sclerotherapy", "laser"]
FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")
TIMES = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
# Ten years; nobody means more by a number of days.
MAX_RETENTION_DAYS = 3650
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Document(Strict):
    """The clinic's own document, the only source of what the assistant says for it."""

    title: str = Field(min_length=1)
    file: str | None = None


class Contact(Strict):
    """How patients reach the clinic; an absent line is one the clinic has not published."""

    phone: str | None = None
    email: str | None = None
    website: str | None = None
    address: str | None = None


class SignOff(Strict):
    """The clinician who approved pack and red flags for use with patients, and when."""

    by: str = Field(min_length=1)
    signed: date


class Statement(Strict):
    """One of the statements of a document that contradict each other, in our words."""

    says: str = Field(min_length=1)
    source: str


class Prose(Strict):
    """An answer, written once; figures stand as {fact} and come from `facts`."""

    text: ProseText = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    urgency: Urgency = Urgency.NONE
    dispute: list[Statement] = Field(default=[])

    @field_validator("dispute")
    @classmethod
    def _two_sides(cls, statements: list[Statement]) -> list[Statement]:
        if len(statements) == 1:
            raise ValueError("a dispute has at least two statements; add the other one")
        return statements


class WindowForm(Strict):
    """How long: {min: 2, max: 3, unit: days}. "At least 48 hours" is {min: 48, unit: hours}."""

    min: int = Field(ge=0)
    max: int | None = None
    unit: Unit

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max is not None and self.max < self.min:
            raise ValueError(f"max {self.max} is below min {self.min}; swap them")
        return self


WindowOrOpen = Annotated[WindowForm | Literal["open"], Field(union_mode="left_to_right")]


class PhaseForm(Strict):
    """One stretch of an instruction; it begins when the stretch before it ends."""

    phase: PhaseName | None = None
    window: WindowOrOpen
    veins: list[VeinKind] | None = None


class Contradiction(Strict):
    """Another statement on the same rule; a window, where given, is merged by the stricter."""

    says: str = Field(min_length=1)
    source: str
    window: WindowOrOpen | None = None


class RuleForm(Strict):
    """A timed rule: one `window`, or several `phases`; a permission has neither."""

    topic: str
    kind: Kind
    what: str = Field(min_length=1)
    window: WindowOrOpen | None = None
    phases: list[PhaseForm] = Field(default=[])
    sources: list[str] = Field(min_length=1)
    note: ProseText = ""
    contradicted_by: list[Contradiction] = Field(default=[])

    @model_validator(mode="after")
    def _timed(self) -> Self:
        if self.kind is Kind.PERMISSION:
            if self.window or self.phases:
                raise ValueError("a permission has no window; remove it, or use restriction")
        elif (self.window is None) == (not self.phases):
            raise ValueError("give either window or phases (window: open, if no end is stated)")
        return self

    @field_validator("what")
    @classmethod
    def _no_figures(cls, text: str) -> str:
        if re.search(r"\d", text):
            raise ValueError("`what` names the activity only; the figures belong into window")
        return text


class Remark(Strict):
    """Something the document says besides: near a rule that it lacks, or as a reason."""

    text: ProseText = Field(min_length=1)
    sources: list[str] = Field(min_length=1)


class GeneralSource(Strict):
    """A named public source: a drug label, a guideline, a health service page."""

    document: str = Field(min_length=1)
    section: str = Field(min_length=1)


class _Sourced(Strict):
    """What packs and general.yml share: facts and answers whose sources must exist."""

    facts: dict[str, Fact] = Field(default={})
    answers: dict[str, Prose] = Field(default={})

    @field_validator("facts")
    @classmethod
    def _fact_names(cls, facts: dict[str, Fact]) -> dict[str, Fact]:
        for name in facts:
            if not FACT_NAME.fullmatch(name):
                raise ValueError(f"{name!r}: a fact's name is lower case with underscores")
        return facts


class Pack(_Sourced):
    """One clinic."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str = Field(min_length=1, max_length=80)
    treatments: list[Treatment] = Field(min_length=1)
    country: str = Field(pattern=r"^[A-Z]{2}$")
    time_zone: str
    emergency_number: str
    crisis_line: str | None = None
    document: Document
    contact: Contact = Contact()
    hours: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], list[str]] | None = None
    sign_off: SignOff | None = None
    retention_days: int | None = Field(default=None, ge=1, le=MAX_RETENTION_DAYS)
    sources: dict[str, str] = Field(min_length=1)
    rules: list[RuleForm] = Field(default=[])
    # What the document says nearby where it has no rule: hot baths, for ordinary showers.
    near_rules: dict[str, Remark] = Field(default={})
    # By topic, why the document says what it says: the answer to a bare "why?".
    reasons: dict[str, Remark] = Field(default={})
    screening: ScreeningForm | None = None
    # What the document asks on certain days, besides the ends of the rules.
    reminders: list[ReminderForm] = Field(default=[])
    reminder_hour: time | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"{zone!r} is no time zone; use a name such as America/New_York")
        return zone

    @field_validator("hours")
    @classmethod
    def _hours_form(cls, hours: dict[str, list[str]] | None) -> dict[str, list[str]] | None:
        for day, times in (hours or {}).items():
            for entry in times:
                if not TIMES.fullmatch(entry):
                    raise ValueError(f'{entry!r}: write opening hours as "09:00-17:00"')
            for first, second in pairwise(sorted(times)):
                # One that ends before it begins runs into the next day.
                if not first[:5] < first[6:] <= second[:5]:
                    raise ValueError(f"{day}: {first} and {second} overlap; join them into one")
        return hours


class General(_Sourced):
    """general.yml: knowledge beyond any clinic's document, from named public sources."""

    sources: dict[str, GeneralSource] = Field(min_length=1)
    reminders: GeneralRemindersForm
    for_treatment: dict[Treatment, dict[str, Prose]] = Field(default={})
    screening: dict[Treatment, dict[str, list[GeneralContraindicationForm]]] = Field(default={})
