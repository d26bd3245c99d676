"""Starts the clinics' bots with the gateway, and stops them with it.

A bot that can't start says why in the log; the other bots and the web go on.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Updater

from bot.gateway.services import Services
from bot.gateway.telegram import menu
from bot.gateway.telegram.bots import TELEGRAM, ClinicBot, make_bot
from bot.gateway.telegram.channel import TelegramPush
from bot.gateway.telegram.chats import Chats
from bot.gateway.telegram.intake import Intake
from bot.gateway.telegram.reading import KINDS
from bot.gateway.telegram.route import PATH, Webhook, webhook_secret
from bot.gateway.tokens import secret_key
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.knowledge.topics import load_topics

logger = logging.getLogger(__name__)

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
POLL_TIME = timedelta(seconds=25)


@asynccontextmanager
async def telegram(services: Services) -> AsyncIterator[dict[str, Webhook]]:
    """Run the bots until the end of the block; yields where updates may be delivered.

    Starting goes on in the background: the web does not wait for Telegram.
    """
    settings = services.settings
    topics = load_topics(settings.clinics_dir / "topics.yml")
    bots = {
        clinic_id: ClinicBot(
            clinic_id, make_bot(token.get_secret_value(), settings), services, topics
        )
        for clinic_id, token in settings.telegram_tokens.items()
    }
    webhooks: dict[str, Webhook] = {}
    if not bots:
        yield webhooks
        return
    chats = Chats(bots, services.database)
    services.channels[TELEGRAM] = TelegramPush(chats.wake, services.database)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(chats.running())
        for bot in bots.values():
            await stack.enter_async_context(_running(bot, chats, webhooks))
        yield webhooks


@asynccontextmanager
async def _running(
    bot: ClinicBot, chats: Chats, webhooks: dict[str, Webhook]
) -> AsyncIterator[None]:
    intake = Intake(bot, chats)
    bot.bot.hand_to(intake.fetched)
    updater = Updater(bot.bot, intake)
    starting = asyncio.create_task(_start(bot, chats, intake, updater, webhooks))
    try:
        yield
    finally:
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        intake.close()
        await _stop(bot, updater)


async def _stop(bot: ClinicBot, updater: Updater) -> None:
    """Stop a bot, whatever state it is in; what it got and could not store is sent again.

    Each step is taken though the one before failed: polling that a revoked token ended says so
    once more when it is stopped, and the connections to Telegram have to be closed all the same.
    """
    stop_polling = [updater.stop] if updater.running else []
    for step in (*stop_polling, updater.shutdown, bot.bot.shutdown):
        try:
            await step()
        except Exception as error:
            kind = type(error).__name__
            logger.warning("telegram bot of %s did not stop cleanly: %s", bot.clinic_id, kind)


async def _start(
    bot: ClinicBot, chats: Chats, intake: Intake, updater: Updater, webhooks: dict[str, Webhook]
) -> None:
    """Start a bot; while Telegram or the database is out of reach, try again and again."""
    wait = FIRST_WAIT
    while True:
        try:
            await _start_once(bot, chats, intake, updater, webhooks)
        except InvalidToken:
            # The text of this error holds the token.
            logger.error(
                "telegram bot of %s not started: Telegram does not accept its token. Copy it again "
                "from @BotFather into TELEGRAM_TOKENS and restart the gateway.",
                bot.clinic_id,
            )
        except LookupError:
            logger.error(
                "telegram bot of %s not started: there is no such clinic. Correct its id in "
                "TELEGRAM_TOKENS, or import its pack: python -m bot clinics import",
                bot.clinic_id,
            )
        except (TelegramError, SQLAlchemyError) as error:
            kind = type(error).__name__
            logger.warning("telegram bot of %s not started yet: %s", bot.clinic_id, kind)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            continue
        return


async def _start_once(
    bot: ClinicBot, chats: Chats, intake: Intake, updater: Updater, webhooks: dict[str, Webhook]
) -> None:
    services, clinic_id = bot.services, bot.clinic_id
    if await _find_clinic(bot) is None:
        raise LookupError(clinic_id)
    await updater.initialize()
    await bot.bot.set_my_commands(menu.commands(services.texts))
    base = services.settings.telegram_webhook_url
    if base:
        secret = webhook_secret(secret_key(services.settings), clinic_id)
        webhooks[clinic_id] = Webhook(secret, intake, bot.bot)
        url = f"{base}{PATH}/{clinic_id}"
        # One connection, so that updates come in their order; taking one in is quick.
        await bot.bot.set_webhook(
            url, secret_token=secret, allowed_updates=KINDS, max_connections=1
        )
    else:
        with suppress(SQLAlchemyError):  # away; leases end by themselves
            await chats.free(clinic_id)
        await updater.start_polling(
            timeout=POLL_TIME,
            allowed_updates=KINDS,
            error_callback=partial(_polling_failed, clinic_id),
        )
    how = "webhook" if base else "polling"
    logger.info("telegram bot of %s is @%s (%s)", clinic_id, bot.bot.username, how)


async def _find_clinic(bot: ClinicBot) -> ClinicCard | None:
    """Return the bot's clinic; while the database is away, if it is in mind."""
    in_mind = bot.services.unhurried.clinic(bot.clinic_id)
    try:
        return await bot.services.database.reading(partial(get_clinic, clinic_id=bot.clinic_id))
    except SQLAlchemyError:
        if in_mind is None:
            raise
        return in_mind


def _polling_failed(clinic_id: str, error: TelegramError) -> None:
    if isinstance(error, Conflict):
        logger.error(
            "telegram bot of %s: another program polls it too. Stop that one; to run several "
            "gateways, set TELEGRAM_WEBHOOK_URL.",
            clinic_id,
        )
    else:
        logger.warning("telegram not polled clinic=%s: %s", clinic_id, type(error).__name__)
