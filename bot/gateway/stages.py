"""The stages of a message, in their order; see pipeline.py."""

import logging
from functools import partial

from bot.care.answer import Answer
from bot.gateway.alarm import to_record
from bot.gateway.brain import BrainUnavailableError
from bot.gateway.context import Context, Incoming, Step
from bot.gateway.hub import Event
from bot.gateway.load import Patience
from bot.gateway.outage import outage_reply
from bot.gateway.privacy.forgetting import forget
from bot.gateway.reading import may_be_id, read_press, read_text
from bot.gateway.recording import recorded
from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import AlertRaised, Services
from bot.records.alerts import NewAlert
from bot.records.arrivals import Arrival, find_arrival
from bot.records.exchanges import unrecorded
from bot.records.plain import (
    Author,
    Conversation,
    ConversationGoneError,
    Outcome,
    Recorded,
    Reply,
)

logger = logging.getLogger(__name__)

TYPING = {"from": str(Author.ASSISTANT)}


async def admit(context: Context, services: Services) -> Step:
    """Hold the rate limit, and find the conversation with its clinic."""
    await services.limits.admit_message(context.conversation_id)
    context.arrival = await services.unhurried.known_in_time(
        context.conversation_id,
        find(context.conversation_id, services, context.incoming),
        hurried=partial(_is_hurried, context.incoming, services),
        unseen=_unseen(context, services),
    )
    services.unhurried.remember(context.arrival)
    return Step.NEXT


def _unseen(context: Context, services: Services) -> Arrival | None:
    """Return what the channel itself tells of a conversation, for when the records are away."""
    incoming = context.incoming
    if incoming is None or incoming.clinic_id is None:
        return None
    now = services.clock.now()
    conversation = Conversation(
        context.conversation_id,
        incoming.clinic_id,
        context.channel.name,
        created_at=now,
        last_at=now,
        last_seq=incoming.after,
    )
    return services.unhurried.unseen(conversation)


def _is_hurried(incoming: Incoming | None, services: Services) -> bool:
    """Tell whether the answer to a message must not wait for the database."""
    text = incoming.text if incoming else None
    return text is not None and services.alarm.may_be_red_flag(text[: services.settings.max_text])


async def find(
    conversation_id: str, services: Services, incoming: Incoming | None = None
) -> Arrival:
    """Return what is known of a conversation. Raises Refusal when it does not exist."""
    pressed = [one for one in incoming.pressed if may_be_id(one)] if incoming else []
    arrival = await services.database.reading(
        partial(
            find_arrival,
            conversation_id=conversation_id,
            seen_after=services.clock.now() - services.settings.staff_online,
            pressed=pressed,
            client_id=incoming.client_id if incoming else None,
        )
    )
    if arrival is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    return arrival


async def read(context: Context, services: Services) -> Step:
    """Make a plain message of the text or the button; recognise one that was sent before."""
    incoming = context.incoming or Incoming()
    text = read_text(incoming.text, services.settings.max_text) if incoming.text is not None else ""
    if incoming.pressed:
        context.said, context.payload = read_press(context.known.buttons, len(incoming.pressed))
    elif incoming.topic is not None:
        context.said = services.texts.say(f"label.{incoming.topic}")
        context.payload = f"/{incoming.topic}"
    else:
        context.said = context.payload = text
    return _recognise(context)


async def brain(context: Context, services: Services) -> Step:
    """Ask the dialogue engine; while it is down, reply with the clinic's phone.

    Raises Refusal when it has too much to do and the channel can come again.
    """
    conversation_id = context.conversation_id
    services.hub.publish(conversation_id, Event("typing", {**TYPING, "typing": True}))
    try:
        await context.held.enter_async_context(services.load.one_more(_patience(context)))
        answers = await services.brain.ask(
            conversation_id,
            context.payload,
            clinic_id=context.clinic_id,
            channel=context.channel.name,
            danger_denied=context.danger_denied,
            staff_online=context.staff_online,
            reaches_away=context.channel.can.away,
            time_zone=context.known.conversation.time_zone,
            can_mail=services.settings.smtp_url is not None,
            number=context.number,
        )
    except BrainUnavailableError as error:
        logger.error("assistant unavailable conversation=%s reason=%s", conversation_id, error)
        context.replies.append(outage_reply(context.clinic, services.texts))
        context.outcome = Outcome.UNAVAILABLE
        return Step.END
    finally:
        services.hub.publish(conversation_id, Event("typing", {**TYPING, "typing": False}))
    context.replies.extend(Reply(answer) for answer in _with_alarm(answers, context, services))
    return Step.NEXT


def _patience(context: Context) -> Patience:
    """Tell whether a message waits for its place; what may be a red flag is not sent away."""
    if context.alert is not None:
        return Patience.URGENT
    return Patience.WAITS if context.channel.can.keeps else Patience.COMES_AGAIN


def _with_alarm(answers: list[Answer], context: Context, services: Services) -> list[Answer]:
    """Both layers speak with one voice: what only the model heard is said in the same words."""
    heard = services.alarm.heard_by_model(context.said, answers)
    if heard is not None and context.clinic is not None:
        context.alert = to_record(heard)
        return [services.alarm.answer(heard, context.clinic)]
    return services.alarm.soon(answers) if context.alert else answers


async def record(context: Context, services: Services) -> Step:
    """Commit the message and its replies together; or delete all, when that is what it said."""
    if context.forgets:
        await _forget(context, services)
    elif not context.repeated:
        try:
            context.recorded = await recorded(context, services)
        except ConversationGoneError:
            raise Refusal(Code.CONVERSATION_NOT_FOUND) from None
        services.unhurried.note_last(context.conversation_id, context.recorded)
    return Step.NEXT


async def _forget(context: Context, services: Services) -> None:
    services.unhurried.forget(context.conversation_id)
    if not await forget(context.conversation_id, services):
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    context.outcome = Outcome.DELETED
    context.recorded = unrecorded(None, context.replies, context.number, services.clock.now())


async def deliver(context: Context, services: Services) -> Step:
    """Let the channel show the replies as they were recorded."""
    await context.channel.show(context.conversation_id, context.recorded.replies)
    if context.alert is not None:
        await _tell_staff(context.alert, context, services)
    logger.info(
        "delivered conversation=%s channel=%s outcome=%s topics=%s",
        context.conversation_id,
        context.channel.name,
        context.outcome,
        ",".join(reply.answer.topic for reply in context.replies),
    )
    return Step.NEXT


async def _tell_staff(alert: NewAlert, context: Context, services: Services) -> None:
    """Tell the listeners of a red flag; one that fails must not keep the others from hearing."""
    raised = AlertRaised(context.clinic_id, context.conversation_id, alert.flag, alert.level)
    logger.warning(
        "red flag conversation=%s flag=%s level=%s",
        *(raised.conversation_id, alert.flag, alert.level),
    )
    for listener in services.alert_listeners:
        try:
            await listener(raised)
        except Exception:
            logger.exception("alert listener failed conversation=%s", raised.conversation_id)


def _recognise(context: Context) -> Step:
    earlier = context.known.earlier
    if earlier is None:
        return Step.NEXT
    if earlier.text != context.said:
        raise Refusal(Code.CLIENT_ID_REUSED)
    if earlier.outcome is Outcome.UNAVAILABLE:
        context.retry_of = earlier
        return Step.NEXT
    context.repeated = True
    context.recorded = Recorded(earlier, list(context.known.earlier_replies))
    return Step.END
