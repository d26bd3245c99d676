"""What the bot does with an update of a chat."""

from collections.abc import Sequence
from contextlib import suppress

from telegram import Update
from telegram.error import TelegramError

from bot.gateway.context import Incoming
from bot.gateway.refusals import Refusal
from bot.gateway.telegram import lines, menu
from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.presses import pressed
from bot.gateway.telegram.reading import (
    Happening,
    InGroup,
    Membership,
    Pressed,
    Said,
    is_replaced,
    read,
)
from bot.gateway.telegram.visit import Visit, visit_of
from bot.records.telegram_chats import Chat
from bot.records.telegram_updates import StoredUpdate


async def handle(
    bot: ClinicBot, chat_id: int, update: StoredUpdate, later: Sequence[StoredUpdate]
) -> None:
    """Do what an update asks for; `later` are those of the same chat that wait behind it.

    Handled again, after the process died in the middle, it says nothing twice.
    """
    visit = await visit_of(bot, chat_id, update.update_id)
    match _read(update, bot):
        case Said() as said:
            if not is_replaced(said, [_read(one, bot) for one in later]):
                await _said(visit, said)
        case Pressed() as press:
            await pressed(visit, press)
        case Membership(inside=inside):
            if visit.chat is not None:
                await visit.note_blocked(visit.chat, blocked=not inside)
        case InGroup(joined=joined):
            await _leave(visit, joined=joined)
        case None:
            pass
    await visit.handled()


def is_urgent(bot: ClinicBot, update: StoredUpdate) -> bool:
    """Tell whether an update has to be answered before those that came earlier: a red flag."""
    return bot.services.alarm.is_red_flag(words_of(bot, update))


def may_be_urgent(bot: ClinicBot, update: StoredUpdate) -> bool:
    """Tell whether an update is a red flag if its writer was treated lately."""
    return bot.services.alarm.may_be_red_flag(words_of(bot, update))


def words_of(bot: ClinicBot, update: StoredUpdate) -> str:
    """Return what was typed, as much of it as is looked at for a red flag; empty for all else.

    Also for what cannot be read: in its turn it fails, is counted, and given up in the end.
    """
    try:
        happening = _read(update, bot)
    except Exception:
        return ""
    if not isinstance(happening, Said) or happening.command:
        return ""
    return happening.text[: bot.services.settings.max_text]


def _read(update: StoredUpdate, bot: ClinicBot) -> Happening | None:
    return read(Update.de_json(update.body, bot.bot))


async def _said(visit: Visit, said: Said) -> None:
    try:
        chat, is_new = await visit.find_or_open(greet=said.command == menu.START)
    except Refusal:
        return  # begun and deleted again and again
    incoming = Incoming(topic=menu.topic_of(said.command), client_id=said.client_id)
    words = menu.words_of(said.command, visit.texts)
    if said.command == menu.START:
        await _start(visit, chat, said, is_new=is_new)
    elif said.command == menu.HELP:
        await visit.say(chat, lines.help_text(visit.clinic, visit.texts))
    elif incoming.topic is not None:
        await visit.hear(chat, incoming)
    elif words is not None:
        await visit.hear(chat, Incoming(text=words, client_id=said.client_id))
    else:
        await _words(visit, chat, said)


async def _start(visit: Visit, chat: Chat, said: Said, *, is_new: bool) -> None:
    """Greet, and go to what the link was about."""
    topic = menu.linked_topic(said.parameter, visit.bot.topics, visit.texts)
    if not is_new:
        await visit.say(chat, lines.welcome(visit.clinic, visit.texts), last=topic is None)
    if topic is not None:
        await visit.hear(chat, Incoming(topic=topic, client_id=said.client_id))


async def _words(visit: Visit, chat: Chat, said: Said) -> None:
    """Say what can't be read, once an album; the words under it are read like any others."""
    is_told = said.edited or visit.bot.is_same_album(visit.chat_id, said.album)
    if said.media is not None and not is_told:
        reply = lines.not_read(said.media, visit.clinic, visit.texts)
        await visit.say(chat, reply, last=not said.text)
    if said.text:
        await visit.hear(chat, Incoming(text=said.text, client_id=said.client_id))


async def _leave(visit: Visit, *, joined: bool) -> None:
    """Leave a group; say why when it is the first thing that happens there."""
    if joined:
        await visit.say_unrecorded(visit.texts.say("telegram.group"))
    with suppress(TelegramError):
        await visit.bot.bot.leave_chat(visit.chat_id)
