"""Who takes the machine's cores under load: Saphena, or what stands for its patients."""

import os
import time
from collections.abc import Mapping

import psutil

from bench.performance.processes import Processes

EMULATOR = "serve.cjs"


class Costs:
    """CPU since `begin`, as shares of all cores."""

    def __init__(self) -> None:
        self._ours = Processes()
        self._emulators = [
            child
            for child in psutil.Process().children(recursive=True)
            if any(part.endswith(EMULATOR) for part in child.cmdline())
        ]
        self._began, self._before = 0.0, dict[str, float]()

    def begin(self) -> None:
        """Count from now on."""
        self._began, self._before = time.perf_counter(), self._seconds()

    def taken(self) -> Mapping[str, float]:
        """Return the shares since then, by whom."""
        cores = (time.perf_counter() - self._began) * (os.cpu_count() or 1)
        return {who: (now - self._before[who]) / cores for who, now in self._seconds().items()}

    def _seconds(self) -> dict[str, float]:
        emulated = sum(sum(one.cpu_times()[:2]) for one in self._emulators)
        return {
            "Saphena": self._ours.cpu_seconds(),
            "emulator of Telegram": emulated,
            "people, front of the emulator": sum(psutil.Process().cpu_times()[:2]),
        }
