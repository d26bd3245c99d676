"""Two workers write to one conversation a thousand times: nothing lost, doubled or out of order."""

import json
import os
import subprocess
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bot.cli.model import BRAIN_PYTHON, QUIET, ROOT
from bot.cli.run import lock_url
from tests.plain_settings import plain_settings

WORKER = Path(__file__).parent / "inside" / "worker.py"
TURNS = 500


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_thousand_turns(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    settings = plain_settings(state_dir=tmp_path, database_url=url)
    sender = uuid4().hex
    environment = {
        **os.environ,
        **QUIET,
        "STORE_URL": settings.tracker,
        "LOCK_URL": lock_url(settings),
        "PYTHONPATH": str(ROOT),
    }
    both = [
        subprocess.Popen(
            [str(BRAIN_PYTHON), "-W", "ignore", str(WORKER), sender, name, str(TURNS)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for worker in both:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in both:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in both:
        _, errors = worker.communicate(timeout=240)
        assert worker.returncode == 0, errors[-3000:]
    engine = sa.create_engine(settings.database)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT type_name, data FROM events WHERE sender_id = :sender ORDER BY id"),
            {"sender": sender},
        ).all()
        slots = connection.execute(
            sa.text("SELECT slots FROM tracker_snapshots WHERE sender_id = :sender"),
            {"sender": sender},
        ).scalar_one()
    engine.dispose()
    said = [json.loads(row.data)["text"] for row in rows if row.type_name == "user"]
    counts = [json.loads(row.data)["value"] for row in rows if row.type_name == "slot"]
    assert counts == list(range(1, 2 * TURNS + 1))
    for name in ("one", "two"):
        assert [one for one in said if one.startswith(name)] == [
            f"{name} {n}" for n in range(TURNS)
        ]
    assert json.loads(slots)["count"] == 2 * TURNS
    # They did take turns: else nothing was shown.
    changes = sum(a.split()[0] != b.split()[0] for a, b in pairwise(said))
    assert changes > 100
