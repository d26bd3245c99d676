"""What the environments are made of: the review of what is held back, and the bill of materials."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.cli import supply
from bot.cli.supply import Finding, Review, findings, not_audited, reviews, unreviewed

OLD = Review("sanic", "21.12.2", "loopback only", frozenset({"CVE-1", "GHSA-2"}))


def locked(lock: str) -> dict[str, set[str]]:
    """The packages of a lock file with their versions, which markers may choose between."""
    text = (supply.REQUIREMENTS / f"{lock}.txt").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.M):
        found.setdefault(name.lower(), set()).add(version)
    return found


def report(**known: list[str]) -> dict[str, Any]:
    """A report of pip-audit's form on one package."""
    vulns = [
        {"id": name, "aliases": aliases, "fix_versions": ["99"], "description": "..."}
        for name, aliases in known.items()
    ]
    skipped = {"name": "rasa", "version": "3.6.21", "skip_reason": "not found"}
    return {"dependencies": [{"name": "sanic", "version": "21.12.2", "vulns": vulns}, skipped]}


def test_what_was_reviewed_is_what_is_locked() -> None:
    brain = locked("brain")
    rows = reviews()
    assert rows
    assert len({row.package for row in rows}) == len(rows)
    for row in rows:
        assert row.version in brain[row.package], row.package
        assert len(row.why.split()) > 3, row.package


@pytest.mark.parametrize(
    ("known", "news"),
    [
        ({}, 0),
        ({"CVE-1": []}, 0),
        ({"PYSEC-9": ["GHSA-2"]}, 0),
        ({"CVE-3": []}, 1),
        ({"CVE-1": [], "CVE-3": ["GHSA-4"]}, 1),
    ],
)
def test_an_advisory_is_news_until_it_is_reviewed(known: dict[str, list[str]], news: int) -> None:
    found = [*findings("brain", report(**known))]
    assert len(found) == len(known)
    assert len(unreviewed(found, [OLD])) == news


def test_another_version_is_reviewed_anew() -> None:
    (found,) = findings("brain", report(**{"CVE-1": []}))
    newer = Finding("brain", "sanic", "21.12.3", found.ids, ())
    assert unreviewed([newer], [OLD]) == [newer]
    assert str(newer) == "brain: sanic 21.12.3: CVE-1 (not fixed)"


@pytest.mark.parametrize(
    ("known", "skips", "code"), [({}, False, 0), ({}, True, 2), ({"CVE-3": []}, True, 1)]
)
def test_no_answer_is_no_good_news(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    known: dict[str, list[str]],
    skips: bool,
    code: int,
) -> None:
    told = report(**known)
    if not skips:
        del told["dependencies"][1]
    monkeypatch.setattr(supply, "_report", lambda _lock: told)
    assert supply.audit() == code
    assert ("no clean bill" in capsys.readouterr().err) is (code == 2)
    assert not_audited(told) == (["rasa"] if skips else [])


def test_the_bill_of_materials_has_every_locked_package(tmp_path: Path) -> None:
    files = supply.sbom(tmp_path / "sbom")
    assert [file.name for file in files] == ["app.cdx.json", "brain.cdx.json"]
    for file, lock in zip(files, supply.SHIPPED, strict=True):
        bill = json.loads(file.read_text("utf-8"))
        assert bill["bomFormat"] == "CycloneDX"
        listed = {(one["name"].lower(), one["version"]) for one in bill["components"]}
        wanted = {(name, v) for name, versions in locked(lock).items() for v in versions}
        assert len(wanted) > 80
        assert wanted == listed
        assert all(one["purl"].startswith("pkg:pypi/") for one in bill["components"])
