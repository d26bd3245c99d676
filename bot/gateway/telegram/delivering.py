"""Sends a chat what was recorded for it and not shown yet. Only the holder of its lease does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial

from sqlalchemy.orm import Session
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.care.reminders.wish import TOPIC as REMINDERS
from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.showing import Part, to_parts
from bot.records.plain import Message
from bot.records.telegram_chats import (
    Chat,
    Sent,
    find_chat,
    note_begun,
    note_blocked,
    note_not_sent,
    note_sent,
    note_shown,
    to_send,
)

logger = logging.getLogger(__name__)

RETRY_AFTER = (0.5, 1.0, 2.0, 4.0)
TYPING_AFTER = 0.4
TYPING_AGAIN = 4.5


class Failure(Enum):
    """Why a message is not out: the patient does not want it, Telegram refuses it, or not now."""

    BLOCKED = auto()
    REFUSED = auto()
    LATER = auto()


async def deliver(bot: ClinicBot, chat_id: int) -> None:
    """Send what is not shown yet, in order, as far as Telegram can be reached now."""
    found = await bot.services.database.reading(partial(_look, bot.clinic_id, chat_id))
    if found is None:
        return
    chat, replies, sent = found
    out = {(one.seq, one.part) for one in sent}
    for reply in replies:
        if not await _show(bot, chat, reply, out):
            return


async def send(bot: ClinicBot, chat_id: int, part: Part) -> int | Failure:
    """Send one message and return its id; what fails on the way is tried again."""
    for wait in (*RETRY_AFTER, None):
        try:
            message = await bot.bot.send_message(chat_id, part.text, reply_markup=part.keyboard)
        except Forbidden:
            return Failure.BLOCKED
        except BadRequest as error:
            # Before NetworkError, which it is a kind of: to try again would not help.
            logger.error("telegram refused a message clinic=%s: %s", bot.clinic_id, error.message)
            return Failure.REFUSED
        except NetworkError as error:
            logger.info("telegram failed clinic=%s: %s", bot.clinic_id, type(error).__name__)
            if wait is not None:
                await asyncio.sleep(wait)
        except TelegramError as error:
            logger.warning("telegram failed clinic=%s: %s", bot.clinic_id, type(error).__name__)
            return Failure.LATER
        else:
            return message.message_id
    logger.warning("telegram not reached clinic=%s", bot.clinic_id)
    return Failure.LATER


@asynccontextmanager
async def typing(bot: ClinicBot, chat_id: int) -> AsyncIterator[None]:
    """Show that an answer is on its way, unless it comes at once."""
    task = asyncio.create_task(_keep_typing(bot, chat_id))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def at_most_once(reply: Message) -> bool:
    """Tell whether a message is a reminder: twice would be worse than, for once, not at all.

    Everything else is sent again when nobody can tell whether it got out.
    """
    return reply.reply_to is None and (reply.answer or {}).get("topic") == REMINDERS


async def _show(bot: ClinicBot, chat: Chat, reply: Message, out: set[tuple[int, int]]) -> bool:
    """Send the parts of a reply that are not out yet; False when it has to be tried later."""
    database, conversation_id = bot.services.database, chat.conversation_id
    parts = [] if chat.blocked else list(enumerate(to_parts(reply, bot.services.texts)))
    shown = partial(note_shown, conversation_id=conversation_id, seq=reply.seq)
    for number, part in parts:
        if (reply.seq, number) in out:
            continue
        if at_most_once(reply):
            await database.writing(
                partial(note_begun, conversation_id=conversation_id, seq=reply.seq, part=number)
            )
        result = await send(bot, chat.chat_id, part)
        if not isinstance(result, int):
            await database.writing(
                partial(note_not_sent, conversation_id=conversation_id, seq=reply.seq, part=number)
            )
        if result is Failure.LATER:
            return False
        if result is Failure.BLOCKED:
            logger.info("telegram chat blocked conversation=%s", conversation_id)
            since = datetime.now(UTC)
            await database.writing(
                partial(note_blocked, conversation_id=conversation_id, since=since)
            )
            break
        if isinstance(result, int):
            sent = partial(
                note_sent,
                conversation_id=conversation_id,
                seq=reply.seq,
                part=number,
                message_id=result,
            )
            if number == len(parts) - 1:
                await database.writing(_all_of(sent, shown))
                return True
            await database.writing(sent)
    await database.writing(shown)
    return True


def _all_of(*works: Callable[[Session], object]) -> Callable[[Session], None]:
    """Return what does several things in one transaction."""

    def work(session: Session) -> None:
        for one in works:
            one(session)

    return work


async def _keep_typing(bot: ClinicBot, chat_id: int) -> None:
    await asyncio.sleep(TYPING_AFTER)
    async with bot.typists:
        while True:
            with suppress(TelegramError):
                await bot.bot.send_chat_action(chat_id, ChatAction.TYPING)
            await asyncio.sleep(TYPING_AGAIN)


def _look(
    clinic_id: str, chat_id: int, session: Session
) -> tuple[Chat, list[Message], list[Sent]] | None:
    chat = find_chat(session, clinic_id, chat_id)
    return (chat, *to_send(session, chat)) if chat else None
