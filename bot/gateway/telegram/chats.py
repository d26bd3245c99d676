"""One task per chat that has something to do: its updates in order, then what is to be sent.

Only a red flag overtakes what came before it, also what is under way and may hang.
With several gateways a lease in the database says which of them works on a chat.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.database import Database, going_first
from bot.gateway.repeating import repeating
from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.delivering import deliver
from bot.gateway.telegram.handling import handle, is_urgent
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
        # Set when there is something new to do in a chat that has a task already.
        self._again: defaultdict[Key, asyncio.Event] = defaultdict(asyncio.Event)
        self._closing = asyncio.Event()

    def wake(self, clinic_id: str, chat_id: int) -> None:
        """Look after a chat: something came in, or something is to be sent."""
        key = (clinic_id, chat_id)
        if key in self._tasks:
            if self._tasks[key] is not asyncio.current_task():  # it looks again by itself
                self._again[key].set()
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
                self._again[key].clear()
                await self._attend(key)
                if not self._again[key].is_set() or self._closing.is_set():
                    return
        except Exception as error:
            # Only the kind: the text of an error can hold a patient's words. The sweep goes on.
            logger.error("telegram chat failed clinic=%s: %s", key[0], type(error).__name__)
        finally:
            del self._tasks[key]
            self._again.pop(key, None)

    async def _attend(self, key: Key) -> None:
        """Handle all that waits and send all that is to be sent, if no other process does."""
        waiting = await self._take(key)
        if waiting is None:
            return
        over = asyncio.Event()
        renewing = asyncio.create_task(self._renew(key, over))
        try:
            released = False
            while not (released or self._closing.is_set()):
                if waiting:
                    await self._handle_first(key, waiting)
                # What is to be sent after it looked wakes the chat again.
                await deliver(self._bots[key[0]], key[1])
                released = await self._release(key)
                waiting = [] if released else await self._waiting(key)
        finally:
            over.set()
            await renewing
            if not released:
                await self._release(key, even_if_waiting=True)

    async def _take(self, key: Key) -> list[records.StoredUpdate] | None:
        """Take the lease and return what waits; None while another process works on the chat."""

        def take(session: Session) -> list[records.StoredUpdate] | None:
            is_ours = self._take_lease(key, session)
            return records.waiting_updates(session, *key) if is_ours else None

        return await self._database.writing(take)

    async def _waiting(self, key: Key) -> list[records.StoredUpdate]:
        return await self._database.reading(
            partial(records.waiting_updates, clinic_id=key[0], chat_id=key[1])
        )

    async def _handle_first(self, key: Key, waiting: list[records.StoredUpdate]) -> None:
        """Handle a red flag, if one waits, else the first; meanwhile a red flag that comes in."""
        bot, again = self._bots[key[0]], self._again[key]
        first = next((one for one in waiting if is_urgent(bot, one)), waiting[0])
        under_way = asyncio.create_task(self._handle(key, first, waiting))
        try:
            while not await _first_done(under_way, again.wait()):
                again.clear()
                for one in await self._waiting(key):
                    if one.update_id != first.update_id and is_urgent(bot, one):
                        with going_first():
                            await self._handle(key, one, ())
                            await deliver(bot, key[1])
            under_way.result()  # raises what it raised
        finally:
            under_way.cancel()
            await asyncio.gather(under_way, return_exceptions=True)

    async def _handle(
        self, key: Key, first: records.StoredUpdate, waiting: Sequence[records.StoredUpdate]
    ) -> None:
        """Handle an update; of those that wait it may be replaced by a later one."""
        later = [one for one in waiting if one.update_id > first.update_id]
        try:
            await handle(self._bots[key[0]], key[1], first, later)
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

    def _take_lease(self, key: Key, session: Session) -> bool:
        now = datetime.now(UTC)
        return records.take_lease(session, *key, holder=self._holder, now=now, until=now + LEASE)

    async def _renew(self, key: Key, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), RENEW_SECONDS)
                return
            await self._database.writing(partial(self._take_lease, key))

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


async def _first_done(work: asyncio.Task[None], other: Coroutine[Any, Any, object]) -> bool:
    """Wait for either; tells whether `work` is done."""
    waiting = asyncio.create_task(other)
    try:
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    return work.done()


def _left(session: Session, clinic_ids: tuple[str, ...]) -> list[Key]:
    keys = records.chats_with_updates(session, clinic_ids) + chats_to_send_to(session, clinic_ids)
    return list(dict.fromkeys(keys))
