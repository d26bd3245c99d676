"""Clinics, and conversations as a whole: begin, export, delete."""

from functools import partial

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.care.replies import greeting
from bot.gateway.access import ConversationId, ServicesDep
from bot.gateway.channels import WEB
from bot.gateway.errors import documented
from bot.gateway.reading import may_be_id
from bot.gateway.refusals import Code, Refusal
from bot.gateway.schemas import ClinicOut, Export, NewConversation, Started, reply_out
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard, get_clinic, list_clinics
from bot.records.conversations import open_conversation, record_exchange
from bot.records.plain import Message, Reply
from bot.records.privacy import delete_conversation, export_conversation

router = APIRouter(prefix="/api", tags=["conversations"])
ACCESS = (Code.INVALID_TOKEN, Code.EXPIRED_TOKEN, Code.CONVERSATION_NOT_FOUND)


@router.get("/clinics", responses=documented())
async def clinics(services: ServicesDep) -> list[ClinicOut]:
    """List the clinics one can talk to, by name."""
    cards = await services.database.reading(list_clinics)
    return [ClinicOut.model_validate(card) for card in cards]


@router.post(
    "/conversations",
    status_code=201,
    responses=documented(
        Code.BAD_REQUEST,
        Code.UNKNOWN_CLINIC,
        Code.BODY_TOO_LARGE,
        Code.UNSUPPORTED_MEDIA_TYPE,
        Code.TOO_MANY_REQUESTS,
    ),
)
async def start(body: NewConversation, request: Request, services: ServicesDep) -> Started:
    """Begin a conversation; the answer holds its token and the greeting."""
    await services.limits.admit_conversation(request.client.host if request.client else "unknown")
    clinic = await _clinic(services, body.clinic)
    answer = greeting(clinic.name, clinic.emergency_number, services.texts)
    begin = partial(_begin, services=services, clinic=clinic, answer=answer)
    conversation_id, replies = await services.database.writing(begin)
    return Started(
        id=conversation_id,
        token=services.tokens.issue(conversation_id),
        replies=[reply_out(reply) for reply in replies],
    )


@router.get("/conversations/{conversation_id}/export", responses=documented(*ACCESS))
async def export(
    conversation_id: ConversationId, services: ServicesDep, response: Response
) -> Export:
    """Hand out everything that is stored on the conversation."""
    found = await services.database.reading(
        partial(export_conversation, conversation_id=conversation_id)
    )
    if found is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    response.headers["Content-Disposition"] = 'attachment; filename="conversation.json"'
    return Export.model_validate(found)


@router.delete("/conversations/{conversation_id}", status_code=204, responses=documented(*ACCESS))
async def delete(conversation_id: ConversationId, services: ServicesDep) -> None:
    """Remove the conversation and all that is stored on it, for good."""
    # In turn: a message under way is finished first, and leaves nothing behind.
    async with services.turns.turn(conversation_id):
        removed = await services.database.writing(
            partial(delete_conversation, conversation_id=conversation_id)
        )
    services.hub.close(conversation_id)
    await run_sync(services.database.scrub)
    if not removed:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)


async def _clinic(services: Services, clinic_id: str) -> ClinicCard:
    found = None
    if may_be_id(clinic_id):
        found = await services.database.reading(partial(get_clinic, clinic_id=clinic_id))
    if found is None:
        raise Refusal(Code.UNKNOWN_CLINIC)
    return found


def _begin(
    session: Session, services: Services, clinic: ClinicCard, answer: Answer
) -> tuple[str, list[Message]]:
    now = services.clock.now()
    conversation = open_conversation(session, clinic.id, WEB, now)
    return conversation.id, record_exchange(session, conversation.id, now, None, [Reply(answer)])
