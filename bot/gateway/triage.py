"""The stage that comes before everything else: red flags, answered by the gateway itself."""

from functools import partial

from sqlalchemy.orm import Session

from bot.gateway.alarm import ACTED_ON, Settling, to_record
from bot.gateway.context import Context, Step
from bot.gateway.services import Services
from bot.records.alerts import find_open_alert
from bot.records.conversations import find_message
from bot.records.plain import Reply


async def triage(context: Context, services: Services) -> Step:
    """Answer a red flag at once; take up what else was asked when it is settled."""
    alarm = services.alarm
    pressed = context.payload != context.said
    alert = None if pressed else alarm.screen(context.said)
    if alert is not None and context.clinic is not None:
        context.alert = to_record(alert)
        if alert.level in ACTED_ON:
            context.replies.append(Reply(alarm.answer(alert, context.clinic)))
            return Step.END
    context.danger_denied = not pressed and alert is None and alarm.denies(context.said)
    how = alarm.settling(context.payload) if alert is None else None
    return await _settle(context, services, how) if how else Step.NEXT


async def _settle(context: Context, services: Services, how: Settling) -> Step:
    """After "help is on the way": say so, and hand on the question that had to wait."""
    waiting = await services.database.reading(
        partial(_message_with_alert, conversation_id=context.conversation_id)
    )
    if waiting is None:
        return Step.NEXT
    context.settles = True
    context.replies.append(Reply(services.alarm.settled(how)))
    context.payload = services.alarm.other_questions(waiting)
    return Step.NEXT if context.payload else Step.END


def _message_with_alert(session: Session, conversation_id: str) -> str | None:
    """Return the words of the message whose red flag is not settled yet, if there is one."""
    alert = find_open_alert(session, conversation_id)
    return find_message(session, conversation_id, alert.seq) if alert else None
