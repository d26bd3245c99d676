"""Tells an open page of the console when what it shows has changed (server-sent events)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse, JSONServerSentEvent

from bot.gateway.access import ServicesDep
from bot.gateway.services import Services
from bot.gateway.staff.access import ConsoleDep, Visit, VisitDep, find_login
from bot.gateway.staff.bell import wait_rung
from bot.gateway.staff.console import Console
from bot.records.board import read_board, read_case
from bot.records.staff import touch_session

router = APIRouter(include_in_schema=False)

LOOK_SECONDS = 2.0
PING_SECONDS = 15
RETRY_MS = 3000
SEEN_EVERY = timedelta(minutes=1)


@router.get("/staff/events")
async def events(
    request: Request,
    services: ServicesDep,
    console: ConsoleDep,
    visit: VisitDep,
    conversation: str = "",
) -> EventSourceResponse:
    """Stream `changed` when the board, or the conversation, has changed; `ended` after logout."""
    return EventSourceResponse(
        _stream(request, services, console, visit, conversation), ping=PING_SECONDS
    )


async def _stream(
    request: Request, services: Services, console: Console, visit: Visit, conversation_id: str
) -> AsyncIterator[JSONServerSentEvent]:
    look = partial(_look, clinic_id=visit.clinic.id, conversation_id=conversation_id)
    seen_at: datetime | None = None
    shown: int | None = None
    with console.bell.listening(visit.clinic.id) as rung:
        while True:
            if await find_login(request, services) is None:
                yield JSONServerSentEvent({}, event="ended")
                return
            seen_at = await _note_seen(services, visit, seen_at)
            found = await services.database.reading(look)
            if found != shown:
                # The first one too: something may have changed since the page was made.
                shown = found
                yield JSONServerSentEvent({}, event="changed", retry=RETRY_MS)
            await wait_rung(rung, LOOK_SECONDS)


async def _note_seen(services: Services, visit: Visit, seen_at: datetime | None) -> datetime:
    """Note now and then that the page is open, by which staff count as online."""
    now = services.clock.now()
    if seen_at is not None and now - seen_at < SEEN_EVERY:
        return seen_at
    note = partial(touch_session, token_hash=visit.login.token_hash, now=now, active=False)
    await services.database.writing(note)
    return now


def _look(session: Session, clinic_id: str, conversation_id: str) -> int:
    """Return a number that differs when something to be seen has changed."""
    case = read_case(session, clinic_id, conversation_id) if conversation_id else None
    newest = case and replace(case, messages=case.messages[-1:])
    return hash(repr((read_board(session, clinic_id), newest)))
