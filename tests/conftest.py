"""What all tests share: the running assistant, services, and a word on how much the tables hold."""

import os
from collections import Counter

import pytest
from hypothesis import settings

# How long something takes is measured where it is the question; a busy machine is no fault.
# In CI the examples are always the same, so that what fails there is what was changed; everywhere
# else new ones are looked for at each run.
settings.register_profile("saphena", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("saphena")

# What a helper asserts is told as precisely as what a test asserts itself.
pytest.register_assert_rewrite("tests.browser", "tests.channels", "tests.faults", "tests.talking")

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
