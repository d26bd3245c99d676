"""Run the gateway: python -m bot.gateway"""

import sys

import uvicorn

from bot.gateway.app import create_app
from bot.gateway.connections import GUARDED
from bot.memory import tidy
from bot.settings import SettingsError, load_settings

GRACE_SECONDS = 5


def main() -> int:
    """Serve until stopped; returns the exit code."""
    try:
        settings = load_settings()
        app = create_app(settings, on_started=tidy)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        **GUARDED,
        # Its lines take the form of ours.
        log_config=None,
        log_level=settings.log_level.lower(),
        # Addresses hold ids and links to data; what happened is logged by the stages.
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
