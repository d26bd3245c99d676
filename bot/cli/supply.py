"""What the two environments are made of: known vulnerabilities, and a bill of materials.

Run as python -m bot.cli.supply audit|sbom. Both tools come from requirements/audit.txt, by uv, into
an environment of their own.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.model import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKS = ("app", "brain", "dev", "tools")
# What runs in front of patients; the rest is for those who develop it.
SHIPPED = ("app", "brain")
REVIEWED = REQUIREMENTS / "audited.toml"
SECONDS = 300
TOOLS = (
    *(str(ROOT / ".tools" / "bin" / "uv"), "run", "--quiet", "--isolated", "--no-project"),
    *("--python", sys.executable, "--with-requirements", str(REQUIREMENTS / "audit.txt")),
)


@dataclass(frozen=True, slots=True)
class Review:
    """Why what is known of a package that is held back does not reach us."""

    package: str
    version: str
    why: str
    advisories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """An advisory for a locked package; `ids` are all its names."""

    lock: str
    package: str
    version: str
    ids: frozenset[str]
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        cure = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "not fixed"
        return f"{self.lock}: {self.package} {self.version}: {', '.join(sorted(self.ids))} ({cure})"


def reviews(path: Path = REVIEWED) -> list[Review]:
    """Return what was reviewed."""
    rows = tomllib.loads(path.read_text("utf-8"))["package"]
    return [
        Review(row["name"], row["version"], row["why"], frozenset(row["advisories"]))
        for row in rows
    ]


def findings(lock: str, report: dict[str, Any]) -> Iterator[Finding]:
    """Yield the advisories of pip-audit's report."""
    for package in report["dependencies"]:
        for known in package.get("vulns", []):
            yield Finding(
                lock,
                package["name"],
                package["version"],
                frozenset({known["id"], *known["aliases"]}),
                tuple(known["fix_versions"]),
            )


def not_audited(report: dict[str, Any]) -> list[str]:
    """Return the packages on which no database was asked."""
    return [one["name"] for one in report["dependencies"] if "skip_reason" in one]


def unreviewed(found: Iterable[Finding], reviewed: Iterable[Review]) -> list[Finding]:
    """Return the advisories that nobody has looked at, for this very version."""
    known = {(one.package, one.version): one.advisories for one in reviewed}
    return [one for one in found if not one.ids & known.get((one.package, one.version), set())]


def audit() -> int:
    """Print what is known against the locked packages.

    Returns 0 if all of it is reviewed, 1 if not, 2 if not every package could be looked up.
    """
    found: list[Finding] = []
    missing: list[str] = []
    for lock in LOCKS:
        report = _report(lock)
        found += findings(lock, report)
        missing += [f"{lock}: {name}" for name in not_audited(report)]
    news = unreviewed(found, reviews())
    for one in found:
        print("NEW     " if one in news else "reviewed", one)
    if news:
        print(
            f"{len(news)} not reviewed: update, or say why not in {REVIEWED.name}", file=sys.stderr
        )
        return 1
    if missing:
        print(
            f"Nothing is known of {len(missing)} packages: the package index here has no "
            "advisories, or has not heard of them. That is no clean bill of health.",
            file=sys.stderr,
        )
        return 2
    print(f"{len(found)} advisories, all reviewed.")
    return 0


def sbom(folder: Path) -> list[Path]:
    """Write a CycloneDX bill of materials for each environment that ships; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for lock in SHIPPED:
        file = folder / f"{lock}.cdx.json"
        options = ("--output-reproducible", "--of", "JSON", "-o", str(file))
        source = str(REQUIREMENTS / f"{lock}.txt")
        subprocess.run(
            [*TOOLS, "cyclonedx-py", "requirements", *options, source], check=True, timeout=SECONDS
        )
        files.append(file)
    return files


def main(arguments: list[str]) -> int:
    """Do what is asked; return the exit code."""
    if arguments == ["audit"]:
        return audit()
    if arguments == ["sbom"]:
        for file in sbom(ROOT / "var" / "sbom"):
            print(file.relative_to(ROOT))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


def _report(lock: str) -> dict[str, Any]:
    options = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off")
    done = subprocess.run(
        [*TOOLS, "pip-audit", *options, "-r", str(REQUIREMENTS / f"{lock}.txt")],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    # 1: something was found. Anything else without a report is a failure of its own.
    if not done.stdout:
        raise SystemExit(f"pip-audit failed on {lock}:\n{done.stderr}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
