"""The way of a message, written once for every channel.

admit -> read -> triage -> privacy -> reminders -> staff -> brain -> effects, then always
record -> deliver. To add a stage, write it and put it in its place in WAY.
"""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.gateway import stages
from bot.gateway.channels import Channel, push_channel
from bot.gateway.context import Alongside, Context, Incoming, Stage, Step
from bot.gateway.effects import effects
from bot.gateway.handover.stage import staff
from bot.gateway.outage import outage_reply
from bot.gateway.privacy.stage import privacy
from bot.gateway.refusals import Code, Refusal
from bot.gateway.reminders.stage import reminders
from bot.gateway.services import Services
from bot.gateway.triage import triage
from bot.records.plain import Message, Outcome, Reply

logger = logging.getLogger(__name__)

WAY: tuple[Stage, ...] = (
    *(stages.admit, stages.read),
    *(triage, privacy, reminders, staff),
    *(stages.brain, effects),
)
ALWAYS: tuple[Stage, ...] = (stages.record, stages.deliver)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a patient's message, and the message as recorded; None if it was deleted."""

    outcome: Outcome
    said: Message | None


async def receive(
    services: Services,
    channel: Channel,
    conversation_id: str,
    incoming: Incoming,
    *,
    alongside: Sequence[Alongside] = (),
) -> Received:
    """Take a patient's message all the way; the channel is shown the replies.

    `alongside` is written in the same transaction, if anything is: not for what was answered
    before, or is deleted. Raises Refusal when the message is not accepted, and then nothing is
    recorded.
    """
    if incoming.out_of_turn and not services.alarm.may_be_red_flag(_words(incoming, services)):
        raise Refusal(Code.OUT_OF_TURN)
    context = Context(conversation_id, channel, incoming, alongside=list(alongside))
    began = time.perf_counter()
    async with _turn(services, conversation_id, incoming), context.held:
        await _go(context, services)
    services.metrics.message(channel.name, str(context.outcome), time.perf_counter() - began)
    return Received(context.outcome, context.recorded.said)


def _turn(
    services: Services, conversation_id: str, incoming: Incoming
) -> AbstractAsyncContextManager[None]:
    """Return the wait for the conversation's earlier messages; none for an emergency.

    What was asked before it may hang for as long as Rasa is waited for.
    """
    taken = services.turns.is_taken(conversation_id)
    if taken and services.alarm.is_red_flag(_words(incoming, services)):
        return nullcontext()
    return services.turns.turn(conversation_id)


def _words(incoming: Incoming, services: Services) -> str:
    """Return what was typed, as much of it as is looked at for a red flag before its turn."""
    return (incoming.text or "")[: services.settings.max_text]


class ChangedMeanwhileError(Exception):
    """What was to be pushed does not fit any more; nothing was recorded or shown."""


def only_if(change: Callable[[Session, datetime], bool]) -> Alongside:
    """Return work that makes a change, and calls all off if the change says that it is too late."""

    def work(session: Session, now: datetime) -> None:
        if not change(session, now):
            raise ChangedMeanwhileError

    return work


async def push(
    services: Services,
    conversation_id: str,
    replies: Sequence[Reply],
    *,
    alongside: Sequence[Alongside] = (),
) -> None:
    """Record replies that nobody asked for, and deliver them on the conversation's own channel.

    `alongside` is written in the same transaction. Raises Refusal when the conversation is gone,
    and whatever `alongside` raises; then nothing is recorded.
    """
    async with services.turns.turn(conversation_id):
        arrival = await stages.find(conversation_id, services)
        context = Context(
            conversation_id,
            push_channel(services.channels, arrival.conversation.channel),
            incoming=None,
            arrival=arrival,
            alongside=list(alongside),
            replies=list(replies),
        )
        await _finish(context, services)


async def _go(context: Context, services: Services) -> None:
    try:
        for stage in WAY:
            with services.metrics.stage(stage.__name__):
                step = await stage(context, services)
            if step is Step.END:
                break
    except Refusal:
        raise
    except Exception:
        if not context.said:
            raise  # nothing was read, so there is nothing to record
        logger.exception("stage failed conversation=%s", context.conversation_id)
        context.replies.append(outage_reply(context.clinic, services.texts))
        context.outcome = Outcome.UNAVAILABLE
    await _finish(context, services)


async def _finish(context: Context, services: Services) -> None:
    for stage in ALWAYS:
        with services.metrics.stage(stage.__name__):
            await stage(context, services)
    services.metrics.told(context.channel.name, context.replies, context.alert)
