"""Dates as patients write them: the table of phrases, and what must hold for every text."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.care.dates import DateReading, Unclear, read_dates
from bot.care.moments import Moment

ROOT = Path(__file__).parents[1]
TABLE = yaml.safe_load((ROOT / "tables" / "dates.yml").read_text(encoding="utf-8"))
ZONE = ZoneInfo(TABLE["zone"])
NOW = datetime.fromisoformat(TABLE["now"]).replace(tzinfo=ZONE)


def moment(told: date | str | None) -> Moment | None:
    if told is None or isinstance(told, date):
        return Moment(told) if told else None
    local = datetime.fromisoformat(told)
    return Moment(local.date(), local.time())


@pytest.mark.parametrize("row", TABLE["rows"], ids=lambda row: row["say"] or "(nothing)")
def test_table(row: dict[str, Any]) -> None:
    now = datetime.fromisoformat(row["now"]).replace(tzinfo=ZONE) if "now" in row else NOW
    reading = read_dates(row["say"], now, expecting=row.get("expecting"))
    role, *candidates = row.get("unclear") or [None]
    assert reading.treated == moment(row.get("treated"))
    assert reading.asked == moment(row.get("asked"))
    assert reading.asked_after == row.get("after")
    assert (reading.unclear.role if reading.unclear else None) == role
    assert (reading.unclear.candidates if reading.unclear else ()) == tuple(candidates)
