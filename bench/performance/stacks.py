"""The stacks that are measured, each with state of its own in a temporary folder."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from uuid import uuid4

import httpx
import psycopg

from bench.performance import default_bot
from bot.cli.background import running
from bot.cli.model import BRAIN_PYTHON, QUIET
from bot.cli.ports import LOOPBACK, any_free_port

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True)
class Stack:
    """Where a running stack is reached, its state, and the seconds to its first answer."""

    gateway: str
    rasa: str
    actions: str
    state: Path
    seconds: float


@contextmanager
def started(
    database_url: str = "", *, again: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """Run everything. With `again` it is stopped once, and the second start is what counts.

    `settings` are more of them, as in the environment.
    """
    with ending_on_sigterm(), tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        chosen = {"DATABASE_URL": database_url, **(settings or {})}
        if again:
            with _run(state, chosen):
                pass
        with _run(state, chosen) as stack:
            yield stack


@contextmanager
def ending_on_sigterm() -> Iterator[None]:
    """Let a SIGTERM end what is within in order: what was started would else run on."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _run(state: Path, settings: Mapping[str, str]) -> Iterator[Stack]:
    port, rasa, actions = any_free_port(), any_free_port(), any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        **settings,
        "STATE_DIR": str(state),
        "PORT": str(port),
        "RASA_PORT": str(rasa),
        "ACTIONS_PORT": str(actions),
        "RATE_LIMITS": "off",
    }
    with (state / "run.log").open("ab") as log:
        began = time.perf_counter()
        with running(address, environment, log):
            _first_answer(address)
            took = time.perf_counter() - began
            loopback = (f"http://{LOOPBACK}:{number}" for number in (rasa, actions))
            yield Stack(address, *loopback, state=state, seconds=took)


def _first_answer(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        opened = client.post("/api/conversations", json={"clinic": "glamour"}).json()
        client.post(
            f"/api/conversations/{opened['id']}/messages",
            json={"text": "does it hurt?"},
            headers={"Authorization": f"Bearer {opened['token']}"},
        ).raise_for_status()


@contextmanager
def postgres() -> Iterator[str]:
    """Make an empty database on the server of TEST_POSTGRES_URL or of this machine.

    Yields "" where there is none.
    """
    server = os.environ.get("TEST_POSTGRES_URL", POSTGRES)
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        print("not measured on PostgreSQL: no server")
        yield ""
        return
    name = f"saphena_bench_{uuid4().hex[:8]}"
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def default_rasa(actions: str) -> Iterator[str]:
    """Run Rasa as it comes, with its default pipeline, on the same actions; yields its address."""
    model = default_bot.ensure_trained()
    port = any_free_port()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        environment = {
            **os.environ,
            **QUIET,
            "ACTIONS_URL": f"{actions}/webhook",
            "DEFAULT_TRACKER": f"{folder}/tracker.db",
        }
        where = ["--interface", LOOPBACK, "--port", str(port), "--model", str(model)]
        files = ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
        process = subprocess.Popen(
            [str(BRAIN_PYTHON), "-W", "ignore", "-m", "rasa", "run", *where, *files],
            cwd=default_bot.FOLDER,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://{LOOPBACK}:{port}"
            _wait(process, f"{address}/webhooks/rest/")
            yield address
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def second_gateway(stack: Stack, rasa: str) -> Iterator[str]:
    """Run one more gateway of a stack, which asks another Rasa; yields its address."""
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        **os.environ,
        "STATE_DIR": str(stack.state),
        "DATABASE_URL": "",
        "PORT": str(port),
        "RASA_URL": rasa,
        "ACTIONS_URL": f"{stack.actions}/webhook",
        "RATE_LIMITS": "off",
    }
    with (stack.state / "second.log").open("wb") as log:
        command = [sys.executable, "-m", "bot.gateway"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(process, f"{address}/readyz")
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"What was to answer at {address} did not start.")
        try:
            httpx.get(address, timeout=5, trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
