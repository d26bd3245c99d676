"""Queueing stations of a discrete-event simulation (SimPy); times in seconds."""

from collections.abc import Generator
from typing import Any

import simpy

# So long a process keeps a core before another that waits for it has its turn.
SLICE = 0.002

type Steps = Generator[simpy.Event, Any, None]


class Cores:
    """The cores of one machine, which its processes share."""

    def __init__(self, env: simpy.Environment, number: int) -> None:
        self.env = env
        self._free = simpy.Resource(env, number)

    def run(self, seconds: float) -> Steps:
        """Take so much CPU, in slices."""
        while seconds > 0:
            part = min(seconds, SLICE)
            with self._free.request() as turn:
                yield turn
                yield self.env.timeout(part)
            seconds -= part


class Process:
    """A process that does one thing at a time, on a core of its own or on cores that it shares."""

    def __init__(
        self, env: simpy.Environment, cores: Cores | None = None, at_once: int = 1
    ) -> None:
        self.env = env
        self._cores = cores
        self._free = simpy.Resource(env, at_once)

    def work(self, seconds: float) -> Steps:
        """Wait for its turn, then work so long."""
        with self._free.request() as turn:
            yield turn
            if self._cores is None:
                yield self.env.timeout(seconds)
            else:
                yield from self._cores.run(seconds)
