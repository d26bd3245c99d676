"""What all tests share: the running assistant, services, and a word on how much the tables hold."""

from collections import Counter

import pytest
from hypothesis import settings

# How long something takes is measured where it is the question; a busy machine is no fault.
settings.register_profile("saphena", deadline=None)
settings.load_profile("saphena")

pytest_plugins = ["tests.services", "tests.stack"]


def pytest_report_collectionfinish(items: list[pytest.Item]) -> str:
    rows = Counter(
        item.path.stem.removeprefix("test_") for item in items if "table" in item.keywords
    )
    return "tables: " + (", ".join(f"{count} {name}" for name, count in rows.items()) or "none")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what talks to the real processes, so that `-m "not stack"` leaves it out."""
    for item in items:
        if "saphena" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
