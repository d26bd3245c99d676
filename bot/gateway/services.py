"""What a running gateway is made of."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.database import Database
from bot.gateway.alarm import Alarm
from bot.gateway.brain import Brain
from bot.gateway.channels import WEB, Channel, WebPush
from bot.gateway.housekeeping import housekeeping
from bot.gateway.hub import Hub
from bot.gateway.limits import RateLimits
from bot.gateway.plan.links import plan_tokens
from bot.gateway.privacy.links import link_tokens
from bot.gateway.tokens import Tokens, secret_key
from bot.gateway.turns import Turns
from bot.gateway.unhurried import Unhurried
from bot.knowledge.sign_off import unsigned_clinics, warning
from bot.knowledge.texts import Texts, load_texts
from bot.migrations.schema import SchemaError, require_current
from bot.settings import Settings

logger = logging.getLogger(__name__)

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
    """Everything a request may need; made once, when the application starts.

    `channels` holds, by name, those that can show replies that nobody asked for.
    """

    settings: Settings
    clock: Clock
    texts: Texts
    database: Database
    tokens: Tokens
    data_links: Tokens
    plan_links: Tokens
    limits: RateLimits
    turns: Turns
    hub: Hub
    http: httpx.AsyncClient
    brain: Brain
    alarm: Alarm
    channels: dict[str, Channel]
    alert_listeners: list[AlertListener] = field(default_factory=list)
    unhurried: Unhurried = field(default_factory=Unhurried)


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
        hub = Hub(settings.max_streams)
        services = Services(
            settings=settings,
            clock=Clock.of(settings),
            texts=texts,
            database=database,
            tokens=Tokens(key, timedelta(days=settings.token_days)),
            data_links=link_tokens(key),
            plan_links=plan_tokens(key),
            limits=RateLimits.of(settings),
            turns=Turns(settings.max_waiting),
            hub=hub,
            http=http,
            brain=Brain(http, settings.rasa, settings.rasa_timeout),
            alarm=Alarm.of(settings.clinics_dir),
            channels={WEB: WebPush(hub)},
        )
        try:
            _check_schema(database)
            _check_sign_off(database)
            async with housekeeping(database, services.clock, settings.retention_days):
                yield services
        finally:
            await services.unhurried.finish()
            await services.limits.close()
            database.close()


def _check_schema(database: Database) -> None:
    try:
        require_current(database.engine)
    except SchemaError as error:
        # The server that starts us logs no words of an exception, and these are the cure.
        logger.error("%s", error)
        raise
    except SQLAlchemyError as error:
        # The database may come up later; until then /readyz says so.
        logger.error("database not reachable: %s", type(error).__name__)


def _check_sign_off(database: Database) -> None:
    try:
        with database.read() as session:
            unsigned = warning(unsigned_clinics(session))
    except SQLAlchemyError:
        return  # it is not reachable, which has been said
    if unsigned:
        logger.warning(unsigned)
