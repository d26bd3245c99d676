"""`python -m bot run` and `shell` as a user meets them, around the assistant that runs already."""

import os
import subprocess
import sys

from bot.cli.model import ROOT
from tests.stack import Saphena
from tests.waiting import waited_for


def test_run_tells_each_step_with_its_time_and_the_address(saphena: Saphena) -> None:
    log = saphena.state / "run.log"
    # The address is told just after /readyz says yes.
    assert waited_for(lambda: saphena.address in log.read_text("utf-8"))
    told = log.read_text("utf-8").splitlines()
    steps = [line.split("  ")[1] for line in told if line.startswith("  ")]
    warnings = [step for step in steps if step.startswith("warning: ")]
    # What is learned from the examples of red flags is learned once, on a clean checkout.
    usual = [step for step in steps if step not in (*warnings, "red flags")]
    assert list(dict.fromkeys(usual)) == [
        "language model",
        "chat widget",
        "database",
        "protocol packs",
        "processes",
    ]
    assert len(warnings) == 1
    assert "No clinician has signed off" in warnings[0]
    assert saphena.address in told[-1]


def test_a_second_run_on_the_same_port_is_refused(saphena: Saphena) -> None:
    result = _bot(saphena, "run")
    assert result.returncode == 1
    assert "is in use" in result.stderr
    assert "choose another port: make run PORT=" in result.stderr


def test_shell_talks_to_the_assistant_that_runs(saphena: Saphena) -> None:
    result = _bot(saphena, "shell", "glamour", typed="what is a spider vein?\n")
    assert result.returncode == 0, result.stderr
    assert "[spider_veins; " in result.stdout


def test_shell_asks_for_the_clinic_and_presses_buttons(saphena: Saphena) -> None:
    result = _bot(saphena, "shell", typed="1\n1\n")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("  [") == 2  # the greeting and the answer to its first button


def test_settings_that_cannot_be_used_are_told_without_a_traceback(saphena: Saphena) -> None:
    result = _bot(saphena, "run", PORT="eight thousand")
    assert result.returncode == 1
    assert "PORT: " in result.stderr
    assert "Traceback" not in result.stderr


def _bot(
    saphena: Saphena, *arguments: str, typed: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    port = saphena.address.rpartition(":")[2]
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "PORT": port, "HOST": "127.0.0.1"} | settings,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
