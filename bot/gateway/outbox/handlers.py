"""Who sends what of the outbox, and the workers that do so while the gateway runs."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.outbox.notices import send_alert_notice, send_request_notice
from bot.gateway.outbox.plan_mail import send_plan_mail
from bot.gateway.outbox.worker import Handler, sending
from bot.gateway.reminders.sending import send_reminder
from bot.gateway.services import Services
from bot.knowledge.repository import list_clinics
from bot.records.outbox import Kind

logger = logging.getLogger(__name__)

REMINDERS: Final[Mapping[Kind, Handler]] = {Kind.REMINDER: send_reminder}
MAIL: Final[Mapping[Kind, Handler]] = {
    Kind.PLAN_MAIL: send_plan_mail,
    Kind.REQUEST_NOTICE: send_request_notice,
    Kind.ALERT_NOTICE: send_alert_notice,
}

# A reminder of another day than today does harm; one that comes a little late does not.
UNSENT: Final = timedelta(minutes=15)


@asynccontextmanager
async def outbox(services: Services) -> AsyncIterator[None]:
    """Work off the outbox until the end of the block.

    Mail has a worker of its own: a mail server that hangs holds nothing else up. It takes one at a
    time, so that no claim runs out while another mail waits for the server.
    """
    await _check_notified(services)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(sending(services, REMINDERS, unsent=UNSENT))
        await stack.enter_async_context(sending(services, MAIL, batch=1))
        yield


async def _check_notified(services: Services) -> None:
    """Say which clinics of NOTIFY do not exist, as nobody hears of a notice that is never sent."""
    try:
        known = {clinic.id for clinic in await services.database.reading(list_clinics)}
    except SQLAlchemyError:
        return  # it is not reachable, which has been said
    for clinic_id in sorted(set(services.settings.notify) - known):
        logger.error(
            "there is no clinic %s to send notices for. Correct its id in NOTIFY, or import its "
            "pack: python -m bot clinics import",
            clinic_id,
        )
