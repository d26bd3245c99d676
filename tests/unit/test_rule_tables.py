"""The tables of timed rules, judged by the domain alone: no model, no server."""

from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.care.dialogue import respond
from bot.care.memory import Memory
from bot.care.moments import Moment
from bot.care.protocol import Protocol
from bot.care.turn import Subject, Turn
from bot.knowledge.importer import load_folder
from bot.knowledge.medicines import load_medicines
from bot.knowledge.rendering import render_protocol
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics

ROOT = Path(__file__).parents[2]
CLINICS = ROOT / "clinics"
ROWS = [
    pytest.param(path.stem, row, id=f"{path.stem}: {row['topic']} day {row['day']}: {row['ask']}")
    for path in sorted((ROOT / "tests" / "tables" / "rules").glob("*.yml"))
    for row in yaml.safe_load(path.read_text(encoding="utf-8"))
]
NOW = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("America/Los_Angeles"))


@cache
def protocols() -> dict[str, Protocol]:
    packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    return {pack.id: render_protocol(pack, general) for pack in packs}


def at(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


@pytest.mark.parametrize(("clinic", "row"), ROWS)
def test_a_row_of_the_tables(clinic: str, row: dict[str, Any]) -> None:
    day = row["day"]
    treated_on = NOW.date() - timedelta(days=day) if day is not None else None
    treated = Moment(treated_on, at(row.get("treated_at"))) if treated_on else None
    asked_at = at(row.get("asked_at")) or NOW.time()
    now = datetime.combine(NOW.date(), asked_at, NOW.tzinfo)
    outcome = respond(
        Turn(row["ask"], (Subject(row["topic"], 1.0),), now, {}),
        Memory(treated=treated, vein_kind=row["vein"]),
        protocol=protocols()[clinic],
        topics=load_topics(CLINICS / "topics.yml"),
        texts=load_texts(CLINICS / "texts"),
        medicines=load_medicines(CLINICS / "medicines.yml"),
    )
    verdict = outcome.answers[0].verdict
    assert verdict is not None, outcome.answers[0].text
    until_day = row.get("until_day")
    until = treated_on + timedelta(days=until_day) if treated_on and until_day is not None else None
    assert (verdict.state, verdict.until, verdict.disputed, verdict.phase) == (
        row["state"],
        until,
        row.get("disputed", False),
        row.get("phase"),
    ), outcome.answers[0].text
