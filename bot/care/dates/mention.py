"""A date phrase found in a message, before it is known what it is the date of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import Enum, auto

from bot.care.dates.days import Days


class Kind(Enum):
    """How a phrase tells its day."""

    DAY = auto()  # "friday", "3 days ago": its role follows from the words around it
    PASSED = auto()  # "it's been 3 days": the patient's own treatment
    POST = auto()  # "3 days post op": own, unless it stands inside a question
    AFTER = auto()  # "3 days after": a distance, unless told as a fact
    RELATIVE = auto()  # "the next day": always a distance from the treatment


@dataclass(frozen=True, slots=True)
class Mention:
    """One phrase: where it stands, the days it can mean, the hour and the distance if told."""

    start: int
    end: int
    kind: Kind
    days: Days
    time: time | None = None
    distance: int = 0  # days from the treatment, for all kinds but DAY
    anchor: date | None = None  # tomorrow, in "tomorrow will be a week"
    part: str = ""  # morning, afternoon, evening, night
