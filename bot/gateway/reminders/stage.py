"""The stage that hears a plain wish for no more reminders, in every language of the chat.

It needs nothing behind the gateway, so that a stop word works whatever is down.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.care.reminders.wish import TOPIC, Wish, stops
from bot.gateway.context import Context, Step
from bot.gateway.services import Services
from bot.knowledge.texts import Texts
from bot.records.conversations import last_reply
from bot.records.plain import Reply
from bot.records.reminders import end_reminders, reminding

# While one of these is under way, a bare "stop" is for it.
_TASKS: Final = frozenset({"candidate", "book", "reschedule"})


async def reminders(context: Context, services: Services) -> Step:
    """End the reminders of whoever says so and has some; others go on their way."""
    texts = _language(context, services.languages)
    if texts is None or not await services.database.reading(partial(_is_meant, context)):
        return Step.NEXT
    context.alongside.append(partial(_end, conversation_id=context.conversation_id))
    context.replies.append(Reply(Answer(texts.say("reminders.stopped"), TOPIC)))
    return Step.END


def _language(context: Context, languages: Collection[Texts]) -> Texts | None:
    """Return the texts of the language in which the message is a stop word, else None."""
    if context.payload == Wish.STOP.payload:
        return next(iter(languages))
    if context.payload != context.said:
        return None
    return next((texts for texts in languages if stops(context.said, (texts,))), None)


def _is_meant(context: Context, session: Session) -> bool:
    found = reminding(session, context.conversation_id)
    if found is None or not found.on:
        return False
    last = last_reply(session, context.conversation_id)
    busy = last is not None and (last.answer or {}).get("topic") in _TASKS
    return context.payload != context.said or not busy


def _end(session: Session, now: datetime, *, conversation_id: str) -> None:
    end_reminders(session, conversation_id, now)
