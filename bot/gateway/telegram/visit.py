"""One update of a chat on its way: its conversation, what is said to it, what it says."""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.gateway.context import Alongside, Incoming
from bot.gateway.pipeline import ChangedMeanwhileError, only_if, push, receive
from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import Services
from bot.gateway.telegram import lines
from bot.gateway.telegram.bots import TELEGRAM, ClinicBot
from bot.gateway.telegram.channel import TelegramReception
from bot.gateway.telegram.delivering import send, typing
from bot.gateway.telegram.showing import CAN, Part, to_parts
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.knowledge.texts import Texts
from bot.records.conversations import last_reply
from bot.records.exchanges import record_exchange
from bot.records.plain import Message, Outcome, Reply
from bot.records.telegram_chats import Chat, find_chat, note_blocked, open_chat
from bot.records.telegram_updates import note_handled

logger = logging.getLogger(__name__)

_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class Visit:
    """An update that is being handled; `marked` once it is noted that it was.

    `chat` is None as long as it has no conversation.
    """

    bot: ClinicBot
    chat_id: int
    update_id: int
    clinic: ClinicCard
    chat: Chat | None
    marked: bool = False

    @property
    def services(self) -> Services:
        """The gateway's services."""
        return self.bot.services

    @property
    def texts(self) -> Texts:
        """The assistant's phrases."""
        return self.bot.services.texts

    async def find_or_open(self, *, greet: bool) -> tuple[Chat, bool]:
        """Return the chat, and whether it is new; a new one begins with the notice.

        Raises Refusal when too many are begun. A chat that had blocked the bot is open again.
        """
        if self.chat is None:
            await self.services.limits.admit_conversation(f"{TELEGRAM} {self.chat_id}")
            self.chat = await self.services.database.writing(partial(self._open, greet=greet))
            return self.chat, True
        if self.chat.blocked:
            await self.note_blocked(self.chat, blocked=False)
        return self.chat, False

    async def note_blocked(self, chat: Chat, *, blocked: bool) -> None:
        """Note that the patient blocked the bot, or lets it write again."""
        since = datetime.now(UTC) if blocked else None
        change = partial(note_blocked, conversation_id=chat.conversation_id, since=since)
        await self.services.database.writing(change)

    async def handled(self) -> None:
        """Note that the update is handled, unless that was written with what it led to."""
        if not self.marked:
            await self.services.database.writing(self.mark)

    async def say(self, chat: Chat, reply: Reply, *, last: bool = True) -> None:
        """Record what is to be said; with `last` the update is handled with it, so it is once."""
        once = only_if(lambda session, _now: self.mark(session))
        await self._push(chat, reply, [once] if last else [])

    async def say_if_new(self, chat: Chat, reply: Reply) -> None:
        """The same, unless that is what was said last; numbers in it aside."""

        def is_new(session: Session, _now: datetime) -> bool:
            before = last_reply(session, chat.conversation_id)
            return before is None or _bare(before.text) != _bare(reply.answer.text)

        await self._push(chat, reply, [only_if(is_new)])

    async def say_unrecorded(self, text: str) -> None:
        """Send a line to a chat that has no conversation."""
        await send(self.bot, self.chat_id, Part(text))

    async def hear(self, chat: Chat, incoming: Incoming, *, last: bool = True) -> Outcome | None:
        """Take what the patient did the way of every channel; None when it was refused.

        With `last` the update is handled with it, so it is once.
        """
        reception = TelegramReception()
        alongside = [self._mark_alongside] if last else []
        try:
            async with typing(self.bot, self.chat_id):
                received = await receive(
                    self.services, reception, chat.conversation_id, incoming, alongside=alongside
                )
        except Refusal as refusal:
            if refusal.code is Code.CONVERSATION_NOT_FOUND:
                raise  # deleted meanwhile: tried again, it begins a new one
            reply = lines.refused(refusal, self.clinic, self.texts)
            logger.info("telegram refused conversation=%s: %s", chat.conversation_id, refusal.code)
            if reply is not None:
                await self.say_if_new(chat, reply)
            return None
        if received.outcome is Outcome.DELETED:
            await self._send_all(reception.shown)
        return received.outcome

    async def _send_all(self, replies: list[Message]) -> None:
        """Send what is recorded nowhere any more: the last words of a deleted conversation."""
        for reply in replies:
            for part in to_parts(reply, self.texts):
                await send(self.bot, self.chat_id, part)

    async def _push(self, chat: Chat, reply: Reply, alongside: list[Alongside]) -> None:
        try:
            await push(self.services, chat.conversation_id, [reply], alongside=alongside)
        except ChangedMeanwhileError:
            logger.info("telegram said before conversation=%s", chat.conversation_id)

    def _open(self, session: Session, *, greet: bool) -> Chat:
        now = self.services.clock.now()
        chat = open_chat(session, self.bot.clinic_id, self.chat_id, TELEGRAM, now)
        website = self.services.settings.public_url or self.clinic.website
        first = [lines.notice(self.clinic, website, self.texts)] if CAN.outside else []
        if greet:
            first.append(lines.welcome(self.clinic, self.texts))
        record_exchange(session, chat.conversation_id, now, None, first)
        return chat

    def _mark_alongside(self, session: Session, _now: datetime) -> None:
        self.mark(session)

    def mark(self, session: Session) -> bool:
        """Note, within a transaction, that the update is handled; False when it was before."""
        self.marked = True
        return note_handled(session, self.bot.clinic_id, self.update_id, datetime.now(UTC))


async def visit_of(bot: ClinicBot, chat_id: int, update_id: int) -> Visit:
    """Return a visit with its clinic and chat. Raises LookupError when the pack is gone."""

    def look(session: Session) -> tuple[ClinicCard | None, Chat | None]:
        return get_clinic(session, bot.clinic_id), find_chat(session, bot.clinic_id, chat_id)

    clinic, chat = await bot.services.database.reading(look)
    if clinic is None:
        raise LookupError(f"there is no clinic {bot.clinic_id!r}; import its pack first")
    return Visit(bot, chat_id, update_id, clinic, chat)


def _bare(text: str) -> str:
    return _DIGITS.sub("", text)
