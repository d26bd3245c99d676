"""The set-up: what runs on the system's Python, and what decides whether a step is needed."""

import ast
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.model import INPUTS, ROOT, inputs_hash
from bot.cli.ports import LOOPBACK, free_loopback_port, require_free
from bot.cli.progress import Step, StepError, run_logged
from scripts import bootstrap

RUNS_ON_SYSTEM_PYTHON = (
    "scripts/bootstrap.py",
    "bot/__init__.py",
    "bot/cli/__init__.py",
    "bot/cli/ports.py",
    "bot/cli/progress.py",
)


@pytest.mark.parametrize("name", RUNS_ON_SYSTEM_PYTHON)
def test_set_up_needs_nothing_but_python_3_8(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 8))
    modules = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    others = {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names)
    assert others <= {"bot"}


def test_busy_port_is_told_before_anything_is_installed() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        result = subprocess.run(
            [sys.executable, ROOT / "scripts" / "bootstrap.py", "--port", "app"],
            env={**os.environ, "HOST": LOOPBACK, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use" in result.stderr
    assert f"make run PORT={port + 1}" in result.stderr
    assert result.stdout == ""


def test_busy_public_port_is_an_error_and_a_busy_loopback_port_is_not() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StepError, match=str(port)):
            require_free(LOOPBACK, port)
        assert free_loopback_port(port) != port
    require_free(LOOPBACK, port)
    assert free_loopback_port(port) == port
    assert free_loopback_port(port, taken=frozenset({port})) != port


def test_a_shim_that_fails_is_no_python(tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.12: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert not bootstrap._is_python(str(shim), version)
    assert not bootstrap._is_python(str(tmp_path / "missing"), version)
    assert bootstrap._is_python(sys.executable, version)
    assert not bootstrap._is_python(sys.executable, "3.6")


def test_python_is_found_in_the_folder_of_pyenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    python = tmp_path / "versions" / f"{version}.99" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert bootstrap._pyenv_python(version) == str(python)
    assert bootstrap._pyenv_python("3.6") == ""


@pytest.mark.parametrize("name", INPUTS)
def test_model_is_trained_anew_when_an_input_changes(tmp_path: Path, name: str) -> None:
    for each in INPUTS:
        path = _some_file(tmp_path / each)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    before = inputs_hash(tmp_path)
    (tmp_path / "README.md").write_text("not an input")
    cache = tmp_path / "bot" / "nlu" / "__pycache__"
    cache.mkdir()
    (cache / "subjects.pyc").write_text("not an input")
    assert inputs_hash(tmp_path) == before
    _some_file(tmp_path / name).write_text("after")
    assert inputs_hash(tmp_path) != before


def test_a_failed_command_tells_its_last_words_and_the_cure(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no such luck") as error:
        run_logged(["sh", "-c", "echo no such luck; exit 3"], tmp_path / "x.log", "Try harder.")
    assert error.value.cure == "Try harder."


def test_a_step_is_one_line_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    with Step("language model", "training") as step:
        step.result = "up to date"
    with pytest.raises(StepError), Step("database", "migrating"):
        raise StepError("cause", "cure")
    first, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"  language model +up to date +0\.\d s", first)
    assert re.fullmatch(r"  database +failed +0\.\d s", second)


def test_every_make_target_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    shown = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  make ([a-z-]+) +\S", shown, re.MULTILINE)) == set(phony[1].split())


def _some_file(path: Path) -> Path:
    """The path itself if it is one of a file, else a file in that folder."""
    return path if path.suffix else path / "file.yml"
