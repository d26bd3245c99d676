"""Whether the wall clock can be trusted: it has gone on as fast as time has.

A clock that is set wrong for an hour must do no harm that setting it right cannot mend: what is
deleted as past its time is gone, and a reminder that was dropped as too late never comes.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from bot.clock import Clock

logger = logging.getLogger(__name__)

TOLERATED: Final = timedelta(minutes=5)


def since_boot() -> float:
    """Return seconds that nobody sets; on Linux they go on while the machine sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class Steady:
    """Notices when the clock was set forward; asked now and then."""

    def __init__(self, clock: Clock, seconds: Callable[[], float] = since_boot) -> None:
        self._clock, self._seconds = clock, seconds
        self._last = clock.now(), seconds()
        self._set_at: float | None = None

    def since(self, long: timedelta) -> bool:
        """Tell whether it was not set forward for so long."""
        before, then = self._last
        now, seconds = self._last = self._clock.now(), self._seconds()
        ahead = now - before - timedelta(seconds=seconds - then)
        if ahead > TOLERATED:
            logger.error("the clock was set forward by %s: what hangs on the date waits", ahead)
            self._set_at = seconds
        return self._set_at is None or seconds - self._set_at >= long.total_seconds()
