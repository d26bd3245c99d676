"""A month of reminders in which workers are killed at any moment: each comes exactly once."""

import pytest

from tests.faults.month import Figures, simulate


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_month_of_reminders(database: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    figures: Figures = simulate(url, patients=30)
    print(f"{database}: {figures}")
    assert (figures.lost, figures.doubled, figures.unwanted) == (0, 0, 0)
    assert figures.due > 60
    assert figures.sent == figures.due - figures.dropped
    assert figures.kills > 50
    assert figures.interrupted > 0
    assert figures.dropped > 0
