"""Which ports are free. Standard library only, Python 3.8 on: the set-up asks before all else."""

from __future__ import annotations

import socket

from bot.cli.progress import StepError

LOOPBACK = "127.0.0.1"


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen on `host`:`port` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(host: str, port: int) -> None:
    """Raise StepError, which says how to choose another port, when the public port is taken."""
    if not is_free(host, port):
        raise StepError(
            f"Port {port} on {host} is in use by another program, or by a Saphena already running.",
            f"Stop that program, or choose another port: make run PORT={port + 1}",
        )


def free_loopback_port(preferred: int, taken: frozenset[int] = frozenset()) -> int:
    """Return the preferred loopback port, or a free one chosen by the system when it is busy."""
    if preferred not in taken and is_free(LOOPBACK, preferred):
        return preferred
    return any_free_port()


def any_free_port() -> int:
    """Return a free loopback port chosen by the system."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
