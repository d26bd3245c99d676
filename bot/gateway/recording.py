"""A message and its replies are written together; to a red flag the answer does not wait for it.

What is written late is kept on disk meanwhile (`journal`), and written by the gateway that comes
after when this one does not live to see it.
"""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from bot.database import going_first
from bot.gateway.alarm import ACTED_ON
from bot.gateway.context import Alongside, Context
from bot.gateway.late import Late
from bot.gateway.services import Services
from bot.records.alerts import NewAlert, add_alert, settle_alerts
from bot.records.events import Event, add_events
from bot.records.exchanges import (
    is_recorded,
    record_exchange,
    record_late_replies,
    unrecorded,
)
from bot.records.notices import notify_of_alert
from bot.records.plain import Message, PatientMessage, Recorded, RecordedBeforeError, Reply

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is written of a message: itself, unless nobody asked, its replies, and a red flag in it.

    `retry_of` is its earlier sending, which was not answered. `settles`: it ends earlier red flags.
    """

    conversation_id: str
    clinic_id: str
    at: datetime
    said: PatientMessage | None
    replies: tuple[Reply, ...]
    retry_of: Message | None = None
    alert: NewAlert | None = None
    settles: bool = False

    @property
    def is_grave(self) -> bool:
        """Whether it has a red flag that is acted on at once."""
        return self.alert is not None and self.alert.level in ACTED_ON


ENTRY = TypeAdapter(Exchange)


async def recorded(context: Context, services: Services) -> Recorded:
    """Write what became of a message. Raises ConversationGoneError.

    Where the database is slow or away, the answer to a red flag is returned as if recorded.
    """
    exchange = _exchange(context, services.clock.now())
    write = partial(_write, services, exchange, context.alongside)
    if not exchange.is_grave:
        return await write()
    return await services.unhurried.written_in_time(
        context.conversation_id,
        write,
        again=partial(_write, services, exchange, context.alongside, again=True),
        instead=unrecorded(exchange.said, exchange.replies, context.number, exchange.at),
        entry=ENTRY.dump_json(exchange),
    )


async def take_up(services: Services) -> None:
    """Write what gateways before this one answered and could not write."""
    for path, entry in services.journal.left():
        try:
            exchange = ENTRY.validate_json(entry)
        except ValidationError:
            logger.error("kept red flag cannot be read, left where it is: %s", path)
            continue
        client_id = exchange.said.client_id if exchange.said else None
        write = partial(_write, services, exchange, again=True)
        await services.unhurried.late.put_off(
            Late(exchange.conversation_id, client_id, write, kept=path)
        )


def _exchange(context: Context, now: datetime) -> Exchange:
    return Exchange(
        context.conversation_id,
        context.clinic_id,
        now,
        context.to_record,
        tuple(context.replies),
        context.retry_of,
        context.alert,
        context.settles,
    )


async def _write(
    services: Services,
    exchange: Exchange,
    alongside: Sequence[Alongside] = (),
    *,
    again: bool = False,
) -> Recorded:
    notify = exchange.is_grave and exchange.clinic_id in services.settings.notify

    def write(session: Session) -> Recorded:
        if again and _is_recorded(session, exchange):
            raise RecordedBeforeError
        for work in alongside:
            work(session, exchange.at)
        return _record(session, exchange, notify=notify)

    with going_first() if exchange.is_grave else nullcontext():
        return await services.database.writing(write)


def _is_recorded(session: Session, exchange: Exchange) -> bool:
    where, at, said = exchange.conversation_id, exchange.at, exchange.said
    return said is not None and is_recorded(session, where, at, said, retry_of=exchange.retry_of)


def _record(session: Session, exchange: Exchange, *, notify: bool) -> Recorded:
    conversation_id, now = exchange.conversation_id, exchange.at
    recorded = _record_messages(session, exchange)
    if exchange.said is not None:
        answered = [_answered(message) for message in recorded.replies]
        add_events(session, exchange.clinic_id, conversation_id, answered, now)
    if exchange.settles:
        settle_alerts(session, conversation_id, now)
    if exchange.alert is not None:
        add_alert(
            session,
            conversation_id,
            clinic_id=exchange.clinic_id,
            seq=recorded.said.seq if recorded.said else 0,
            new=exchange.alert,
            now=now,
        )
        if notify:
            notify_of_alert(session, exchange.clinic_id, conversation_id, exchange.alert.level, now)
    return recorded


def _record_messages(session: Session, exchange: Exchange) -> Recorded:
    conversation_id, now, replies = exchange.conversation_id, exchange.at, exchange.replies
    if exchange.retry_of is None or exchange.said is None:
        return record_exchange(session, conversation_id, now, exchange.said, replies)
    return record_late_replies(
        session,
        conversation_id,
        now,
        replies,
        to=exchange.retry_of,
        outcome=exchange.said.outcome,
    )


def _answered(message: Message) -> Event:
    answer = message.answer or {}
    return Event(message.seq, "answered", answer["topic"], answer["known"], answer["urgency"])
