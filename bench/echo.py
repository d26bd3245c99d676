"""An echo on the gateway's own server: what a message costs when nothing is done with it.

It also stands for Rasa, so that a message goes all the way through the gateway and is not thought
about.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.care.answer import Answer
from bot.cli.ports import LOOPBACK, any_free_port
from bot.gateway.brain import ALIVE, WEBHOOK


def create_app() -> FastAPI:
    """Return an application that sends back what it gets, plain and as Rasa's REST channel does."""
    app = FastAPI()

    @app.post("/")
    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    @app.get(ALIVE)
    async def alive() -> str:
        return "ok"

    @app.post(WEBHOOK)
    async def answer(request: Request) -> list[dict[str, Any]]:
        said = await request.json()
        custom = Answer(said["message"], "faq").to_payload()
        return [{"recipient_id": said["sender"], "custom": custom}]

    return app


@contextmanager
def echoing() -> Iterator[str]:
    """Run the echo in a process of its own; yields its address."""
    port = any_free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.echo:create_app"]
    options = ["--host", LOOPBACK, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    process = subprocess.Popen([*command, *options])
    try:
        address = f"http://{LOOPBACK}:{port}"
        while not _answers(f"{address}/"):
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.post(address, json={}, trust_env=False).is_success
    except httpx.HTTPError:
        return False
