"""Run the tests of the widget, and write what they measured into docs/widget.md: -m bench.widget"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from bench.evaluation.publish import markdown
from bench.evaluation.tables import Table
from bench.pages import write_part

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "widget.md"
TESTS = ("tests/widget", "tests/browser")
# What the tests are about, by the names of their files.
PARTS = {
    "what people expect of a chat": ("behaviour", "keeping"),
    "no message lost": ("delivery", "restart"),
    "accessible": ("axe", "accessibility", "adapting", "screening"),
    "fits any page": ("embedding", "page_api", "speed"),
    "demo sites and embedding": ("pages",),
}


@dataclass(frozen=True)
class Run:
    """What a run of the tests left: the figures they recorded, and how many each file has."""

    figures: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    failed: int


def main() -> int:
    """Run the tests and write the tables; return the exit code."""
    argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0]).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ("-q", "-n", "2", "--dist", "loadfile", f"--junitxml={report}")
        subprocess.run([sys.executable, "-m", "pytest", *options, *TESTS], cwd=ROOT, check=False)
        run = read(report)
    if run.failed:
        print(f"error: {run.failed} tests failed; nothing was written", file=sys.stderr)
        return 1
    write_part(PAGE, "figures", "\n\n".join(markdown(one, 0) for one in tables(run)))
    print(f"{PAGE.relative_to(ROOT)} is written")
    return 0


def read(report: Path) -> Run:
    """Read a report in JUnit's form."""
    figures: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    failed = 0
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        counts[case.get("classname", "").rpartition(".test_")[2]] += 1
        failed += case.find("failure") is not None or case.find("error") is not None
        for one in case.iter("property"):
            figures.setdefault(one.get("name", ""), []).append(one.get("value", ""))
    return Run(figures, counts, failed)


def tables(run: Run) -> list[Table]:
    """Return what was measured beside its bound, and how many tests there are of what."""
    states = sum(int(value) for value in run.figures["axe states"])
    measured = [
        ("all of it, gzip", f"{int(one(run, 'gzip bytes')) / 1000:.1f} kB", "at most 30 kB"),
        ("main thread, for loading it", f"{one(run, 'loading ms')} ms", "under 50 ms"),
        ("a frame, scrolling through 500 messages", f"{one(run, 'frame ms')} ms", "under 16 ms"),
        (
            f"{one(run, 'axe')}, WCAG 2.2 A and AA, best practice",
            f"nothing found in {states} states",
            "nothing",
        ),
    ]
    tests = [
        (about, str(sum(run.counts.get(name, 0) for name in names)))
        for about, names in PARTS.items()
    ]
    return [
        Table("Figures", ("", "measured", "bound"), tuple(measured)),
        Table("Tests", ("tests in a real browser", "number"), tuple(tests)),
    ]


def one(run: Run, figure: str) -> str:
    """Return a figure that is recorded once, or alike each time."""
    return run.figures[figure][0]


if __name__ == "__main__":
    sys.exit(main())
