"""A day as a patient tells it, with the hour only where the patient gave one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Moment:
    """A local day at the clinic; `time` is None unless the patient gave an hour."""

    day: date
    time: time | None = None
