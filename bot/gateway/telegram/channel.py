"""Telegram as a channel of the gateway: what was recorded is sent by the chat's own task."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.database import Database
from bot.gateway.channels import Can
from bot.gateway.telegram.bots import TELEGRAM
from bot.gateway.telegram.showing import CAN
from bot.records.plain import Message
from bot.records.telegram_chats import chat_of

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class TelegramReception:
    """Collects the replies to a message; the chat's task sends them when they are recorded."""

    shown: list[Message] = field(default_factory=list)
    name: str = TELEGRAM
    can: Can = CAN

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Keep the replies: those of a conversation that was just deleted are nowhere else."""
        self.shown = list(replies)


@dataclass(frozen=True, slots=True)
class TelegramPush:
    """Has replies that nobody asked for sent, by staff for example; `wake` starts a chat's task."""

    wake: Callable[[str, int], None]
    database: Database
    name: str = TELEGRAM
    can: Can = CAN

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Wake the chat's task, which sends what was recorded."""
        chat = await self.database.reading(partial(chat_of, conversation_id=conversation_id))
        if chat is None:
            logger.warning("not pushed, no chat conversation=%s", conversation_id)
            return
        self.wake(chat.clinic_id, chat.chat_id)
