"""The way of a message, written once for every channel.

admit -> read -> triage -> brain, then always record -> deliver. To add a stage, write it
and put it in its place in WAY.
"""

import logging
from collections.abc import Sequence

from bot.gateway import stages
from bot.gateway.context import Channel, Context, Incoming, Stage, Step
from bot.gateway.outage import outage_reply
from bot.gateway.refusals import Refusal
from bot.gateway.services import Services
from bot.gateway.triage import triage
from bot.records.plain import Outcome, Reply

logger = logging.getLogger(__name__)

WAY: tuple[Stage, ...] = (stages.admit, stages.read, triage, stages.brain)
ALWAYS: tuple[Stage, ...] = (stages.record, stages.deliver)


async def receive(
    services: Services, channel: Channel, conversation_id: str, incoming: Incoming
) -> Outcome:
    """Take a patient's message all the way; the channel is shown the replies.

    Raises Refusal when the message is not accepted, and then nothing is recorded.
    """
    context = Context(conversation_id, channel, incoming)
    async with services.turns.turn(conversation_id):
        await _go(context, services)
    return context.outcome


async def push(
    services: Services, channel: Channel, conversation_id: str, replies: Sequence[Reply]
) -> None:
    """Record and deliver replies that nobody asked for. Raises Refusal (conversation gone)."""
    context = Context(conversation_id, channel, incoming=None, replies=list(replies))
    async with services.turns.turn(conversation_id):
        await _finish(context, services)


async def _go(context: Context, services: Services) -> None:
    try:
        for stage in WAY:
            if await stage(context, services) is Step.END:
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
        await stage(context, services)
