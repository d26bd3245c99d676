"""Saphena as queueing stations: what a message goes through, and what becomes of it."""

import itertools
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from bench.capacity.costs import Cost
from bench.capacity.stations import Cores, Process, Steps
from bot.gateway.load import RETRY_AFTER
from bot.gateway.workers import Workers
from bot.settings import Settings

MAX_UNDER_WAY: int = Settings.model_fields["max_under_way"].default
# Where in a message's way a process works: its first share before it asks the next one.
GATEWAY_BEFORE, RASA_BEFORE, CLIENT_BEFORE = 0.5, 0.7, 0.5


@dataclass(frozen=True)
class Size:
    """How many processes of each kind; the database's connections work side by side.

    Each process has a core of its own, or all share so many `cores`.
    """

    gateways: int
    workers: int
    actions: int
    database: int
    cores: int | None = None


@dataclass(frozen=True)
class Told:
    """What became of a message: when it was first sent, after how long it was answered, how.

    `refused` is how often it was told to come again; a message that no worker took has no answer.
    """

    at: float
    seconds: float
    refused: int = 0
    answered: bool = True


class Saphena:
    """The processes. A worker has an action server of its own kind's, in turn."""

    def __init__(
        self,
        env: simpy.Environment,
        size: Size,
        costs: Sequence[Cost],
        seed: int,
        *,
        patients_too: bool = False,
    ) -> None:
        """With `patients_too` what stands for the patients takes its CPU from the same cores."""
        cores = Cores(env, size.cores) if size.cores else None
        self.env, self._chance = env, random.Random(seed)
        self._costs = [Cost(*(ms / 1000 for ms in cost)) for cost in costs]
        self._client = Process(env, cores) if patients_too else None
        self.gateways = [Gateway(env, cores, size.workers) for _ in range(size.gateways)]
        self.workers = {address: Process(env, cores) for address in _addresses(size.workers)}
        self.actions = [Process(env, cores) for _ in range(size.actions)]
        self.database = Process(env, cores, at_once=size.database)
        self._actions_of = dict(zip(self.workers, itertools.cycle(self.actions), strict=False))
        self._turns = itertools.cycle(self.gateways)
        self._down: set[str] = set()

    def fail(self, worker: int) -> None:
        """Have a worker die, with all that it has in its hands; it does not come back."""
        self._down.add(list(self.workers)[worker])

    def message(self, conversation: str) -> Generator[simpy.Event, Any, Told]:
        """Take a message all the way; what is sent away comes again when it is told to."""
        began, cost = self.env.now, self._chance.choice(self._costs)
        for refused in itertools.count():
            gateway = next(self._turns)
            yield from self._of_patient(cost.client * CLIENT_BEFORE)
            yield from gateway.process.work(cost.gateway * GATEWAY_BEFORE)
            yield from self.database.work(cost.database / 3)
            if gateway.under_way >= MAX_UNDER_WAY:
                yield self.env.timeout(RETRY_AFTER)
                continue
            gateway.under_way += 1
            answered = yield from self._ask(gateway, conversation, cost)
            gateway.under_way -= 1
            yield from self.database.work(cost.database / 3)
            yield from gateway.process.work(cost.gateway * (1 - GATEWAY_BEFORE))
            yield from self._of_patient(cost.client * (1 - CLIENT_BEFORE))
            return Told(began, self.env.now - began, refused, answered)
        raise AssertionError

    def _of_patient(self, seconds: float) -> Steps:
        if self._client is not None:
            yield from self._client.work(seconds)

    def _ask(
        self, gateway: "Gateway", conversation: str, cost: Cost
    ) -> Generator[simpy.Event, Any, bool]:
        """Ask the conversation's worker, or the next one; False where none is left."""
        for address in gateway.workers.order(conversation):
            if (yield from self._answered(address, cost)):
                return True
            gateway.workers.note_down(address)
        return False

    def _answered(self, address: str, cost: Cost) -> Generator[simpy.Event, Any, bool]:
        """Have a worker take a message; False as soon as it is seen that the worker died."""
        worker = self.workers[address]
        steps = (
            worker.work(cost.rasa * RASA_BEFORE),
            self._actions_of[address].work(cost.actions),
            worker.work(cost.rasa * (1 - RASA_BEFORE)),
            self.database.work(cost.database / 3),
        )
        for step in steps:
            if address in self._down:
                return False
            yield from step
        return address not in self._down


class Gateway:
    """A gateway: its process, the workers as it knows them, and how many messages it has there."""

    def __init__(self, env: simpy.Environment, cores: Cores | None, workers: int) -> None:
        self.process = Process(env, cores)
        self.workers = Workers(_addresses(workers), clock=lambda: float(env.now))
        self.under_way = 0


def _addresses(workers: int) -> list[str]:
    return [f"http://rasa-{number}:5005" for number in range(1, workers + 1)]
