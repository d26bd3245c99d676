"""An echo on the gateway's own server: what a message costs when nothing is done with it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.cli.ports import LOOPBACK, any_free_port


def create_app() -> FastAPI:
    """Return an application with one endpoint."""
    app = FastAPI()

    @app.post("/")
    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="application/json")

    return app


@contextmanager
def echoing() -> Iterator[str]:
    """Run the echo in a process of its own; yields its address."""
    port = any_free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.echo:create_app"]
    options = ["--host", LOOPBACK, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    process = subprocess.Popen([*command, *options])
    try:
        address = f"http://{LOOPBACK}:{port}/"
        while not _answers(address):
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
