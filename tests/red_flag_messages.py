"""The red flags with which the assistant is tried in every state; no pattern was made for them."""

from functools import cache
from pathlib import Path

import yaml

TABLES = Path(__file__).parent / "tables" / "triage"
SETS = ("unseen", "unseen_late")
GRAVE = frozenset({"urgent", "emergency"})


@cache
def red_flags() -> tuple[str, ...]:
    """Return the messages that have to be answered as urgent or above."""
    rows = (row for name in SETS for row in _table(name)["red_flags"])
    return tuple(text for row in rows for text in row["say"])


def _table(name: str) -> dict[str, list[dict[str, list[str]]]]:
    table: dict[str, list[dict[str, list[str]]]] = yaml.safe_load(
        (TABLES / f"{name}.yml").read_text("utf-8")
    )
    return table
