"""Rings at the open consoles of a clinic, within this process; red flags ring it."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.database import Database
from bot.gateway.services import AlertRaised
from bot.records.audit import Action, add_audit

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Bell:
    """The open consoles by clinic. They look for themselves every few seconds, or when it rings."""

    _listening: defaultdict[str, set[asyncio.Event]] = field(
        default_factory=lambda: defaultdict(set)
    )

    @contextmanager
    def listening(self, clinic_id: str) -> Iterator[asyncio.Event]:
        """Listen until the end of the block; the event is set when it rings."""
        rung = asyncio.Event()
        self._listening[clinic_id].add(rung)
        try:
            yield rung
        finally:
            self._listening[clinic_id].discard(rung)
            if not self._listening[clinic_id]:
                del self._listening[clinic_id]

    def ring(self, clinic_id: str) -> None:
        """Let all open consoles of a clinic look now."""
        for rung in tuple(self._listening.get(clinic_id, ())):
            rung.set()


async def wait_rung(rung: asyncio.Event, seconds: float) -> None:
    """Wait until it rings, but no longer than so many seconds; it is silent again after."""
    with suppress(TimeoutError):
        await asyncio.wait_for(rung.wait(), seconds)
    rung.clear()


class RedFlagListener:
    """Hears of red flags: rings, and notes them in the audit without letting the patient wait."""

    def __init__(self, bell: Bell, database: Database, clock: Clock) -> None:
        self._bell = bell
        self._database = database
        self._clock = clock
        self._noting: set[asyncio.Task[None]] = set()

    async def __call__(self, raised: AlertRaised) -> None:
        """Ring at once; note it in the background."""
        self._bell.ring(raised.clinic_id)
        task = asyncio.create_task(self._note(raised))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def finish(self) -> None:
        """Wait until everything is noted."""
        await asyncio.gather(*self._noting)

    async def _note(self, raised: AlertRaised) -> None:
        note = partial(
            add_audit,
            clinic_id=raised.clinic_id,
            action=Action.RED_FLAG,
            now=self._clock.now(),
            subject=raised.conversation_id,
        )
        try:
            await self._database.writing(note)
        except SQLAlchemyError as error:
            # The red flag itself is stored with its message; only this line is missing.
            logger.error("red flag not in the audit: %s", type(error).__name__)
