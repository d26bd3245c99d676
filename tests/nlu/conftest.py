"""A real Rasa with the trained model, and a real action server that echoes what reaches it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.cli.model import BRAIN_PYTHON, QUIET, ROOT, ensure_model
from bot.cli.ports import LOOPBACK, any_free_port


@dataclass(frozen=True)
class Rasa:
    """A running Rasa; the patience of its client covers a machine that is busy."""

    http: httpx.Client

    def parse(self, text: str) -> dict[str, Any]:
        """What the pipeline makes of a message, as the actions would see it."""
        answer = self.http.post("/model/parse", json={"text": text}).raise_for_status()
        return dict(answer.json())

    def topics(self, text: str) -> list[str]:
        """The topics of a message's subjects, in order."""
        return [subject["topic"] for subject in self.parse(text)["subjects"]]

    def say(self, sender: str, text: str, **metadata: str) -> list[dict[str, Any]]:
        """The latest messages that reached the action server: one, if all is well."""
        message = {"sender": sender, "message": text, "metadata": metadata}
        replies = self.http.post("/webhooks/rest/webhook", json=message).raise_for_status().json()
        return [reply["custom"] for reply in replies]


@pytest.fixture(scope="session")
def rasa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rasa]:
    """Start both servers on free ports with a tracker store of their own."""
    folder = tmp_path_factory.mktemp("rasa")
    rasa_port, actions_port = any_free_port(), any_free_port()
    model = ensure_model(folder)
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "echo_actions"]
    server = [str(BRAIN_PYTHON), "-m", "bot.brain", "run", "--enable-api", "--interface", LOOPBACK]
    environment = {
        **os.environ,
        **QUIET,
        "PYTHONWARNINGS": "ignore",
        "PYTHONPATH": str(Path(__file__).parent),
        "ACTIONS_URL": f"http://{LOOPBACK}:{actions_port}/webhook",
        "TRACKER_URL": f"sqlite:///{folder / 'tracker.db'}",
    }
    with ExitStack() as stack:
        log = stack.enter_context((folder / "servers.log").open("wb"))
        for command in (
            [*actions, "--port", str(actions_port)],
            [*server, "--port", str(rasa_port), "--model", str(model)],
        ):
            process = subprocess.Popen(  # closed by the stack
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            stack.enter_context(process)
            stack.callback(process.terminate)
        base = f"http://{LOOPBACK}:{rasa_port}"
        http = stack.enter_context(httpx.Client(base_url=base, timeout=30, trust_env=False))
        _wait_until_ready(http, process, folder / "servers.log")
        yield Rasa(http)


def _wait_until_ready(
    http: httpx.Client, process: subprocess.Popen[bytes], log: Path, seconds: float = 90
) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            if http.get("/status").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"Rasa did not start:\n{log.read_text()[-2000:]}", pytrace=False)
