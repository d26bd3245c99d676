"""The stages of a message, in their order; see pipeline.py."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.gateway.alarm import ACTED_ON, to_record
from bot.gateway.brain import BrainUnavailableError
from bot.gateway.context import Context, Incoming, Step
from bot.gateway.hub import Event
from bot.gateway.outage import outage_reply
from bot.gateway.privacy.forgetting import forget
from bot.gateway.reading import may_be_id, read_press, read_text
from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import AlertRaised, Services
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.records.alerts import NewAlert, add_alert, settle_alerts
from bot.records.conversations import (
    find_buttons,
    find_by_client_id,
    find_conversation,
    last_seq,
    record_exchange,
    record_late_replies,
    replies_to,
    unrecorded,
)
from bot.records.events import Event as HappenedEvent
from bot.records.events import add_events
from bot.records.plain import (
    Author,
    Conversation,
    ConversationGoneError,
    Message,
    Outcome,
    PatientMessage,
    Reply,
    StoredButton,
)

logger = logging.getLogger(__name__)

TYPING = {"from": str(Author.ASSISTANT)}


async def admit(context: Context, services: Services) -> Step:
    """Hold the rate limit, and find the conversation with its clinic."""
    await services.limits.admit_message(context.conversation_id)
    conversation, context.clinic = await services.unhurried.known_in_time(
        context.conversation_id,
        find(context.conversation_id, services),
        hurried=partial(_is_red_flag, context.incoming, services),
    )
    services.unhurried.remember((conversation, context.clinic))
    context.clinic_id, context.last_seq = conversation.clinic_id, conversation.last_seq
    return Step.NEXT


def _is_red_flag(incoming: Incoming | None, services: Services) -> bool:
    """Tell whether the answer to a message must not wait for the database."""
    text = incoming.text if incoming else None
    return text is not None and services.alarm.is_red_flag(text[: services.settings.max_text])


async def find(conversation_id: str, services: Services) -> tuple[Conversation, ClinicCard | None]:
    """Return a conversation with its clinic. Raises Refusal when it does not exist."""
    return await services.database.reading(partial(_find, conversation_id=conversation_id))


async def read(context: Context, services: Services) -> Step:
    """Make a plain message of the text or the button; recognise one that was sent before."""
    incoming = context.incoming or Incoming()
    text = read_text(incoming.text, services.settings.max_text) if incoming.text is not None else ""
    look_up = partial(_look_up, conversation_id=context.conversation_id, incoming=incoming)
    known = _Known()
    if incoming.pressed or incoming.client_id is not None:
        known = await services.database.reading(look_up)
    if incoming.pressed:
        context.said, context.payload = read_press(known.buttons, len(incoming.pressed))
    elif incoming.topic is not None:
        context.said = services.texts.say(f"label.{incoming.topic}")
        context.payload = f"/{incoming.topic}"
    else:
        context.said = context.payload = text
    return _recognise(context, known)


async def brain(context: Context, services: Services) -> Step:
    """Ask the dialogue engine; while it is down, reply with the clinic's phone."""
    conversation_id = context.conversation_id
    services.hub.publish(conversation_id, Event("typing", {**TYPING, "typing": True}))
    try:
        answers = await services.brain.ask(
            conversation_id,
            context.payload,
            clinic_id=context.clinic_id,
            channel=context.channel.name,
            danger_denied=context.danger_denied,
            staff_online=context.staff_online,
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
            context.recorded = await _recorded(context, services)
        except ConversationGoneError:
            raise Refusal(Code.CONVERSATION_NOT_FOUND) from None
    return Step.NEXT


async def _recorded(context: Context, services: Services) -> list[Message]:
    """Record the message with its replies; the answer to a red flag does not wait for it."""

    async def write() -> list[Message]:
        return await services.database.writing(partial(_record, context, services))

    if context.alert is None or context.alert.level not in ACTED_ON:
        return await write()
    recorded = await services.unhurried.written_in_time(write)
    if recorded is None:
        return unrecorded(context.replies, context.last_seq + 2, services.clock.now())
    return recorded


async def _forget(context: Context, services: Services) -> None:
    services.unhurried.forget(context.conversation_id)
    if not await forget(context.conversation_id, services):
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    context.outcome = Outcome.DELETED
    context.recorded = unrecorded(context.replies, context.last_seq + 2, services.clock.now())


async def deliver(context: Context, services: Services) -> Step:
    """Let the channel show the replies as they were recorded."""
    await context.channel.show(context.conversation_id, context.recorded)
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What the records hold on an incoming message."""

    buttons: tuple[StoredButton, ...] = ()
    earlier: Message | None = None
    earlier_replies: tuple[Message, ...] = ()


def _find(session: Session, conversation_id: str) -> tuple[Conversation, ClinicCard | None]:
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    return conversation, get_clinic(session, conversation.clinic_id)


def _look_up(session: Session, conversation_id: str, incoming: Incoming) -> _Known:
    earlier, replies = None, list[Message]()
    ids = [one for one in incoming.pressed if may_be_id(one)]
    buttons = find_buttons(session, conversation_id, ids) if ids else []
    if incoming.client_id is not None:
        earlier = find_by_client_id(session, conversation_id, incoming.client_id)
    if earlier is not None:
        replies = replies_to(session, conversation_id, earlier.seq)
    return _Known(tuple(buttons), earlier, tuple(replies))


def _recognise(context: Context, known: _Known) -> Step:
    if known.earlier is None:
        return Step.NEXT
    if known.earlier.text != context.said:
        raise Refusal(Code.CLIENT_ID_REUSED)
    if known.earlier.outcome is Outcome.UNAVAILABLE:
        context.retry_of = known.earlier.seq
        return Step.NEXT
    context.repeated = True
    context.recorded = list(known.earlier_replies)
    return Step.END


def _record(context: Context, services: Services, session: Session) -> list[Message]:
    now = services.clock.now()
    for work in context.alongside:
        work(session, now)
    recorded = _record_replies(context, now, session)
    if context.incoming is not None:
        answered = [_answered(message) for message in recorded]
        add_events(session, context.clinic_id, context.conversation_id, answered, now)
    if context.settles:
        settle_alerts(session, context.conversation_id, now)
    if context.alert is not None:
        # Without replies (staff hold the conversation) the message is the last one.
        said = recorded[0].reply_to if recorded else last_seq(session, context.conversation_id)
        add_alert(
            session,
            context.conversation_id,
            clinic_id=context.clinic_id,
            seq=context.retry_of or said or 0,
            new=context.alert,
            now=now,
        )
    return recorded


def _answered(message: Message) -> HappenedEvent:
    answer = message.answer or {}
    return HappenedEvent(
        message.seq, "answered", answer["topic"], answer["known"], answer["urgency"]
    )


def _record_replies(context: Context, now: datetime, session: Session) -> list[Message]:
    if context.retry_of is not None:
        return record_late_replies(
            session,
            context.conversation_id,
            now,
            context.replies,
            reply_to=context.retry_of,
            outcome=context.outcome,
        )
    said = None
    if context.incoming is not None:
        said = PatientMessage(context.said, context.outcome, context.incoming.client_id)
    return record_exchange(session, context.conversation_id, now, said, context.replies)
