"""Rasa's own checks of the project: the data fits the domain, and the stories run on the model."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.cli.model import BRAIN_PYTHON, QUIET, ROOT, UNUSED, ensure_model

pytestmark = pytest.mark.stack


def rasa(*arguments: str) -> str:
    done = subprocess.run(
        [str(BRAIN_PYTHON), "-W", "ignore", "-m", "bot.brain", *arguments],
        cwd=ROOT,
        env={**os.environ, **QUIET, **UNUSED},
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output[-3000:]
    return output


def test_the_training_data_and_the_domain_fit_together() -> None:
    output = rasa("data", "validate", "--fail-on-warnings")
    assert "No story structure conflicts found." in output


@pytest.mark.timeout(400)
def test_the_stories_are_what_the_model_does(tmp_path: Path) -> None:
    model = ensure_model(tmp_path)
    output = rasa(
        "test",
        "core",
        "--stories",
        "data/stories",
        "--model",
        str(model),
        "--endpoints",
        os.devnull,
        "--fail-on-prediction-errors",
        "--no-plot",
        "--out",
        str(tmp_path),
    )
    assert "Correct:          9 / 9" in output
