"""The stage that comes before everything else: red flags, answered by the gateway itself."""

from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.care.triage import Alert, Judgement
from bot.gateway.alarm import ACTED_ON, Settling, is_recent, to_record
from bot.gateway.context import Context, Step
from bot.gateway.services import Services
from bot.records.alerts import find_open_alert
from bot.records.conversations import find_message
from bot.records.plain import Reply
from bot.records.treatments import treatments_of


async def triage(context: Context, services: Services) -> Step:
    """Answer a red flag at once; take up what else was asked when it is settled."""
    alarm = services.alarm
    if context.payload != context.said:  # a button
        return await _settle(context, services, alarm.settling(context.payload))
    judgement = alarm.judge(context.said)
    alert = await _alert(judgement, context, services)
    context.danger_denied = judgement.harmless
    if alert is None:
        return await _settle(context, services, alarm.settling(context.payload))
    if context.clinic is not None:
        context.alert = to_record(alert)
        if alert.level in ACTED_ON:
            context.replies.append(Reply(alarm.answer(alert, context.clinic)))
            return Step.END
    return Step.NEXT


async def _alert(judgement: Judgement, context: Context, services: Services) -> Alert | None:
    """Return the red flag; ask for the treatment's date only where it makes a difference."""
    alert = judgement.alert
    if judgement.alert_if_recent == alert or context.clinic is None:
        return alert
    today = services.clock.now(ZoneInfo(context.clinic.time_zone)).date()
    # Who cannot be looked up is taken for somebody treated lately.
    treated = await services.unhurried.in_time(
        services.database.reading(partial(_treated, context)), instead=today, hurried=lambda: True
    )
    return judgement.alert_if_recent if is_recent(treated, today) else alert


def _treated(context: Context, session: Session) -> date | None:
    """Return the day of the treatment that the patient told of last."""
    told = treatments_of(session, context.clinic_id, context.conversation_id)
    return told[-1].day if told else None


async def _settle(context: Context, services: Services, how: Settling | None) -> Step:
    """After "help is on the way": say so, and hand on the question that had to wait."""
    if how is None:
        return Step.NEXT
    waiting = await services.database.reading(
        partial(_message_with_alert, conversation_id=context.conversation_id)
    )
    if waiting is None:
        return Step.NEXT
    context.settles = True
    context.replies.append(Reply(services.alarm.settled(how)))
    besides = services.alarm.asked_besides(context.said) if context.said == context.payload else ""
    asked = (services.alarm.other_questions(waiting), besides)
    context.payload = " ".join(one for one in asked if one)
    return Step.NEXT if context.payload else Step.END


def _message_with_alert(session: Session, conversation_id: str) -> str | None:
    """Return the words of the message whose red flag is not settled yet, if there is one."""
    alert = find_open_alert(session, conversation_id)
    return find_message(session, conversation_id, alert.seq) if alert else None
