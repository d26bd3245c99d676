"""The stage that carries out what the brain's answers ask of the gateway."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from bot.care.answer import MAIL_PLAN, SEND_DATA, SEND_PLAN, Answer, ReplyEffect
from bot.gateway.context import Context, Step
from bot.gateway.plan.links import address
from bot.gateway.plan.mailing import with_plan_mailed
from bot.gateway.privacy.stage import with_data_link
from bot.gateway.services import Services

CarryOut = Callable[[Answer, Context, Services], Awaitable[Answer]]


async def with_plan_link(answer: Answer, context: Context, services: Services) -> Answer:
    """Return the answer with a link to the aftercare plan, where there is an address for it."""
    base = context.own_address(services.settings.public_url)
    if not base:
        return replace(answer, effect=None)
    link = address(base, services.plan_links.issue(context.conversation_id))
    line = services.texts.say("plan.link", link=link)
    return replace(answer, text=f"{answer.text}\n{line}", effect=None)


async def with_data(answer: Answer, context: Context, services: Services) -> Answer:
    """Return the answer with a link to the patient's data."""
    return with_data_link(answer, context, services)


_EFFECTS: Final[dict[ReplyEffect, CarryOut]] = {
    SEND_DATA: with_data,
    SEND_PLAN: with_plan_link,
    MAIL_PLAN: with_plan_mailed,
}


async def effects(context: Context, services: Services) -> Step:
    """Carry out each answer's effect before it is recorded; see `Answer.effect`."""
    context.replies = [
        replace(reply, answer=await _EFFECTS[effect](reply.answer, context, services))
        if (effect := reply.answer.effect)
        else reply
        for reply in context.replies
    ]
    return Step.NEXT
