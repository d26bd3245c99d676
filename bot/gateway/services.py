"""What a running gateway is made of."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.database import Database
from bot.gateway.alarm import Alarm
from bot.gateway.brain import Brain
from bot.gateway.hub import Hub
from bot.gateway.limits import RateLimits
from bot.gateway.tokens import Tokens, secret_key
from bot.gateway.turns import Turns
from bot.knowledge.texts import Texts, load_texts
from bot.migrations.schema import require_current
from bot.records.privacy import delete_orphaned_events
from bot.settings import Settings

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 600
CONNECTIONS = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=3.0)


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """A red flag was raised and recorded; for those who notify staff. Holds no patient's words."""

    clinic_id: str
    conversation_id: str
    flag: str
    level: str


AlertListener = Callable[[AlertRaised], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a request may need; made once, when the application starts."""

    settings: Settings
    clock: Clock
    texts: Texts
    database: Database
    tokens: Tokens
    limits: RateLimits
    turns: Turns
    hub: Hub
    http: httpx.AsyncClient
    brain: Brain
    alarm: Alarm
    alert_listeners: tuple[AlertListener, ...] = ()


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the database and the HTTP client; close them at the end.

    Raises SchemaError when the database is not migrated.
    """
    texts = load_texts(settings.clinics_dir / "texts")
    key = secret_key(settings)
    database = Database(settings.database)
    timeout = httpx.Timeout(settings.rasa_timeout, connect=2.0)
    # trust_env=False: Rasa and the actions are on loopback, never behind a proxy.
    async with httpx.AsyncClient(timeout=timeout, limits=CONNECTIONS, trust_env=False) as http:
        services = Services(
            settings=settings,
            clock=Clock.of(settings),
            texts=texts,
            database=database,
            tokens=Tokens(key, settings.token_days),
            limits=RateLimits.of(settings),
            turns=Turns(settings.max_waiting),
            hub=Hub(settings.max_streams),
            http=http,
            brain=Brain(http, settings.rasa, settings.rasa_timeout),
            alarm=Alarm.of(settings.clinics_dir),
        )
        try:
            _check_schema(database)
            async with _sweeping(database):
                yield services
        finally:
            await services.limits.close()
            database.close()


def _check_schema(database: Database) -> None:
    try:
        require_current(database.engine)
    except SQLAlchemyError as error:
        # The database may come up later; until then /readyz says so.
        logger.error("database not reachable: %s", type(error).__name__)


@asynccontextmanager
async def _sweeping(database: Database) -> AsyncIterator[None]:
    task = asyncio.create_task(_sweep_forever(database))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sweep_forever(database: Database) -> None:
    """Remove what Rasa saved after its conversation was deleted, now and then."""
    while True:
        try:
            removed = await database.writing(delete_orphaned_events)
            if removed:
                logger.info("tracker events without a conversation removed: %d", removed)
        except SQLAlchemyError as error:
            logger.warning("sweep failed: %s", type(error).__name__)
        await asyncio.sleep(SWEEP_SECONDS)
