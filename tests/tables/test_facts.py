"""facts/*.yml: each question in a new conversation, over the public API; keys in README.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.matching import expect_answer
from tests.stack import Saphena

FACTS = Path(__file__).parent / "facts"
KEYS = ("says", "never", "known", "general", "disputed")


def rows() -> Iterator[object]:
    for path in sorted(FACTS.glob("*.yml")):
        for row in yaml.safe_load(path.read_text("utf-8")):
            yield pytest.param(path.stem, row, id=f"{path.stem}: {row['ask']}")


@pytest.mark.table
@pytest.mark.parametrize(("clinic", "row"), list(rows()))
def test_fact(saphena: Saphena, clinic: str, row: dict[str, Any]) -> None:
    expected = {key: row[key] for key in KEYS if key in row}
    if row.get("known") and not row.get("general") and "section" in row:
        expected["sources"] = 1
    replies = saphena.open(clinic).say(row["ask"])
    expect_answer(row["ask"], row["topic"], expected, replies)
