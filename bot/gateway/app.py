"""The gateway as an ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from bot import __version__
from bot.gateway.errors import add_error_handlers
from bot.gateway.guard import BodyGuard
from bot.gateway.handover.deadlines import watching
from bot.gateway.headers import SecurityHeaders
from bot.gateway.metrics import metrics_served
from bot.gateway.outbox.handlers import outbox
from bot.gateway.plan import pages as plan_pages
from bot.gateway.privacy import pages as data_pages
from bot.gateway.recording import take_up
from bot.gateway.request_ids import RequestIds
from bot.gateway.routes import conversations, events, health, messages
from bot.gateway.services import open_services
from bot.gateway.site import routes as site
from bot.gateway.site.rendering import STATIC
from bot.gateway.staff.console import open_console
from bot.gateway.staff.routes import add_console
from bot.gateway.telegram import route as telegram_route
from bot.gateway.telegram.service import telegram
from bot.logs import set_up_logging
from bot.settings import Settings, load_settings

TITLE = "Saphena"
DESCRIPTION = "The after-hours assistant of a vein clinic."
DAY_SECONDS = 86_400


def create_app(
    settings: Settings | None = None, *, on_started: Callable[[], None] = lambda: None
) -> FastAPI:
    """Return the gateway; without `settings` they are read from the environment.

    Raises SettingsError. Database and connections open when the application starts; then
    `on_started` is called.
    """
    settings = settings or load_settings()
    set_up_logging(settings.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with (
            open_services(settings) as services,
            watching(services),
            open_console(services) as console,
            telegram(services) as webhooks,
            outbox(services),
            metrics_served(services),
        ):
            await take_up(services)
            app.state.services = services
            app.state.telegram_webhooks = webhooks
            app.state.console = console
            on_started()
            yield

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for module in (conversations, messages, events, health, site):
        app.include_router(module.router)
    app.include_router(telegram_route.router)
    add_console(app)
    app.include_router(data_pages.router)
    app.include_router(plan_pages.router)
    app.mount("/site", StaticFiles(directory=STATIC), name="site")
    add_error_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(
        BodyGuard,
        max_body=settings.max_body,
        larger={telegram_route.PATH: telegram_route.MOST_BYTES},
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origins=tuple(settings.origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After", "X-Request-ID"],
        max_age=DAY_SECONDS,
    )
    app.add_middleware(SecurityHeaders, public_url=settings.public_url)
    app.add_middleware(RequestIds)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        app.openapi_schema = _without_framework_errors(schema)
    return app.openapi_schema


def _without_framework_errors(schema: dict[str, Any]) -> dict[str, Any]:
    """Take away FastAPI's own 422: a malformed request is a 400 here."""
    for path in schema["paths"].values():
        for operation in path.values():
            described = str(operation["responses"].get("422", ""))
            if "HTTPValidationError" in described:
                del operation["responses"]["422"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(unused, None)
    return schema
