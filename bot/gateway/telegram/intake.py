"""Takes in updates: stored first, and only then acknowledged; by long polling or by webhook."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import CallbackQuery, Update
from telegram.error import RetryAfter, TelegramError

from bot.database import going_first
from bot.gateway.telegram.alone import Alone
from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.chats import Chats
from bot.gateway.telegram.handling import may_be_urgent
from bot.records.telegram_updates import StoredUpdate, store_update

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1
# More than SQLite waits for a lock; who hangs longer must not keep what comes next from being seen.
STORE_SECONDS = 12.0


class Intake(asyncio.Queue[object]):
    """What one bot is sent, and the queue of its poller, in which nothing is ever kept.

    Telegram forgets updates only when the next ones are fetched: those of a process that dies, or
    cannot store them, come again.
    """

    def __init__(self, bot: ClinicBot, chats: Chats) -> None:
        super().__init__()
        self._bot = bot
        self._chats = chats
        self._alone = Alone(bot)
        self._working: set[asyncio.Task[None]] = set()

    async def put(self, item: object) -> None:
        """Do nothing: `fetched` had it stored, together with what came with it."""

    async def fetched(self, updates: Sequence[Update]) -> None:
        """Store what was fetched. Raises RetryAfter, so that it is fetched again, if it can't."""
        try:
            await self.take([(one, one.to_dict()) for one in updates])
        except (SQLAlchemyError, TimeoutError) as error:
            logger.error("telegram updates not stored yet: %s", type(error).__name__)
            raise RetryAfter(AGAIN_SECONDS) from None

    async def take(self, came: Sequence[tuple[Update, dict[str, Any]]]) -> None:
        """Store updates with their JSON, together, and have them handled.

        A red flag among them is answered though the database is away, or slow. Raises
        SQLAlchemyError or TimeoutError when they are not stored, and have to come again.
        """
        ours = [(update, body, chat.id) for update, body in came if (chat := update.effective_chat)]
        grave = [
            (one, chat_id)
            for update, body, chat_id in ours
            if may_be_urgent(self._bot, one := StoredUpdate(update.update_id, body, 0))
        ]
        with going_first() if grave else nullcontext():
            write = self._bot.services.database.writing(partial(self._store, ours))
            storing = asyncio.ensure_future(write)
        in_time = self._bot.services.unhurried.in_time
        if grave and not await in_time(asyncio.shield(storing), False, hurried=lambda: True):
            await asyncio.gather(*(self._alone.answer(one, chat_id) for one, chat_id in grave))
        await asyncio.wait_for(asyncio.shield(storing), STORE_SECONDS)
        self._wake({chat_id for _, _, chat_id in ours}, {chat_id for _, chat_id in grave})
        for one, chat_id in grave:
            with going_first():
                self._begin(self._alone.see_to(one, chat_id))
        self._acknowledge(update.callback_query for update, _, _ in ours)

    def _store(self, ours: Sequence[tuple[Update, dict[str, Any], int]], session: Session) -> bool:
        clinic_id, now = self._bot.clinic_id, datetime.now(UTC)
        for update, body, chat_id in ours:
            store_update(session, clinic_id, update.update_id, chat_id, body=body, now=now)
        return True

    def _wake(self, chats: set[int], grave: set[int]) -> None:
        for chat_id in chats:
            with going_first() if chat_id in grave else nullcontext():
                self._chats.wake(self._bot.clinic_id, chat_id)

    def _acknowledge(self, queries: Iterable[CallbackQuery | None]) -> None:
        for query in queries:
            if query is not None:
                self._begin(_answer(query))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def close(self) -> None:
        """Leave what is under way."""
        for task in self._working:
            task.cancel()


async def _answer(query: CallbackQuery) -> None:
    """Take the hourglass off a pressed button at once; what it leads to comes in its turn."""
    try:
        await query.answer()
    except TelegramError as error:
        logger.info("telegram press not acknowledged: %s", type(error).__name__)
