"""The Bot API emulator of npm's telegram-test-api, installed and run by the tests."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.cli.ports import LOOPBACK, any_free_port
from bot.cli.widget import NODE, NPM

FOLDER = Path(__file__).parent / "emulator"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER))
INSTALL_SECONDS = 110


class NotInstalledError(Exception):
    """The emulator can't be installed; the text is npm's."""


@contextmanager
def running(keeps: int = 3600) -> Iterator[str]:
    """Run an emulator on a free port; yields its address. Raises NotInstalledError.

    It keeps messages for so many seconds; with many kept each further one takes longer.
    """
    _install()
    port = any_free_port()
    command = [str(NODE), str(FOLDER / "serve.cjs"), str(port), str(keeps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", "the emulator did not start"
            yield f"http://{LOOPBACK}:{port}"
        finally:
            process.terminate()


def _install() -> None:
    """Install what the lock file says, once; several test runs may begin at the same time."""
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = FOLDER / "node_modules" / ".stamp"
    with (FOLDER / "serve.cjs").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            [str(NODE), str(NPM), *INSTALL],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise NotInstalledError(done.stderr[-2000:])
        stamp.write_text(wanted)
