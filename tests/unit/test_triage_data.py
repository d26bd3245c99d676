"""Findings that cannot be used are refused with the file, the place and the cure."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.triage import load_findings
from bot.knowledge.yaml_source import PackError

TRIAGE = Path(__file__).parents[2] / "clinics" / "triage"
Broken = Callable[[str, str, str], str]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """Give a function that changes one file of a copy, and returns the error that this makes."""

    def change(file: str, old: str, new: str) -> str:
        folder = tmp_path / "triage"
        shutil.copytree(TRIAGE, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PackError) as error:
            load_findings(folder)
        return str(error.value)

    return change


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("findings.yml", "level: emergency", "level: grave", "Input should be 'soon', 'urgent'"),
        ("findings.yml", "[faints,", "[fainst,", "no language has the sign 'fainst'"),
        ("findings.yml", "flag: pe\n", "flag: pe\n  colour: red\n", "Extra inputs"),
        ("findings.yml", "& one_leg /12", "& one_leg", "does not say how near"),
        ("en/words.yml", "heart: [heart,", 'heart: [heart, "<hart>",', "there is no group <hart>"),
        ("en/words.yml", "air: [air,", 'air: ["<air>",', "holds itself"),
        ("en/signs.breath.yml", "& <chest_feeling> /6", "& <chest_feeling> /x", "after / stands"),
        ("en/signs.breath.yml", "coughs_blood:", "faints:", "stands in another file too"),
        ("en/signs.breath.yml", "<breathless>", "<breathles>", "<breathles> is no group"),
        ("en/scopes.yml", "forward: 6", "forward: 600", "less than or equal to 30"),
        ("en/idioms.yml", "- break a leg", "- bre*ak a leg", "is not a word"),
        ("es/signs.yml", "despite: [asked", "despite: [questioned", "no scope questioned"),
    ],
)
def test_errors_name_what_is_wrong(
    broken: Broken, file: str, old: str, new: str, told: str
) -> None:
    message = broken(file, old, new)
    assert told in message
    assert Path(file).name.split(".")[0] in message


def test_the_page_names_every_finding_with_level_and_public_source() -> None:
    """For the clinician who signs: docs/triage.md."""
    page = (TRIAGE.parents[1] / "docs" / "triage.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    sources = {row[0] for row in rows if len(row) == 3 and row[2].count(".")}
    told = {name.strip("` "): row for row in rows if len(row) == 5 for name in row[0].split(",")}
    for finding in load_findings(TRIAGE).findings:
        _, flag, level, said, named = told[finding.name]
        assert finding.flag in flag
        assert level.startswith(finding.level)
        assert said
        assert named
        assert set(named.split(", ")) <= sources | {"PI"}
