"""The stage in which patients' wishes about their own data are heard and carried out."""

from dataclasses import replace
from functools import partial

from bot.care import privacy as said
from bot.care.answer import Answer, Button
from bot.care.flows.commands import GO_ON
from bot.care.privacy import Wish
from bot.gateway.context import Context, Step
from bot.gateway.privacy.links import MINUTES, address
from bot.gateway.services import Services
from bot.records.conversations import offered_last
from bot.records.plain import Reply


async def privacy(context: Context, services: Services) -> Step:
    """Answer a plain wish about the patient's data, typed or pressed; others go on their way.

    It comes before staff and brain: a patient may have the chat deleted whoever answers in it.
    """
    wish = await _wish(context, services)
    if wish is None:
        return Step.NEXT
    context.forgets = wish is Wish.DELETE_CONFIRMED
    context.replies.append(Reply(_answer(wish, context, services)))
    return Step.END


async def _wish(context: Context, services: Services) -> Wish | None:
    if context.payload != context.said:
        return said.pressed_wish(context.payload)
    agrees = said.confirms(context.said, services.texts)
    if agrees is not None:
        payload = Wish.DELETE_CONFIRMED.payload
        look = partial(offered_last, conversation_id=context.conversation_id, payload=payload)
        if await services.database.reading(look):
            return Wish.DELETE_CONFIRMED if agrees else Wish.KEEP
    return said.plain_wish(context.said, services.texts)


def _answer(wish: Wish, context: Context, services: Services) -> Answer:
    texts = services.texts
    match wish:
        case Wish.DELETE_CONFIRMED:
            return Answer(texts.say("privacy.deleted"), said.TOPIC)
        case Wish.KEEP:
            go_on = Button(texts.say("flow.button.go_on"), GO_ON)
            return Answer(texts.say("privacy.kept"), said.TOPIC, buttons=(go_on,))
        case _:
            answer = said.answer_to(wish, _name(context), _days(context, services), texts)
            return with_data_link(answer, context, services) if answer.effect else answer


def with_data_link(answer: Answer, context: Context, services: Services) -> Answer:
    """Return the answer with a link, as far as the gateway knows its own public address."""
    base = context.own_address(services.settings.public_url)
    if not base:
        return replace(answer, effect=None)
    link = address(base, services.data_links.issue(context.conversation_id))
    return said.sent(link, MINUTES, services.texts)


def _name(context: Context) -> str:
    return context.clinic.name if context.clinic else context.clinic_id


def _days(context: Context, services: Services) -> int:
    own = context.clinic.retention_days if context.clinic else None
    return own or services.settings.retention_days
