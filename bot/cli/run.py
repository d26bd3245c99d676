"""Run everything on one machine: prepare what changed, then hand over to bot.cli.keep."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from bot.cli import keep
from bot.cli.model import QUIET, ensure_model
from bot.cli.ports import LOOPBACK, free_loopback_port, require_free
from bot.cli.prepare import import_packs, learn_red_flags, migrate
from bot.cli.widget import ensure_widget
from bot.settings import Settings


def run_all(settings: Settings) -> NoReturn:
    """Prepare what changed, then become the process that runs all others.

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
    # A new program in this process: what preparing took in memory is not kept for as long as it
    # runs, and not a second, third and fourth time by the processes that watch the others.
    os.execve(  # noqa: S606  # no shell is wanted
        sys.executable,
        [sys.executable, "-m", keep.__name__],
        process_environment(settings, model),
    )


def process_environment(settings: Settings, model: Path) -> dict[str, str]:
    """Return the environment of the processes; a busy loopback port is replaced by a free one."""
    actions = free_loopback_port(settings.actions_port, frozenset({settings.port}))
    taken = {settings.port, actions}
    rasa: list[int] = []
    for number in range(settings.rasa_workers):
        rasa.append(free_loopback_port(settings.rasa_port + number, frozenset(taken)))
        taken.add(rasa[-1])
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
        "RASA_PORT": str(rasa[0]),
        "RASA_PORTS": ",".join(map(str, rasa)),
        "RASA_URL": ",".join(f"http://{LOOPBACK}:{port}" for port in rasa),
        "RASA_MODEL": str(model),
        "TRACKER_URL": settings.tracker,
        "LOCK_URL": lock_url(settings) if settings.rasa_workers > 1 else "",
    }


def lock_url(settings: Settings) -> str:
    """Return where several workers lock conversations: PostgreSQL, or files beside SQLite."""
    if settings.database.get_backend_name() == "sqlite":
        return f"file://{settings.state_dir.resolve() / 'locks'}"
    return settings.tracker


def public_address(settings: Settings) -> str:
    """Return the address under which this machine reaches the gateway."""
    return keep.address_of(settings.host, settings.port)
