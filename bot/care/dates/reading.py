"""What a message says about dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.care.moments import Moment

Role = Literal["treated", "asked"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """A date that people would read in different ways, so the assistant asks back.

    `candidates` holds up to 3 days, most likely first; none where the words name no day at all
    ("last week", "Feb 31").
    """

    role: Role
    phrase: str
    candidates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class DateReading:
    """The day of treatment and the day asked about, each None where the message has none.

    `asked_after` is the distance in days from treatment to the day asked about, where the message
    tells that ("is flying ok 3 days after?", "the night before" is -1) but not the treatment day.
    Hours count as whole days that have passed: 36 hours is 1. The day of treatment is day 0.
    """

    treated: Moment | None = None
    asked: Moment | None = None
    unclear: Unclear | None = None
    asked_after: int | None = None
