"""Posts a mail of the outbox, and settles what became of it."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.services import Services
from bot.mail.message import BadAddressError, Mail, compose
from bot.mail.sending import RefusedError, UnsureError, send
from bot.records.outbox import Sending, State, note_trying, settle

logger = logging.getLogger(__name__)


async def post(
    one: Sending,
    mail: Mail,
    to: Sequence[str],
    services: Services,
    now: datetime,
    *,
    at_most_once: bool,
) -> None:
    """Send a mail and settle it. Raises what the worker is to try again.

    Where nobody knows whether it got out, `at_most_once` gives it up; without, it is sent again,
    under the same Message-ID.
    """
    server = services.settings.mail_server
    if server is None:
        await drop(one, State.CANCELLED, "no_mail", services, now)
        return
    try:
        message = compose(mail, to, server.sender, now)
    except BadAddressError:
        await drop(one, State.FAILED, "address", services, now)
        return
    trying = partial(note_trying, sending=one, now=now)
    if at_most_once and not await services.database.writing(trying):
        return  # deleted, cancelled, or another worker's by now
    try:
        await send(message, to, server)
    except RefusedError as error:
        await drop(one, State.FAILED, f"refused_{error}", services, now)
    except UnsureError:
        if not at_most_once:
            raise
        await drop(one, State.FAILED, "unsure", services, now)
    else:
        await _note_sent(one, services, now, at_most_once=at_most_once)


async def drop(one: Sending, state: State, reason: str, services: Services, now: datetime) -> None:
    """Settle something that is not sent, and log why, without anybody's address."""
    logger.warning(
        "not sent kind=%s conversation=%s reason=%s", one.kind, one.conversation_id, reason
    )
    await services.database.writing(
        partial(settle, sending=one, state=state, now=now, reason=reason)
    )


async def _note_sent(
    one: Sending, services: Services, now: datetime, *, at_most_once: bool
) -> None:
    sent = partial(settle, sending=one, state=State.SENT, now=now)
    try:
        await services.database.writing(sent)
    except SQLAlchemyError:
        if not at_most_once:
            raise
        # It stays marked as tried, and so is never sent again.
        logger.warning("sent but not noted conversation=%s", one.conversation_id)
