"""The action server: rasa-sdk's application. Run as python -m bot.cli.action_server

rasa-sdk's own entry starts a second process and sends it the actions, open database and all.
"""

import sys
import warnings

from bot.logs import keep_words_out
from bot.memory import tidy
from bot.settings import SettingsError, load_settings

KEEP_ALIVE_SECONDS = 120


def main() -> int:
    """Serve the package `actions` until stopped; returns the exit code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from rasa_sdk import utils  # noqa: PLC0415
        from rasa_sdk.endpoint import create_app  # noqa: PLC0415
        from rasa_sdk.executor import ActionExecutor  # noqa: PLC0415
    from sanic import Sanic  # noqa: PLC0415

    try:
        settings = load_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    keep_words_out()
    utils.configure_colored_logging(settings.log_level)
    executor = ActionExecutor()
    executor.register_package("actions")
    app = create_app(executor, cors_origins=[])
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS
    tidy()
    app.prepare(
        host=settings.actions_host, port=settings.actions_port, single_process=True, motd=False
    )
    Sanic.serve_single(primary=app)
    return 0


if __name__ == "__main__":
    sys.exit(main())
