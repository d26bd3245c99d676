"""Run everything on one machine: prepare, start the Procfile's processes, keep them alive."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import httpx

from bot.cli.model import QUIET, ROOT, ensure_model
from bot.cli.ports import LOOPBACK, free_loopback_port, require_free
from bot.cli.prepare import import_packs, learn_red_flags, migrate
from bot.cli.progress import Step
from bot.cli.supervisor import supervise
from bot.cli.widget import ensure_widget
from bot.settings import Settings

READY_SECONDS = 120.0


def run_all(settings: Settings) -> int:
    """Prepare what changed and run all processes; return the exit code.

    0 after Ctrl-C or SIGTERM, 1 when a process kept dying or the whole was not ready in time.
    Raises StepError when a step before that fails, with cause and cure.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a step's command ends too
    require_free(settings.host, settings.port)
    logs = settings.state_dir.resolve() / "log"
    model = ensure_model(logs)
    ensure_widget(logs)
    learn_red_flags(settings)
    migrate(settings)
    import_packs(settings)
    arrival = Arrival(settings, logs)
    environment = process_environment(settings, model)
    died = supervise(ROOT / "Procfile", environment, logs / "saphena.log", arrival.start)
    print("\nAll processes are stopped." if died is None else f"\nerror: {died}", file=sys.stderr)
    return int(died is not None or arrival.late)


def process_environment(settings: Settings, model: Path) -> dict[str, str]:
    """Return the environment of the processes; a busy loopback port is replaced by a free one."""
    actions = free_loopback_port(settings.actions_port, frozenset({settings.port}))
    rasa = free_loopback_port(settings.rasa_port, frozenset({settings.port, actions}))
    state = settings.state_dir.resolve()
    return {
        **os.environ,
        **QUIET,
        "PYTHONUNBUFFERED": "1",
        "HOST": settings.host,
        "PORT": str(settings.port),
        "STATE_DIR": str(state),
        "ACTIONS_PORT": str(actions),
        "ACTIONS_URL": f"http://{LOOPBACK}:{actions}/webhook",
        "RASA_PORT": str(rasa),
        "RASA_URL": f"http://{LOOPBACK}:{rasa}",
        "RASA_MODEL": str(model),
        "TRACKER_URL": settings.tracker,
    }


def public_address(settings: Settings) -> str:
    """Return the address under which this machine reaches the gateway."""
    host = LOOPBACK if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


class Arrival:
    """Waits beside the supervisor until /readyz says yes, then prints the address."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        self.late = False
        self._address = public_address(settings)
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
    answer = "no answer"
    end = time.monotonic() + READY_SECONDS
    with httpx.Client(base_url=address, timeout=5, trust_env=False) as client:
        while time.monotonic() < end:
            try:
                response = client.get("/readyz")
            except httpx.HTTPError as error:
                answer = f"no answer from the gateway ({error})"
            else:
                if response.status_code == httpx.codes.OK:
                    return ""
                answer = response.text
            time.sleep(0.25)
    return answer
