"""A server that is killed and comes back, as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import expect

from bot.cli.ports import any_free_port
from tests.browser import website
from tests.browser.visitor import Visitor
from tests.browser.website import Website
from tests.channels.serving import prepare, settings_for
from tests.channels.standin import StandIn

LONG = 45_000  # ms: the widget waits longer and longer between its tries


@dataclass
class Process:
    """A gateway as a process of its own, that can be killed."""

    address: str
    environment: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [sys.executable, "-m", "bot.gateway"]
        self.process = subprocess.Popen(command, env={**os.environ, **self.environment})
        for _ in range(300):
            try:
                if httpx.get(f"{self.address}/healthz", trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the gateway did not start")

    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@contextmanager
def gateway_process(state: Path, rasa: StandIn) -> Iterator[tuple[Process, Website]]:
    port = any_free_port()
    address = f"http://127.0.0.1:{port}"
    prepare(settings_for(state))
    with website.running(address) as site:
        environment = {
            "ENVIRONMENT": "test",
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "STATE_DIR": str(state),
            "RASA_URL": rasa.address,
            "ACTIONS_URL": rasa.address,
            "RATE_LIMITS": "off",
            "LOG_LEVEL": "WARNING",
            "ALLOWED_ORIGINS": site.origin,
        }
        process = Process(address, environment)
        process.start()
        try:
            yield process, site
        finally:
            process.kill()


def test_a_server_killed_while_a_message_is_under_way(
    visitor: Visitor, rasa: StandIn, tmp_path: Path
) -> None:
    with gateway_process(tmp_path, rasa) as (process, site):
        visitor.visit(site.page()).open()
        visitor.ask("first")
        rasa.delay = 3.0
        visitor.say("second")
        expect(visitor.said.last).to_contain_text("Sending")
        for _ in range(100):
            if len(rasa.messages) == 2:
                break
            time.sleep(0.05)
        process.kill()
        rasa.delay = 0.0
        visitor.say("third")
        expect(visitor.said).to_have_count(3)
        process.start()
        expect(visitor.messages).to_have_count(7, timeout=LONG)
        expected = ["first", "You said: first", "second", "You said: second"]
        assert visitor.texts()[1:] == [*expected, "third", "You said: third"]
        visitor.page.reload()
        visitor.open()
        expect(visitor.messages).to_have_count(7)
