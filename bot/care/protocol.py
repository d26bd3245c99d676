"""What the assistant knows for one clinic, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bot.care.answer import Source, Urgency
from bot.care.hours import OpeningHours
from bot.care.reminders.timetable import Timetable
from bot.care.rules import Rule
from bot.care.screening.model import Screening


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says on a topic, in our words, with where it stands."""

    text: str
    sources: tuple[Source, ...] = ()
    urgency: Urgency = Urgency.NONE
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """One clinic's protocol: its own answers, rules and screening, and the general answers.

    `hours` is None where the clinic has not published its opening hours.
    `retention_days`: how long conversations are kept after the last message.
    """

    clinic_id: str
    name: str
    treatments: tuple[str, ...]
    country: str
    time_zone: str
    phone: str | None
    emergency_number: str
    crisis_line: str | None = None
    hours: OpeningHours | None = None
    answers: Mapping[str, Said] = field(default_factory=dict)
    general: Mapping[str, Said] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    near_rules: Mapping[str, Said] = field(default_factory=dict)
    reasons: Mapping[str, Said] = field(default_factory=dict)
    screening: Screening = field(default_factory=Screening)
    timetable: Timetable = field(default_factory=Timetable)
    retention_days: int = 30

    @property
    def zone(self) -> tzinfo:
        """The clinic's time zone, in which days are counted."""
        return ZoneInfo(self.time_zone)
