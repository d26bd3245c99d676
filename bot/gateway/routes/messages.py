"""Messages: say something, read the transcript."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from bot.gateway.access import ConversationId, ServicesDep
from bot.gateway.channels import WebResponse
from bot.gateway.context import Incoming
from bot.gateway.errors import STATUS, documented, problem
from bot.gateway.pipeline import receive
from bot.gateway.refusals import Code, Refusal
from bot.gateway.routes.conversations import ACCESS
from bot.gateway.schemas import (
    ButtonPress,
    ChoicesMade,
    Exchange,
    Outage,
    SaidOut,
    TextMessage,
    Transcript,
    message_out,
    said_out,
)
from bot.gateway.services import Services
from bot.records.conversations import find_by_client_id, find_conversation, transcript
from bot.records.plain import Outcome

router = APIRouter(prefix="/api/conversations/{conversation_id}", tags=["messages"])


@router.post(
    "/messages",
    response_model=Exchange,
    responses=documented(
        *ACCESS,
        Code.BAD_REQUEST,
        Code.UNKNOWN_BUTTON,
        Code.CLIENT_ID_REUSED,
        Code.BODY_TOO_LARGE,
        Code.TEXT_TOO_LONG,
        Code.UNSUPPORTED_MEDIA_TYPE,
        Code.EMPTY_TEXT,
        Code.TOO_MANY_REQUESTS,
        Code.ASSISTANT_UNAVAILABLE,
    ),
)
async def say(
    conversation_id: ConversationId,
    body: TextMessage | ButtonPress | ChoicesMade,
    request: Request,
    services: ServicesDep,
) -> Exchange | JSONResponse:
    """Say something, in words, by a button or by checked options.

    The answer holds the replies, in order.
    """
    channel = WebResponse()
    incoming = Incoming(**body.model_dump(), address=str(request.base_url))
    outcome = await receive(services, channel, conversation_id, incoming)
    said = await _said(services, conversation_id, body.client_id)
    if outcome is not Outcome.UNAVAILABLE:
        ended = outcome is Outcome.DELETED
        return Exchange(replies=channel.shown, said=said, ended=ended)
    code = Code.ASSISTANT_UNAVAILABLE
    outage = Outage(error=problem(services.texts, Refusal(code)), replies=channel.shown, said=said)
    return JSONResponse(outage.model_dump(mode="json", by_alias=True), STATUS[code])


@router.get("/messages", responses=documented(*ACCESS))
async def read(conversation_id: ConversationId, services: ServicesDep) -> Transcript:
    """Read the whole conversation, in order."""
    return await services.database.reading(partial(_read, conversation_id=conversation_id))


async def _said(services: Services, conversation_id: str, client_id: str | None) -> SaidOut | None:
    if client_id is None:
        return None
    find = partial(find_by_client_id, conversation_id=conversation_id, client_id=client_id)
    found = await services.database.reading(find)
    return said_out(found) if found else None


def _read(session: Session, conversation_id: str) -> Transcript:
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    messages = transcript(session, conversation_id)
    return Transcript(
        id=conversation.id,
        clinic=conversation.clinic_id,
        messages=[message_out(message) for message in messages],
    )
