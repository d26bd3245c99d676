"""One task per chat that has something to do: its updates in order, then what is to be sent.

With several gateways a lease in the database says which of them works on a chat.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.database import Database
from bot.gateway.repeating import repeating
from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.delivering import deliver
from bot.gateway.telegram.handling import handle
from bot.records import telegram_updates as records
from bot.records.telegram_chats import chats_to_send_to

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 20.0
SWEEP_SECONDS = 5.0
# Telegram keeps what it could not deliver for a day.
KEEP_NUMBERS = timedelta(days=2)
GRACE_SECONDS = 4.0

Key = tuple[str, int]


class Chats:
    """The chats of all bots of this process."""

    def __init__(self, bots: Mapping[str, ClinicBot], database: Database) -> None:
        self._bots = bots
        self._database = database
        self._holder = secrets.token_hex(8)
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._again: set[Key] = set()
        self._closing = asyncio.Event()

    def wake(self, clinic_id: str, chat_id: int) -> None:
        """Look after a chat: something came in, or something is to be sent."""
        key = (clinic_id, chat_id)
        if key in self._tasks:
            if self._tasks[key] is not asyncio.current_task():  # it looks again by itself
                self._again.add(key)
            return
        if clinic_id in self._bots and not self._closing.is_set():
            self._tasks[key] = asyncio.create_task(self._run(key))

    async def free(self, clinic_id: str) -> None:
        """Forget leases of a process that died: of a bot that no other process can serve."""
        await self._database.writing(partial(records.release_all_leases, clinic_id=clinic_id))

    async def sweep(self) -> None:
        """Take up what was left: by a process that died, or while Telegram was out of reach."""
        for key in await self._database.reading(partial(_left, clinic_ids=tuple(self._bots))):
            self.wake(*key)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sweep every few seconds; at the end finish what is under way, and begin nothing new."""
        try:
            async with repeating("telegram sweep", self._sweep_and_forget, SWEEP_SECONDS):
                yield
        finally:
            self._closing.set()
            await self._finish()

    async def _finish(self) -> None:
        tasks = list(self._tasks.values())
        if tasks:
            _done, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _sweep_and_forget(self) -> None:
        await self.sweep()
        before = datetime.now(UTC) - KEEP_NUMBERS
        await self._database.writing(partial(records.forget_handled, before=before))

    async def _run(self, key: Key) -> None:
        try:
            while True:
                self._again.discard(key)
                await self._attend(key)
                if key not in self._again or self._closing.is_set():
                    return
        except Exception as error:
            # Only the kind: the text of an error can hold a patient's words. The sweep goes on.
            logger.error("telegram chat failed clinic=%s: %s", key[0], type(error).__name__)
        finally:
            del self._tasks[key]

    async def _attend(self, key: Key) -> None:
        """Handle all that waits and send all that is to be sent, if no other process does."""
        if not await self._lease(key):
            return
        over = asyncio.Event()
        renewing = asyncio.create_task(self._renew(key, over))
        try:
            while not self._closing.is_set():
                waiting = await self._database.reading(
                    partial(records.waiting_updates, clinic_id=key[0], chat_id=key[1])
                )
                if waiting:
                    await self._handle(key, waiting)
                await deliver(self._bots[key[0]], key[1])
                if not waiting and await self._release(key):
                    return
        finally:
            over.set()
            await renewing
            await self._release(key, even_if_waiting=True)

    async def _handle(self, key: Key, waiting: list[records.StoredUpdate]) -> None:
        bot, first = self._bots[key[0]], waiting[0]
        try:
            await handle(bot, key[1], first, waiting[1:])
        except Exception as error:
            now = datetime.now(UTC)
            given_up = await self._database.writing(
                partial(records.note_failed, clinic_id=key[0], update_id=first.update_id, now=now)
            )
            logger.error(
                "telegram update failed clinic=%s update=%d given_up=%s: %s",
                *(key[0], first.update_id, given_up, type(error).__name__),
                exc_info=error,
            )
            if not given_up:
                raise

    async def _lease(self, key: Key) -> bool:
        now = datetime.now(UTC)
        return await self._database.writing(
            partial(
                records.take_lease,
                clinic_id=key[0],
                chat_id=key[1],
                holder=self._holder,
                now=now,
                until=now + LEASE,
            )
        )

    async def _renew(self, key: Key, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), RENEW_SECONDS)
                return
            await self._lease(key)

    async def _release(self, key: Key, *, even_if_waiting: bool = False) -> bool:
        return await self._database.writing(
            partial(
                records.release_lease,
                clinic_id=key[0],
                chat_id=key[1],
                holder=self._holder,
                even_if_waiting=even_if_waiting,
            )
        )


def _left(session: Session, clinic_ids: tuple[str, ...]) -> list[Key]:
    keys = records.chats_with_updates(session, clinic_ids) + chats_to_send_to(session, clinic_ids)
    return list(dict.fromkeys(keys))
