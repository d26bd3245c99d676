"""Where Telegram delivers updates when TELEGRAM_WEBHOOK_URL is set."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Request
from telegram import Update

from bot.gateway.refusals import Code, Refusal
from bot.gateway.telegram.bots import Bot
from bot.gateway.telegram.intake import Intake

PATH: Final = "/telegram"
# An update holds a message of up to 4,096 characters, and perhaps the one it replies to.
MOST_BYTES: Final = 262_144
# What the library raises when something is no update.
BAD_UPDATE: Final = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the updates of one bot go, and the secret that they come with."""

    secret: str
    intake: Intake
    bot: Bot


router = APIRouter(prefix=PATH, include_in_schema=False)


def webhook_secret(key: str, clinic_id: str) -> str:
    """Return what Telegram has to send with every update; the same in every gateway."""
    message = f"telegram webhook {clinic_id}".encode()
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


@router.post("/{clinic_id}", status_code=204)
async def webhook(
    clinic_id: str,
    request: Request,
    body: Annotated[dict[str, Any], Body()],
    x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
) -> None:
    """Store an update; it is answered later, so Telegram does not wait.

    What could not be stored is refused, and Telegram sends it again.
    """
    webhooks: dict[str, Webhook] = request.app.state.telegram_webhooks
    found = webhooks.get(clinic_id)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    given = x_telegram_bot_api_secret_token.encode()
    if not hmac.compare_digest(given, found.secret.encode()):
        raise Refusal(Code.INVALID_TOKEN)
    try:
        update = Update.de_json(body, found.bot)
    except BAD_UPDATE:
        raise Refusal(Code.BAD_REQUEST) from None
    try:
        await found.intake.take([(update, body)])
    except TimeoutError:
        raise Refusal(Code.DATABASE_UNAVAILABLE) from None
