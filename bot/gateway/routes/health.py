"""Whether the process runs, and whether its parts are ready."""

import asyncio
from collections.abc import Awaitable

import httpx
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.gateway.access import ServicesDep
from bot.gateway.errors import STATUS, problem
from bot.gateway.refusals import Code, Refusal
from bot.gateway.schemas import Alive, NotReady, Part, Problem, Ready
from bot.gateway.services import Services
from bot.records.models import ConversationRow

router = APIRouter(tags=["health"])
CHECK_SECONDS = 3.0
HTTP_OK = 200


@router.get("/healthz", responses={500: {"model": Problem}})
async def healthz() -> Alive:
    """Tell that the process runs."""
    return Alive()


@router.get(
    "/readyz",
    response_model=Ready,
    responses={500: {"model": Problem}, 503: {"model": NotReady, "description": "A part is down"}},
)
async def readyz(services: ServicesDep) -> Ready | JSONResponse:
    """Tell for the database, Rasa and the actions whether each can do its work."""
    database, rasa, actions = await asyncio.gather(
        _part(_database(services)), _part(services.brain.alive()), _part(_actions(services))
    )
    if database == rasa == actions == "ok":
        return Ready(status="ready", database=database, rasa=rasa, actions=actions)
    body = NotReady(
        error=problem(services.texts, Refusal(Code.NOT_READY)),
        status="not_ready",
        database=database,
        rasa=rasa,
        actions=actions,
    )
    return JSONResponse(body.model_dump(), STATUS[Code.NOT_READY])


async def _part(check: Awaitable[bool]) -> Part:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return "ok" if await check else "down"
    except TimeoutError:
        return "down"


async def _database(services: Services) -> bool:
    def look(session: Session) -> bool:
        session.scalar(select(ConversationRow.id).limit(1))
        return True

    try:
        return await services.database.reading(look)
    except SQLAlchemyError:
        return False


async def _actions(services: Services) -> bool:
    try:
        response = await services.http.get(f"{services.settings.actions}/health")
    except httpx.HTTPError:
        return False
    return response.status_code == HTTP_OK
