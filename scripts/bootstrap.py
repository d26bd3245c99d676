"""Make the environments this checkout needs, then nothing if they are up to date.

    python3 scripts/bootstrap.py [--port] app|dev [brain]

Runs on the system's Python (3.8 on) with nothing installed. `.tools` gets a pinned uv,
`.venv/app` Python 3.12, `.venv/brain` Python 3.10 (the newest that Rasa runs on), each from its
hash-pinned lock file. `--port` first checks that the public port is free.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.cli.ports import LOOPBACK, require_free  # noqa: E402
from bot.cli.progress import Step, StepError, run_logged  # noqa: E402

TOOLS = ROOT / ".tools"
UV = TOOLS / "bin" / "uv"
LOGS = ROOT / "var" / "log"
NETWORK_CURE = (
    "If the end of that output names the network: check the connection, and the proxy and package\n"
    "index set for pip and uv. If it names the disk: the environments need 4 GB. Then try again;\n"
    "what was downloaded is kept."
)


class Environment(NamedTuple):
    """A virtual environment under .venv and the lock files that may fill it, fullest last."""

    name: str
    python: str
    locks: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """Where the environment lives."""
        return ROOT / ".venv" / self.name

    @property
    def interpreter(self) -> Path:
        """The environment's own Python."""
        return self.folder / "bin" / "python"


APP = Environment("app", "3.12", ("app", "dev"))
BRAIN = Environment("brain", "3.10", ("brain",))
WANTED = {"app": (APP, "app"), "dev": (APP, "dev"), "brain": (BRAIN, "brain")}


def main() -> int:
    """Bring the environments named on the command line up to date; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", action="store_true", help="check that the public port is free")
    parser.add_argument("wanted", nargs="+", choices=sorted(WANTED))
    arguments = parser.parse_args()
    try:
        if arguments.port:
            require_free(_setting("HOST", LOOPBACK), int(_setting("PORT", "8000")))
        ensure_uv()
        for name in arguments.wanted:
            ensure_environment(*WANTED[name])
    except StepError as error:
        print(f"\nerror: {error.cause}\n{error.cure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def ensure_uv() -> None:
    """Put the pinned uv into .tools, by venv and pip, or by pip alone where venv is missing."""
    lock = ROOT / "requirements" / "tools.txt"
    stamp = _hash(lock)
    if UV.exists() and _read(TOOLS / ".stamp") == stamp:
        return
    with Step("uv", "installing") as step:
        shutil.rmtree(TOOLS, ignore_errors=True)
        install = ["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
        if _has_module("ensurepip"):
            run_logged([sys.executable, "-m", "venv", str(TOOLS)], LOGS / "venv.log", NETWORK_CURE)
            command = [str(TOOLS / "bin" / "python"), *install]
        elif _has_module("pip"):
            command = [sys.executable, *install, "--target", str(TOOLS)]
        else:
            raise StepError(
                f"{sys.executable} has neither venv nor pip.",
                "On Debian or Ubuntu: sudo apt install python3-venv. Elsewhere: any Python 3.8 or\n"
                "newer from python.org; name it with make run PYTHON=/path/to/python3",
            )
        run_logged([*command, "-r", str(lock)], LOGS / "uv.log", NETWORK_CURE)
        (TOOLS / ".stamp").write_text(stamp)
        step.result = "installed"


def ensure_environment(environment: Environment, lock: str) -> None:
    """Create the environment if it is missing and make it hold what its lock file says.

    An app environment that already holds the fuller `dev` set stays so.
    """
    installed, _, stamp = _read(environment.folder / ".stamp").partition(" ")
    enough = environment.locks[environment.locks.index(lock) :]
    level = installed if installed in enough else lock
    source = ROOT / "requirements" / f"{level}.txt"
    with Step(f"{environment.name} environment", "installing") as step:
        if environment.interpreter.exists() and stamp == _hash(source):
            step.result = "up to date"
            return
        if not environment.interpreter.exists():
            _create(environment)
        (environment.folder / ".stamp").unlink(missing_ok=True)
        # Compiled now, or rasa compiles TensorFlow's sources at its start: 10 s more.
        options = ("--quiet", "--require-hashes", "--compile-bytecode")
        target = ("--python", str(environment.interpreter))
        run_logged(
            [str(UV), "pip", "sync", *options, *target, str(source)],
            LOGS / f"{environment.name}-environment.log",
            NETWORK_CURE,
        )
        (environment.folder / ".stamp").write_text(f"{level} {_hash(source)}")
        step.result = f"installed from requirements/{level}.txt"


def _create(environment: Environment) -> None:
    shutil.rmtree(environment.folder, ignore_errors=True)
    python = _find_python(environment.python)
    run_logged(
        [str(UV), "venv", "--quiet", "--python", python, str(environment.folder)],
        LOGS / f"{environment.name}-venv.log",
        NETWORK_CURE,
    )


def _find_python(version: str) -> str:
    """Return a working interpreter: uv's choice, pyenv's folder, or one that uv downloads."""
    for find in (_uv_python, _pyenv_python, _downloaded_python):
        found = find(version)
        if found:
            return found
    raise StepError(
        f"No Python {version} on this machine, and uv could not download one.",
        f"Install Python {version} (Debian, Ubuntu: python{version} with python{version}-venv;\n"
        f"macOS: brew install python@{version}; pyenv: pyenv install {version}), or give uv\n"
        f"access to its downloads, then try again. Its words: {LOGS / 'python-download.log'}",
    )


def _uv_python(version: str) -> str:
    command = [str(UV), "python", "find", "--no-python-downloads", "--no-project", version]
    path = _output(command)
    return path if path and _is_python(path, version) else ""


def _pyenv_python(version: str) -> str:
    home = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    found = [str(path) for path in home.glob(f"versions/{version}*/bin/python")]
    return next((path for path in sorted(found, reverse=True) if _is_python(path, version)), "")


def _downloaded_python(version: str) -> str:
    log = LOGS / "python-download.log"
    try:
        run_logged([str(UV), "python", "install", version], log, "")
    except StepError:
        return ""
    return _uv_python(version)


def _is_python(path: str, version: str) -> bool:
    """A pyenv shim exists and fails unless its version is chosen: so the interpreter is asked."""
    return _output([path, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]) == version


def _output(command: list[str]) -> str:
    """Return what the command prints, or "" when it fails."""
    try:
        answer = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.decode().strip()


def _setting(name: str, default: str) -> str:
    """Return a setting from the environment or from .env, as the app's own settings will."""
    if name in os.environ:
        return os.environ[name]
    for line in _read(ROOT / ".env").splitlines():
        key, equals, value = line.partition("=")
        if equals and key.strip().upper() == name:
            return value.strip().strip("'\"")
    return default


def _has_module(name: str) -> bool:
    command = [sys.executable, "-c", f"import {name}"]
    return subprocess.call(command, stderr=subprocess.DEVNULL) == 0


def _hash(path: Path) -> str:
    platform = sysconfig.get_platform()
    return hashlib.sha256(path.read_bytes() + platform.encode()).hexdigest()


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
