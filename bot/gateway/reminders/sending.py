"""Sends one reminder: in the words of the clinic's pack as it is now, once, and not at night.

The reminder is recorded in the transaction that settles it, so it is in the conversation exactly
once; the channel shows what is recorded.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.care.reminders.timetable import Occasion, awake, occasions
from bot.care.reminders.wording import reminder
from bot.gateway.alarm import ACTED_ON
from bot.gateway.pipeline import ChangedMeanwhileError, only_if, push
from bot.gateway.plan.reading import PatientPlan, read_plan
from bot.gateway.refusals import Refusal
from bot.gateway.services import Services
from bot.records.alerts import find_open_alert
from bot.records.conversations import find_conversation
from bot.records.handover import find_handover
from bot.records.outbox import Sending, State, put_off, settle
from bot.records.plain import Reply
from bot.records.reminders import reminding
from bot.records.telegram_chats import chat_of

# While staff talk with the patient a reminder would be in the way.
_AFTER_STAFF: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known when a reminder is due; `obstacle`: why it must not be sent."""

    plan: PatientPlan | None = None
    topics: tuple[str, ...] | None = None
    zone: tzinfo | None = None
    held: bool = False
    obstacle: str | None = None


async def send_reminder(one: Sending, services: Services, now: datetime) -> None:
    """Send a claimed reminder, put it off, or drop it where it is not wanted any more."""
    found = await services.database.reading(partial(_look, one, services))
    plan = found.plan
    if plan is None or found.obstacle is not None:
        return await _drop(one, found.obstacle or "no_plan", services, now)
    zone = found.zone or plan.protocol.zone
    later = awake(now, plan.protocol.timetable, zone)
    if later > now or found.held:
        wait = max(later, now + _AFTER_STAFF) if found.held else later
        await services.database.writing(partial(put_off, sending=one, due_at=wait))
        return None
    occasion = _occasion(one, plan, found.topics, zone)
    if occasion is None:
        return await _drop(one, "nothing_to_say", services, now)
    answer = reminder(occasion, plan.treated, plan.protocol, services.texts)
    return await _push(one, answer, services)


async def _push(one: Sending, answer: Answer, services: Services) -> None:
    settled = only_if(lambda session, now: settle(session, one, State.SENT, now))
    try:
        await push(services, one.conversation_id, [Reply(answer)], alongside=[settled])
    except (ChangedMeanwhileError, Refusal):
        return  # ended meanwhile, taken over by another worker, or the conversation is gone


async def _drop(one: Sending, why: str, services: Services, now: datetime) -> None:
    drop = partial(settle, sending=one, state=State.CANCELLED, now=now, reason=why)
    await services.database.writing(drop)


def _look(one: Sending, services: Services, session: Session) -> _Found:
    conversation = find_conversation(session, one.conversation_id)
    wanted = reminding(session, one.conversation_id)
    if conversation is None or wanted is None or not wanted.on:
        return _Found(obstacle="not_wanted")
    chat = chat_of(session, one.conversation_id)
    if chat is not None and chat.blocked:
        return _Found(obstacle="blocked")
    alert = find_open_alert(session, one.conversation_id)
    if alert is not None and alert.level in ACTED_ON:
        # Whoever may be in danger is not told what they may do from today.
        return _Found(obstacle="red_flag")
    handover = find_handover(session, one.conversation_id)
    return _Found(
        plan=read_plan(session, one.conversation_id, services.texts),
        topics=wanted.topics,
        zone=ZoneInfo(conversation.time_zone) if conversation.time_zone else None,
        held=handover is not None and handover.state == "held",
    )


def _occasion(
    one: Sending, plan: PatientPlan, topics: tuple[str, ...] | None, zone: tzinfo
) -> Occasion | None:
    """Return what the day brings by the pack as it is now; None if nothing does any more."""
    found = occasions(
        plan.courses,
        plan.treated,
        plan.protocol.timetable,
        zone=plan.protocol.zone,
        patient_zone=zone,
        topics=topics,
    )
    return next((each for each in found if each.key == one.key), None)
