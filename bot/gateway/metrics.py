"""Figures of a running gateway for Prometheus, on a port of their own; no words, no ids."""

import logging
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence, Sized
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.care.topic import Topic
from bot.clock import Clock
from bot.database import Database
from bot.records.alerts import NewAlert
from bot.records.outbox import Kind, overdue
from bot.records.plain import Reply

PREFIX: Final = "saphena"
if TYPE_CHECKING:
    from bot.gateway.services import Services

logger = logging.getLogger(__name__)

# Seconds; a message is meant to take tens of milliseconds, a hanging engine 10 s.
BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
# Topics of answers that are no subject of topics.yml: the question which one was meant.
_ASKED_BACK: Final = "clarify"


class Metrics:
    """What is counted and timed. Every gateway of a process has a registry of its own."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self.registry = CollectorRegistry()
        self._topics = topics
        counter = partial(Counter, namespace=PREFIX, registry=self.registry)
        gauge = partial(Gauge, namespace=PREFIX, registry=self.registry)
        timer = partial(Histogram, namespace=PREFIX, registry=self.registry, buckets=BUCKETS)
        self._messages = counter(
            "messages", "Patients' messages by what became of them.", ["channel", "outcome"]
        )
        self._replies = counter(
            "replies", "Replies by kind of topic.", ["channel", "kind", "known"]
        )
        self._red_flags = counter("red_flags", "Red flags raised.", ["level", "layer"])
        self._refusals = counter("refusals", "Requests refused.", ["code"])
        self._stages = timer("stage_seconds", "Time of a stage of a message.", ["stage"])
        # Finding a label's timer costs more than the timing.
        self._timers: dict[str, Histogram] = {}
        self._whole = timer("message_seconds", "Time of a message.", ["channel"])
        self._due = gauge("outbox_due", "Sendings that are due and not sent.", ["kind"])
        self._lag = gauge("outbox_lag_seconds", "How long the oldest of them is due.", ["kind"])
        self._waiting = gauge("conversations_under_way", "Conversations with a message under way.")
        ProcessCollector(registry=self.registry)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, also one that fails."""
        timer = self._timers.get(name)
        if timer is None:
            timer = self._timers[name] = self._stages.labels(name)
        began = time.perf_counter()
        try:
            yield
        finally:
            timer.observe(time.perf_counter() - began)

    def message(self, channel: str, outcome: str, seconds: float) -> None:
        """Count and time a message that went all the way."""
        self._messages.labels(channel, outcome).inc()
        self._whole.labels(channel).observe(seconds)

    def told(self, channel: str, replies: Sequence[Reply], alert: NewAlert | None) -> None:
        """Count replies, and the red flag that was answered."""
        for reply in replies:
            answer = reply.answer
            kind = self._kind_of(answer.topic)
            self._replies.labels(channel, kind, str(answer.known).lower()).inc()
        if alert is not None:
            self._red_flags.labels(alert.level, alert.layer).inc()

    def _kind_of(self, topic: str) -> str:
        if topic in self._topics:
            return str(self._topics[topic].kind)
        return topic if topic == _ASKED_BACK else "other"

    def refused(self, code: str) -> None:
        """Count a request that was refused."""
        self._refusals.labels(code).inc()

    def watch(self, waiting: Sized, database: Database, clock: Clock) -> None:
        """Let gauges ask for their figures when somebody looks at them."""
        self._waiting.set_function(lambda: len(waiting))
        for kind in Kind:
            self._due.labels(kind).set_function(partial(_due, database, clock, kind))
            self._lag.labels(kind).set_function(partial(_lag, database, clock, kind))


def _due(database: Database, clock: Clock, kind: Kind) -> float:
    return _overdue(database, clock, kind)[0]


def _lag(database: Database, clock: Clock, kind: Kind) -> float:
    return _overdue(database, clock, kind)[1]


def _overdue(database: Database, clock: Clock, kind: Kind) -> tuple[float, float]:
    """Return how many sendings are overdue and for how long; NaN while the database is down."""
    now: datetime = clock.now()
    try:
        with database.read() as session:
            count, oldest = overdue(session, kind, now)
    except SQLAlchemyError:
        return float("nan"), float("nan")
    return count, (now - oldest).total_seconds() if oldest else 0.0


@asynccontextmanager
async def metrics_served(services: "Services") -> AsyncIterator[None]:
    """Serve the figures on their own port until the end of the block, where one is set.

    A port that is taken is logged; patients are answered without figures too.
    """
    settings, metrics = services.settings, services.metrics
    metrics.watch(services.turns, services.database, services.clock)
    if settings.metrics_port is None:
        yield
        return
    try:
        server, thread = start_http_server(
            settings.metrics_port, addr=settings.metrics_host, registry=metrics.registry
        )
    except OSError as error:
        logger.error(
            "no metrics: METRICS_PORT %d can't be used (%s). Free it, or set another one.",
            *(settings.metrics_port, error.strerror),
        )
        yield
        return
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
