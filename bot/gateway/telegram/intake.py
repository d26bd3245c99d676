"""Takes in updates: stored first, and only then acknowledged; by long polling or by webhook."""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.chats import Chats
from bot.records.telegram_updates import store_update

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 1.0


class Intake(asyncio.Queue[object]):
    """The queue of one bot's poller: what is put in is stored, so nothing ever waits in it.

    Telegram forgets an update only when the next ones are fetched, and the poller fetches these
    when the queue has taken all it got: a process that dies in between is told again.
    """

    def __init__(self, bot: ClinicBot, chats: Chats) -> None:
        super().__init__()
        self._bot = bot
        self._chats = chats
        self._answering: set[asyncio.Task[None]] = set()

    async def put(self, item: object) -> None:
        """Store an update; while the database is down, keep trying."""
        assert isinstance(item, Update)  # noqa: S101
        while True:
            try:
                await self.take(item, item.to_dict())
            except SQLAlchemyError as error:
                logger.error("telegram update not stored yet: %s", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return

    async def take(self, update: Update, body: dict[str, Any]) -> None:
        """Store an update and have it handled. Raises SQLAlchemyError."""
        chat = update.effective_chat
        if chat is None:
            return
        if update.callback_query is not None:
            task = asyncio.create_task(_answer(update.callback_query))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        services = self._bot.services
        await services.database.writing(
            partial(
                store_update,
                clinic_id=self._bot.clinic_id,
                update_id=update.update_id,
                chat_id=chat.id,
                body=body,
                now=datetime.now(UTC),
            )
        )
        self._chats.wake(self._bot.clinic_id, chat.id)


async def _answer(query: CallbackQuery) -> None:
    """Take the hourglass off a pressed button at once; what it leads to comes in its turn."""
    try:
        await query.answer()
    except TelegramError as error:
        logger.info("telegram press not acknowledged: %s", type(error).__name__)
