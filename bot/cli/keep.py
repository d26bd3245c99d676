"""Run the Procfile's processes until stopped: python -m bot.cli.keep, from `python -m bot run`.

Everything it needs to know is in the environment, as bot.cli.run sets it. It stays for as long as
the processes do, so it imports little.
"""

import http.client
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from bot.cli.model import ROOT
from bot.cli.ports import LOOPBACK
from bot.cli.progress import Step
from bot.cli.supervisor import supervise

READY_SECONDS = 120.0


def main() -> int:
    """Run all processes; return the exit code.

    0 after Ctrl-C or SIGTERM, 1 when a process kept dying or the whole was not ready in time.
    """
    logs = Path(os.environ["STATE_DIR"]) / "log"
    arrival = Arrival(address_of(os.environ["HOST"], int(os.environ["PORT"])), logs)
    died = supervise(ROOT / "Procfile", os.environ, logs / "saphena.log", arrival.start)
    print("\nAll processes are stopped." if died is None else f"\nerror: {died}", file=sys.stderr)
    return int(died is not None or arrival.late)


def address_of(host: str, port: int) -> str:
    """Return the address under which this machine reaches a gateway that listens there."""
    host = LOOPBACK if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class Arrival:
    """Waits beside the supervisor until /readyz says yes, then prints the address."""

    def __init__(self, address: str, logs: Path) -> None:
        self.late = False
        self._address = address
        self._logs = logs

    def start(self) -> None:
        """Begin to wait, in a thread that ends with the program."""
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        with Step("processes", "starting") as step:
            missing = _wait_until_ready(self._address)
            step.result = "not ready" if missing else "ready"
        if missing:
            print(f"\nerror: not ready after {READY_SECONDS:.0f} s: {missing}", file=sys.stderr)
            print(f"The processes' own words are in {self._logs / 'saphena.log'}", file=sys.stderr)
            self.late = True
            os.kill(os.getpid(), signal.SIGTERM)
            return
        print(f"\nSaphena is at {self._address} (Ctrl-C stops it; log: {self._logs}/saphena.log)")
        sys.stdout.flush()


def _wait_until_ready(address: str) -> str:
    """Return "" once ready, or what the last answer of /readyz was when time is up."""
    end = time.monotonic() + READY_SECONDS
    answer = "no answer"
    while time.monotonic() < end:
        answer = _not_ready(address)
        if not answer:
            break
        time.sleep(0.25)
    return answer


def _not_ready(address: str) -> str:
    """Return what speaks against its being ready."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"{address}/readyz", timeout=5).close()
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer from the gateway ({error})"
    return ""


if __name__ == "__main__":
    sys.exit(main())
