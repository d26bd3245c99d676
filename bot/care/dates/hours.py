"""Hours of the day, only where the patient gave one: "at 10", "5pm", "noon", "half past 3"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

_MOST: Final = 16
_CLOCK: Final = re.compile(
    r"(?:\b(?:at|around|about|by|@) ?)?"
    r"(?:(?P<special>\b(?:noon|midday|midnight))\b"
    r"|(?<![\d.$/:-])(?P<h>\d{1,2})(?::(?P<m>[0-5]\d))? ?(?P<ap>am|pm)\b"
    r"|(?<![\d.$/:-])(?P<h24>\d{1,2}):(?P<m24>[0-5]\d)(?![\d:])"
    r"|\bhalf past (?P<half>\d{1,2})\b|\bquarter past (?P<past>\d{1,2})\b"
    r"|\bquarter to (?P<to>\d{1,2})\b)"
)
_BARE: Final = re.compile(
    r"(?:\b(?:at|around|about) |@ ?)(?P<h>\d{1,2})(?: ?ish| o'clock)?"
    r"(?=$| ?[.,;?!\0]| (?:on|this|in the|so|and|but|for|can|is)\b)"
)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day in a message; `sure` is False where morning or afternoon was not told."""

    start: int
    end: int
    time: time
    sure: bool


def find_hours(text: str) -> list[Hour]:
    """The times of day in `text` (in plain spelling, with date phrases blanked out by NULs).

    An hour without am or pm is read as one of a clinic's working day, 7 am to 6:59 pm.
    """
    exact = [hour for match in _CLOCK.finditer(text) if (hour := _clock(match))]
    bare = [hour for match in _BARE.finditer(text) if (hour := _bare(match))]
    return [*exact, *bare][:_MOST]


def _bare(match: re.Match[str]) -> Hour | None:
    hour = int(match["h"])
    return _told(match.start(), match.end(), hour, 0) if 1 <= hour <= 12 else None


def in_part(hour: Hour, part: str) -> Hour:
    """`hour` moved to the part of the day that was told beside it."""
    if hour.sure or not part:
        return hour
    twelve = hour.time.hour % 12
    moved = twelve if part == "morning" else twelve + 12
    return Hour(hour.start, hour.end, hour.time.replace(hour=moved), sure=True)


def _clock(match: re.Match[str]) -> Hour | None:
    start, end = match.span()
    if special := match["special"]:
        return None if special == "midnight" else Hour(start, end, time(12), sure=True)
    if match["ap"]:
        return _half_day(match)
    if match["h24"]:
        return _told(start, end, int(match["h24"]), int(match["m24"]))
    if match["to"]:
        return _told(start, end, int(match["to"]) - 1 or 12, 45)
    return _told(start, end, int(match["half"] or match["past"]), 30 if match["half"] else 15)


def _half_day(match: re.Match[str]) -> Hour | None:
    hour = int(match["h"])
    if not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if match["ap"] == "pm" else 0)
    return Hour(match.start(), match.end(), time(hour, int(match["m"] or 0)), sure=True)


def _told(start: int, end: int, hour: int, minute: int) -> Hour | None:
    if not 0 <= hour <= 23:
        return None
    if hour == 0 or hour > 12:
        return Hour(start, end, time(hour, minute), sure=True)
    return Hour(start, end, time(_of_a_working_day(hour), minute), sure=False)


def _of_a_working_day(hour: int) -> int:
    return hour + 12 if hour < 7 else hour
