"""Puts a mail with the patient's dates into the outbox, together with the answer that says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bot.care import plan_mail
from bot.care.answer import Answer
from bot.gateway.context import Context
from bot.gateway.outbox.plan_mail import new_plan_mail
from bot.gateway.refusals import Refusal
from bot.gateway.services import Services
from bot.records.outbox import Kind, count_since, schedule

MOST_A_DAY: Final = 3
DAY: Final = timedelta(days=1)


async def with_plan_mailed(answer: Answer, context: Context, services: Services) -> Answer:
    """Return the answer once the mail to the address in the message may be sent."""
    address = plan_mail.address_in(context.said)
    if address is None or services.settings.mail_server is None:
        return Answer(services.texts.say("mail.chat.not_here"), answer.topic)
    if not await _may_send(context, address, services):
        return plan_mail.too_many(services.texts)
    context.alongside.append(partial(_put_in, context=context, address=address))
    return replace(answer, effect=None)


async def _may_send(context: Context, address: str, services: Services) -> bool:
    """Tell whether one more may be sent, in this conversation, to this address, of this clinic."""
    since = services.clock.now() - DAY
    count = partial(
        count_since, conversation_id=context.conversation_id, kind=Kind.PLAN_MAIL, since=since
    )
    if await services.database.reading(count) >= MOST_A_DAY:
        return False
    try:
        await services.limits.admit_mail(context.clinic_id, address)
    except Refusal:
        return False
    return True


def _put_in(session: Session, now: datetime, *, context: Context, address: str) -> None:
    # Under the message's number: said again after an outage, it is still one mail.
    new = new_plan_mail(str(context.number), address, now)
    schedule(session, context.clinic_id, context.conversation_id, new, now)
