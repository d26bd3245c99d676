"""Every command that a page names exists; those that end by themselves are run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CODE = re.compile(r"`([^`\n]+)`|^(?: {4}|\$ )(.+)$|^(?=(?:make|python) )(.+)$", re.MULTILINE)


def commands(start: str) -> list[str]:
    """Return every command of the pages that begins so, without its comment."""
    found = set()
    for page in PAGES:
        for spans in CODE.findall(page.read_text(encoding="utf-8")):
            code = "".join(spans).split("#")[0].strip()
            if code.startswith(start):
                found.add(code)
    return sorted(found)


def test_every_make_target_of_the_pages_is_in_make_help() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"make ([a-z-]+)", done.stdout))
    named = {command.split()[1] for command in commands("make ")}
    assert {"run", "test"} <= named
    assert named <= targets


PYTHON = [
    *commands("python -m bot "),
    *commands("python -m bench"),
    *commands(".venv/app/bin/python -m bench"),
]


@pytest.mark.parametrize("command", PYTHON)
def test_every_python_command_of_the_pages_is_one(command: str) -> None:
    """Its help is shown, not the command run: some of them take minutes."""
    module, *words = command.split("-m ", 1)[1].split()
    done = subprocess.run(
        [sys.executable, "-m", module, *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.lower().lstrip().startswith("usage")
