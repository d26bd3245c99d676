"""What our processes take: CPU seconds and memory, by name."""

import os
import platform

import psutil

KINDS = {
    "bot.gateway": "gateway",
    "action_server": "actions",
    "bot.brain": "rasa",
    "rasa run": "default rasa",
    "bot.cli.keep": "supervisor",
}
# A gateway beside the supervised one, to compare with.
SECOND = "second gateway"


class Processes:
    """The processes started so far by this one that are ours."""

    def __init__(self) -> None:
        self._found: list[tuple[str, psutil.Process]] = []
        for process in psutil.Process().children(recursive=True):
            line = " ".join(process.cmdline())
            name = next((name for mark, name in KINDS.items() if mark in line), None)
            if name == "gateway" and process.ppid() == os.getpid():
                name = SECOND
            if name is not None and not line.startswith(("/bin/sh", "sh ")):
                self._found.append((name, process))

    def cpu_seconds(self) -> float:
        """Return the CPU time that all have used."""
        return sum(sum(process.cpu_times()[:2]) for _, process in self._found)

    def ids(self) -> dict[str, list[int]]:
        """Return the ids of the processes by name."""
        found: dict[str, list[int]] = {}
        for name, process in self._found:
            found.setdefault(name, []).append(process.pid)
        return found

    def megabytes(self) -> dict[str, float]:
        """Return what each holds in memory; a page that several share is counted once in all.

        Where the system does not tell that (only Linux does), each page counts everywhere.
        """
        found: dict[str, float] = {}
        for name, process in self._found:
            info = process.memory_full_info()
            size = getattr(info, "pss", info.rss)
            found[name] = found.get(name, 0.0) + size / 1e6
        return found


def machine() -> str:
    """Describe the machine in one line."""
    gigabytes = psutil.virtual_memory().total / 1e9
    cores = f"{os.cpu_count()} cores ({platform.machine()}), {gigabytes:.0f} GB"
    return f"{cores}, Python {platform.python_version()}"
