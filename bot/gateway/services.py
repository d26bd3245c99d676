"""What a running gateway is made of."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.database import Database
from bot.gateway.alarm import Alarm
from bot.gateway.brain import CONNECT_SECONDS, Brain
from bot.gateway.channels import WEB, Channel, WebPush
from bot.gateway.housekeeping import housekeeping
from bot.gateway.hub import Hub
from bot.gateway.journal import Journal
from bot.gateway.late import LateWrites
from bot.gateway.limits import RateLimits
from bot.gateway.load import Load
from bot.gateway.loopback import LoopbackTransport
from bot.gateway.metrics import Metrics
from bot.gateway.plan.links import plan_tokens
from bot.gateway.privacy.links import link_tokens
from bot.gateway.tokens import Tokens, secret_key
from bot.gateway.turns import Turns
from bot.gateway.unhurried import Unhurried
from bot.knowledge.cards import cards_of_packs
from bot.knowledge.repository import list_clinics
from bot.knowledge.sign_off import unsigned_clinics, warning
from bot.knowledge.texts import Texts, load_languages, load_texts
from bot.knowledge.topics import load_topics
from bot.migrations.schema import SchemaError, require_current
from bot.settings import Settings

logger = logging.getLogger(__name__)

MOST_CONNECTIONS = 200


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
    load: Load
    hub: Hub
    http: httpx.AsyncClient
    brain: Brain
    alarm: Alarm
    channels: dict[str, Channel]
    journal: Journal
    # The chat's texts in every language it has any, the one it answers in first.
    languages: tuple[Texts, ...] = ()
    metrics: Metrics = field(default_factory=lambda: Metrics({}))
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
    timeout = httpx.Timeout(settings.rasa_timeout, connect=CONNECT_SECONDS)
    # trust_env=False: Rasa and the actions are on loopback, never behind a proxy.
    transport = LoopbackTransport(MOST_CONNECTIONS)
    async with httpx.AsyncClient(timeout=timeout, transport=transport, trust_env=False) as http:
        hub = Hub(settings.max_streams)
        journal = Journal(settings.state_dir / "late")
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
            load=Load(settings.max_under_way),
            hub=hub,
            http=http,
            brain=Brain(transport, settings.rasa_addresses, settings.rasa_timeout),
            alarm=Alarm.of(settings.clinics_dir),
            channels={WEB: WebPush(hub)},
            metrics=Metrics(load_topics(settings.clinics_dir / "topics.yml")),
            languages=load_languages(settings.clinics_dir / "texts"),
            journal=journal,
            unhurried=Unhurried(late=LateWrites(journal)),
        )
        try:
            _check_schema(database)
            _check_sign_off(database)
            _remember_clinics(database, services.unhurried, settings.clinics_dir)
            async with housekeeping(database, services.clock, settings.retention_days):
                yield services
        finally:
            await services.unhurried.late.finish()
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


def _remember_clinics(database: Database, unhurried: Unhurried, clinics_dir: Path) -> None:
    """Keep all clinics in mind; while the database is away, as their packs describe them."""
    try:
        with database.read() as session:
            clinics = list_clinics(session)
    except SQLAlchemyError:
        clinics = cards_of_packs(clinics_dir)
    for clinic in clinics:
        unhurried.remember_clinic(clinic)


def _check_sign_off(database: Database) -> None:
    try:
        with database.read() as session:
            unsigned = warning(unsigned_clinics(session))
    except SQLAlchemyError:
        return  # it is not reachable, which has been said
    if unsigned:
        logger.warning(unsigned)
