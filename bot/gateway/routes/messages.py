"""Messages: say something, read the transcript."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.gateway.access import ConversationId, OpenedConversation, ServicesDep
from bot.gateway.channels import WebResponse
from bot.gateway.context import Incoming
from bot.gateway.errors import STATUS, documented, problem
from bot.gateway.pipeline import receive
from bot.gateway.reading import read_number
from bot.gateway.refusals import Code, Refusal
from bot.gateway.routes.conversations import ACCESS
from bot.gateway.schemas import (
    ButtonPress,
    ChoicesMade,
    Exchange,
    Outage,
    TextMessage,
    Transcript,
    message_out,
    said_out,
)
from bot.records.conversations import find_conversation, transcript
from bot.records.plain import Outcome

SHOWN = (
    "The `id` of the last message that the page shows. Looked at only while the records are away: "
    "a red flag is answered all the same, and its answer numbered on from there."
)

router = APIRouter(prefix="/api/conversations/{conversation_id}", tags=["messages"])


@router.post(
    "/messages",
    response_model=Exchange,
    responses=documented(
        *ACCESS,
        Code.BAD_REQUEST,
        Code.UNKNOWN_BUTTON,
        Code.CLIENT_ID_REUSED,
        Code.OUT_OF_TURN,
        Code.REQUEST_TIMEOUT,
        Code.BODY_TOO_LARGE,
        Code.TEXT_TOO_LONG,
        Code.UNSUPPORTED_MEDIA_TYPE,
        Code.EMPTY_TEXT,
        Code.TOO_MANY_REQUESTS,
        Code.ASSISTANT_UNAVAILABLE,
    ),
)
async def say(
    opened: OpenedConversation,
    body: TextMessage | ButtonPress | ChoicesMade,
    request: Request,
    services: ServicesDep,
    last_event_id: Annotated[str | None, Header(description=SHOWN)] = None,
) -> Response:
    """Say something, in words, by a button or by checked options.

    The answer holds the replies, in order.
    """
    channel = WebResponse()
    incoming = Incoming(
        **body.model_dump(),
        address=str(request.base_url),
        clinic_id=opened.clinic_id,
        after=read_number(last_event_id) or 0,
    )
    received = await receive(services, channel, opened.conversation_id, incoming)
    said = said_out(received.said) if received.said and body.client_id is not None else None
    if received.outcome is not Outcome.UNAVAILABLE:
        ended = received.outcome is Outcome.DELETED
        return _json(Exchange(replies=channel.shown, said=said, ended=ended))
    code = Code.ASSISTANT_UNAVAILABLE
    outage = Outage(error=problem(services.texts, Refusal(code)), replies=channel.shown, said=said)
    return _json(outage, STATUS[code])


@router.get("/messages", responses=documented(*ACCESS))
async def read(conversation_id: ConversationId, services: ServicesDep) -> Transcript:
    """Read the whole conversation, in order."""
    return await services.database.reading(partial(_read, conversation_id=conversation_id))


def _json(body: BaseModel, status: int = HTTPStatus.OK) -> Response:
    """Return a body as it is: the framework would check the model against itself once more."""
    text = body.model_dump_json(by_alias=True)
    return Response(text, status, media_type="application/json")


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
