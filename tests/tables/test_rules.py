"""rules/*.yml: the treatment is told first, then the question asked; keys in README.md."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.matching import expect_answer
from tests.stack import Saphena

RULES = Path(__file__).parent / "rules"
INJECTED = {
    None: "veins",
    "spider": "spider veins",
    "reticular": "reticular veins",
    "varicose": "varicose veins",
}
KEYS = ("state", "disputed", "phase")


def rows() -> Iterator[object]:
    for path in sorted(RULES.glob("*.yml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            name = f"{path.stem}: {row['ask']} day {row['day']} {row['vein'] or ''}".strip()
            miss = row.get("known_miss")
            marks = [pytest.mark.xfail(strict=True, reason=miss)] if miss else []
            yield pytest.param(path.stem, row, id=name, marks=marks)


@pytest.mark.table
@pytest.mark.parametrize(("clinic", "row"), list(rows()))
def test_rule(
    saphena: Saphena, treatments: dict[str, list[str]], clinic: str, row: dict[str, Any]
) -> None:
    chat = saphena.open(clinic)
    told = treatment_in_words(row, "laser" in treatments[clinic], saphena.now)
    if told:
        chat.say(told)
    asked = question_in_words(row)
    expected = {key: row[key] for key in KEYS} | {"until": until(row, saphena.now)}
    expect_answer(f"{told} / {asked}", row["topic"], expected, chat.say(asked))


@pytest.fixture(scope="session")
def treatments(saphena: Saphena) -> dict[str, list[str]]:
    clinics = saphena.http.get("/api/clinics").raise_for_status().json()
    return {clinic["id"]: clinic["treatments"] for clinic in clinics}


def treatment_in_words(row: dict[str, Any], laser: bool, now: datetime) -> str:
    """Return the message that tells the treatment, "" when it is not to be told."""
    if row["day"] is None:
        return f"I have {INJECTED[row['vein']]}" if row["vein"] else ""
    treated = now - timedelta(days=row["day"])
    year = f", {treated.year}" if treated.year != now.year else ""
    when = f"{treated:%B} {treated.day}{year}"
    if "treated_at" in row:
        when += f" at {clock_time(row['treated_at'])}"
    if row["day"] < 0:
        what = "laser treatment" if laser else f"injections for {INJECTED[row['vein']]}"
        return f"My {what} will be on {when}"
    if laser:
        return f"I had my laser treatment on {when}"
    return f"I had my {INJECTED[row['vein']]} injected on {when}"


def question_in_words(row: dict[str, Any]) -> str:
    """Return the question; the hour it is asked for replaces "now", as the clock stands still."""
    if "asked_at" not in row:
        return str(row["ask"])
    word = "right now" if "right now" in row["ask"] else "now"
    return str(row["ask"]).replace(word, f"today at {clock_time(row['asked_at'])}")


def until(row: dict[str, Any], now: datetime) -> str | None:
    """Return the date that the verdict's `until` must be."""
    if row["until_day"] is None:
        return None
    return (now.date() + timedelta(days=row["until_day"] - row["day"])).isoformat()


def clock_time(value: str) -> str:
    """Return "16:30" as "4:30pm"."""
    moment = time.fromisoformat(value)
    return f"{moment:%I:%M%p}".lstrip("0").lower().replace(":00", "")
