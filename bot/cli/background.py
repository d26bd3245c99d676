"""Everything started in the background, for a terminal or a test, and surely stopped after it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import httpx

from bot.cli.model import ROOT
from bot.cli.progress import StepError

STOP_SECONDS = 15.0
POLL_SECONDS = 0.25


@contextmanager
def running(
    address: str,
    environment: Mapping[str, str],
    output: IO[bytes] | None = None,
    seconds: float = 600.0,
) -> Iterator[None]:
    """Run `python -m bot run` while the context lasts, from when it is ready.

    Raises StepError when it ends, or is not ready after `seconds` (which may include training).
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )
    try:
        _wait(process, address, seconds)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()  # the processes end by themselves when their supervisor is gone


def is_ready(address: str) -> bool:
    """Tell whether a gateway at this address is ready to answer patients."""
    try:
        answer = httpx.get(f"{address}/readyz", timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK


def _wait(process: subprocess.Popen[bytes], address: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_ready(address):
        if process.poll() is not None or time.monotonic() > end:
            raise StepError("The assistant did not start.", "What stands above tells why.")
        time.sleep(POLL_SECONDS)
