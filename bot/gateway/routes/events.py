"""Server-sent events: replies that nobody asked for, and typing."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header
from sqlalchemy.orm import Session
from sse_starlette import EventSourceResponse, JSONServerSentEvent

from bot.gateway.access import ConversationId, ServicesDep
from bot.gateway.channels import reply_event
from bot.gateway.errors import documented
from bot.gateway.hub import Event, Stream
from bot.gateway.reading import read_number
from bot.gateway.refusals import Code, Refusal
from bot.gateway.routes.conversations import ACCESS
from bot.records.conversations import find_conversation, unasked_after

router = APIRouter(prefix="/api/conversations/{conversation_id}", tags=["messages"])

PING_SECONDS = 15
RETRY_MS = 3000
DESCRIPTION = (
    "Events `reply` (data as in `replies`, id the message's), `typing` "
    '(`{"from", "typing"}`) and `ended` (the conversation was deleted). '
    "With `Last-Event-ID`, replies missed since come first."
)


@router.get(
    "/events",
    response_class=EventSourceResponse,
    response_description=DESCRIPTION,
    responses={
        **documented(*ACCESS, Code.TOO_MANY_STREAMS),
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
    },
)
async def events(
    conversation_id: ConversationId,
    services: ServicesDep,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Stream what the assistant or the clinic's staff send on their own."""
    opened = ExitStack()
    # Subscribed before looking back, so that nothing falls between.
    stream = opened.enter_context(services.hub.subscribed(conversation_id))
    try:
        missed = await services.database.reading(
            partial(_missed, conversation_id=conversation_id, last_event_id=last_event_id)
        )
    except BaseException:
        opened.close()
        raise
    return EventSourceResponse(_stream(opened, stream, missed), ping=PING_SECONDS)


async def _stream(
    opened: ExitStack, stream: Stream, missed: list[Event]
) -> AsyncIterator[JSONServerSentEvent]:
    with opened:
        shown = 0
        for event in missed:
            shown = event.id or shown
            yield _sent(event)
        while (event_or_end := await stream.get()) is not None:
            if event_or_end.id is None or event_or_end.id > shown:
                yield _sent(event_or_end)


def _sent(event: Event) -> JSONServerSentEvent:
    identifier = None if event.id is None else str(event.id)
    return JSONServerSentEvent(event.data, event=event.kind, id=identifier, retry=RETRY_MS)


def _missed(session: Session, conversation_id: str, last_event_id: str | None) -> list[Event]:
    if find_conversation(session, conversation_id) is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    after = read_number(last_event_id)
    if after is None:
        return []
    return [reply_event(message) for message in unasked_after(session, conversation_id, after)]
