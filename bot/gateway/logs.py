"""Logs: ids, topics and reasons, never what anyone wrote."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def set_up_logging(level: str) -> None:
    """Log to standard error from `level` on; httpx says one line a request, which is too much."""
    logging.basicConfig(format=FORMAT)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)
