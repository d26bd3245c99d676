"""As long as no clinician has signed, the check of the packs says so."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.clinics import app
from bot.knowledge.sign_off import warning

CLINICS = Path(__file__).parents[2] / "clinics"
PACKS = ("asclera-medispa", "glamour", "harmony-laser", "smokey-point", "true-jewel")
SIGNED = "sign_off: {by: Dr. Jane Example, signed: 2026-11-20}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CLINICS, tmp_path / "clinics"))


def sign(folder: Path, *packs: str, line: str = SIGNED) -> None:
    for pack in packs:
        path = folder / f"{pack}.yml"
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


def check(folder: Path) -> str:
    return CliRunner().invoke(app, ["check", "--folder", str(folder)]).output


def test_the_check_names_who_is_not_signed(folder: Path) -> None:
    sign(folder, "glamour", "true-jewel")
    (line,) = [line for line in check(folder).splitlines() if line.startswith("warning: ")]
    assert "asclera-medispa, harmony-laser, smokey-point." in line
    assert "docs/triage.md" in line


def test_where_all_are_signed_nothing_is_said(folder: Path) -> None:
    sign(folder, *PACKS)
    assert "warning" not in check(folder)


def test_a_name_has_to_stand_there(folder: Path) -> None:
    sign(folder, "glamour", line='sign_off: {by: "", signed: 2026-11-20}')
    assert "sign_off" in check(folder)
    assert "1 problem; nothing was changed." in check(folder)


def test_no_clinic_no_warning() -> None:
    assert warning([]) is None
