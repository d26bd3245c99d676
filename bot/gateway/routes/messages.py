"""Messages: say something, read the transcript."""

from functools import partial

from fastapi import APIRouter
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
    Outage,
    Replies,
    TextMessage,
    Transcript,
    message_out,
)
from bot.records.conversations import find_conversation, transcript
from bot.records.plain import Outcome

router = APIRouter(prefix="/api/conversations/{conversation_id}", tags=["messages"])


@router.post(
    "/messages",
    response_model=Replies,
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
    conversation_id: ConversationId, body: TextMessage | ButtonPress, services: ServicesDep
) -> Replies | JSONResponse:
    """Say something, in words or by a button; the answer holds the replies, in order."""
    channel = WebResponse()
    outcome = await receive(services, channel, conversation_id, Incoming(**body.model_dump()))
    if outcome is Outcome.ANSWERED:
        return Replies(replies=channel.shown)
    code = Code.ASSISTANT_UNAVAILABLE
    outage = Outage(error=problem(services.texts, Refusal(code)), replies=channel.shown)
    return JSONResponse(outage.model_dump(mode="json", by_alias=True), STATUS[code])


@router.get("/messages", responses=documented(*ACCESS))
async def read(conversation_id: ConversationId, services: ServicesDep) -> Transcript:
    """Read the whole conversation, in order."""
    return await services.database.reading(partial(_read, conversation_id=conversation_id))


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
