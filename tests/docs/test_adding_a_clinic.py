"""docs/adding-a-clinic.md, followed to the letter by somebody who is no programmer."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-clinic.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clinics = tmp_path / "clinics"
    shutil.copytree(ROOT / "clinics", clinics)
    (clinics / "harbor-vein.yml").write_text("".join(blocks("yaml")), encoding="utf-8")
    return clinics


def run(command: str, folder: Path) -> str:
    state = folder.parent / "var"
    env = {**os.environ, "CLINICS_DIR": str(folder), "STATE_DIR": str(state), "DATABASE_URL": ""}
    arguments = command.replace("python", sys.executable, 1).split()
    done = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_page_makes_a_clinic(folder: Path) -> None:
    run("python -m bot db upgrade", folder)
    commands = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(commands) == 3
    output = "".join(run(command, folder) for command in commands)
    _, checked, _, shown = blocks("text")
    for line in (checked + shown).splitlines():
        assert line in output


def test_the_error_on_the_page_is_the_error_one_gets(folder: Path) -> None:
    pack = folder / "harbor-vein.yml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(text.replace("need {sessions}", "need {sesions}", 1), encoding="utf-8")
    output = run("python -m bot clinics check", folder)
    assert blocks("text")[2].strip() in output
    assert "nothing was changed" in output


def test_importing_twice_changes_nothing(folder: Path) -> None:
    run("python -m bot db upgrade", folder)
    run("python -m bot clinics import", folder)
    assert "harbor-vein: unchanged" in run("python -m bot clinics import", folder)


def test_the_medicines_are_checked_too(folder: Path) -> None:
    medicines = folder / "medicines.yml"
    text = medicines.read_text(encoding="utf-8")
    medicines.write_text(text.replace("is: [anticoagulant]", "is: [anticoagulent]", 1), "utf-8")
    output = run("python -m bot clinics check", folder)
    assert "medicines.yml:" in output
    assert "'anticoagulent' is no finding" in output
    assert "1 problem; nothing was changed." in output
