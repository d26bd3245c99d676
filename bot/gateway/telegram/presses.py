"""What a pressed button leads to. Its keyboard goes once something was chosen."""

import logging
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session
from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.gateway.context import Incoming
from bot.gateway.refusals import Code, Refusal
from bot.gateway.telegram import lines
from bot.gateway.telegram.reading import Pressed
from bot.gateway.telegram.showing import (
    Act,
    choices,
    keyboard,
    read_press,
    to_parts,
    toggled,
    with_choice,
)
from bot.gateway.telegram.visit import Visit
from bot.records.conversations import (
    find_buttons,
    find_by_client_id,
    patient_wrote_after,
    replies_after,
)
from bot.records.plain import Message, Outcome
from bot.records.telegram_chats import Chat, Sent, find_sent, note_checked

logger = logging.getLogger(__name__)

# What these buttons say is an answer to a question, and means nothing to the next one.
ANSWERS = ("/affirm", "/deny")


@dataclass(frozen=True, slots=True)
class _Press:
    """A press on a reply of this chat. `was_made`: it was heard before, `is_open`: it still may."""

    act: Act
    id: str
    sent: Sent
    reply: Message
    is_open: bool
    was_made: bool

    @property
    def incoming(self) -> Incoming:
        """What the press says: a button, or the options that are checked."""
        if self.act == "done":
            return Incoming(choices=self.sent.checked, client_id=f"tgd-{self.sent.seq}")
        return Incoming(button=self.id, client_id=f"tgb-{self.id}")

    @property
    def title(self) -> str:
        """What was chosen, in the words of the buttons."""
        offered = [*(self.reply.answer or {}).get("buttons", ()), *choices(self.reply)]
        chosen = self.incoming.pressed
        return "; ".join(one["title"] for one in offered if one["id"] in chosen)


async def pressed(visit: Visit, event: Pressed) -> None:
    """Check an option, or take what was chosen the way of every message."""
    chat, press = visit.chat, None
    if chat is not None:
        press = await visit.services.database.reading(partial(_find, chat, event))
    if chat is None or press is None or not (press.is_open or press.was_made):
        await _stale(visit, chat, event)
    elif press.act == "check":
        await _check(visit, press)
    elif press.was_made:
        await _close(visit, press)
    elif press.incoming.pressed:
        outcome = await visit.hear(chat, press.incoming, last=False)
        if outcome is not None and outcome is not Outcome.UNAVAILABLE:
            await _close(visit, press)


async def _check(visit: Visit, press: _Press) -> None:
    checked = toggled(press.reply, press.sent.checked, press.id)

    def change(session: Session) -> None:
        # Together, as a second time would take the mark away again.
        if visit.mark(session):
            note_checked(session, press.sent, checked)

    await visit.services.database.writing(change)
    markup = keyboard(press.reply, checked, visit.texts)
    await _edit(visit, press.sent.message_id, None, markup)


async def _close(visit: Visit, press: _Press) -> None:
    text = to_parts(press.reply, visit.texts)[press.sent.part].text
    await _edit(visit, press.sent.message_id, with_choice(text, press.title, visit.texts), None)


async def _stale(visit: Visit, chat: Chat | None, event: Pressed) -> None:
    """Say that the button means nothing any more, and take it away."""
    await _edit(visit, event.message_id, None, None)
    reply = lines.refused(Refusal(Code.UNKNOWN_BUTTON), visit.clinic, visit.texts)
    if chat is not None and reply is not None:
        await visit.say(chat, reply)
    elif reply is not None:
        await visit.say_unrecorded(reply.answer.text)


async def _edit(
    visit: Visit, message_id: int, text: str | None, markup: InlineKeyboardMarkup | None
) -> None:
    """Change a message; that it is too old, gone, or like that already, does not matter."""
    bot, chat_id = visit.bot.bot, visit.chat_id
    try:
        if text is None:
            await bot.edit_message_reply_markup(chat_id, message_id, reply_markup=markup)
        else:
            await bot.edit_message_text(text, chat_id, message_id, reply_markup=markup)
    except TelegramError as error:
        logger.info("telegram message not changed: %s", type(error).__name__)


def _find(chat: Chat, event: Pressed, session: Session) -> _Press | None:
    """Return the press if the button is one that this chat was offered."""
    conversation_id = chat.conversation_id
    read, sent = read_press(event.data), find_sent(session, conversation_id, event.message_id)
    if read is None or sent is None:
        return None
    act, identifier = read
    reply = next(iter(replies_after(session, conversation_id, sent.seq - 1)), None)
    if reply is None or reply.seq != sent.seq:
        return None
    is_open = _is_answer(session, chat, act, identifier) is False or not patient_wrote_after(
        session, conversation_id, sent.seq
    )
    press = _Press(act, identifier, sent, reply, is_open, was_made=False)
    earlier = find_by_client_id(session, conversation_id, press.incoming.client_id or "")
    was_made = earlier is not None and earlier.outcome is not Outcome.UNAVAILABLE
    return _Press(act, identifier, sent, reply, is_open, was_made)


def _is_answer(session: Session, chat: Chat, act: Act, identifier: str) -> bool:
    """Tell whether a button answers a question, which may be over; others name a subject."""
    if act != "press":
        return True
    buttons = find_buttons(session, chat.conversation_id, [identifier])
    return any(button.payload.startswith(ANSWERS) for button in buttons)
