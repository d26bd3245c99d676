"""tests/tables/screening: answers in patients' words, and what they come to at each clinic."""

from pathlib import Path
from typing import Any

import pytest
import textstat
import yaml

from bot.care.screening import Outcome, judge, result_text
from tests.screening_fixtures import answered, protocols, texts

FOLDER = Path(__file__).parents[1] / "tables" / "screening"
TABLES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.yml"))
}
ROWS = [
    pytest.param(clinic, row, id=f"{clinic}: {row['but']}")
    for clinic, table in TABLES.items()
    for row in table["rows"]
]


@pytest.mark.table
@pytest.mark.parametrize(("clinic", "row"), ROWS)
def test_row(clinic: str, row: dict[str, Any]) -> None:
    answers = answered(TABLES[clinic]["fine"] | row["but"])
    result = judge(protocols()[clinic].screening, answers)
    subjects = {reason.subject for reason in result.reasons}
    assert result.outcome == row["outcome"], (subjects, answers)
    assert set(row.get("because", ())) <= subjects, answers
    if "when" in row:
        assert any(row["when"] in text for text in result.when)
    if "refer" in row:
        assert any(row["refer"] in text for text in result.refer)


def test_every_clinic_has_a_table() -> None:
    assert set(TABLES) == set(protocols())
    assert all(len(table["rows"]) >= 15 for table in TABLES.values())


@pytest.mark.parametrize("clinic", TABLES)
def test_every_contraindication_is_shown_by_a_row_of_its_own_outcome(clinic: str) -> None:
    shown = {
        (finding, row["outcome"])
        for row in TABLES[clinic]["rows"]
        for finding in row.get("because", ())
    }
    for one in protocols()[clinic].screening.contraindications:
        assert (one.finding, str(one.outcome)) in shown


@pytest.mark.parametrize(("clinic", "row"), ROWS)
def test_what_is_said_is_short_plain_and_no_diagnosis(clinic: str, row: dict[str, Any]) -> None:
    protocol = protocols()[clinic]
    result = judge(protocol.screening, answered(TABLES[clinic]["fine"] | row["but"]))
    text = result_text(result, protocol.name, texts())
    assert len(text.split()) <= 90, text
    assert "!" not in text
    assert "{" not in text
    assert "clinic to call you" in text
    assert textstat.flesch_kincaid_grade(text.replace(protocol.name, "The clinic")) <= 8, text
    if result.outcome is not Outcome.LIKELY_SUITABLE:
        assert all(reason.contraindication is None or reason.sources for reason in result.reasons)
