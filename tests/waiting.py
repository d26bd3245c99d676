"""Waiting for what comes about by itself: generously, for a busy machine is no fault."""

import time
from collections.abc import Callable

PATIENCE = 60.0
# So long all processes may take to start.
READY_SECONDS = 180.0


def waited_for[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Look until something true is found, and return it; in the end what is found instead."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
