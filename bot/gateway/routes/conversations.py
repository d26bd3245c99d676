"""Clinics, and conversations as a whole: begin, export, delete."""

from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.care.hours import is_open, next_opening, read_hours
from bot.care.replies import greeting
from bot.gateway.access import ConversationId, ServicesDep
from bot.gateway.channels import WEB
from bot.gateway.errors import documented
from bot.gateway.privacy.forgetting import forget
from bot.gateway.reading import known_zone, may_be_id
from bot.gateway.refusals import Code, Refusal
from bot.gateway.schemas import (
    ClinicDetails,
    ClinicOut,
    Export,
    NewConversation,
    Started,
    reply_out,
)
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard, get_clinic, list_clinics
from bot.records.conversations import open_conversation
from bot.records.exchanges import record_exchange
from bot.records.plain import Message, Reply
from bot.records.privacy import export_conversation

router = APIRouter(prefix="/api", tags=["conversations"])
ClinicId = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="A clinic's id.")]
ACCESS = (Code.INVALID_TOKEN, Code.EXPIRED_TOKEN, Code.CONVERSATION_NOT_FOUND)


@router.get("/clinics", responses=documented())
async def clinics(services: ServicesDep) -> list[ClinicOut]:
    """List the clinics one can talk to, by name."""
    cards = await services.database.reading(list_clinics)
    return [ClinicOut.model_validate(card) for card in cards]


@router.get("/clinics/{clinic_id}", responses=documented(Code.BAD_REQUEST, Code.UNKNOWN_CLINIC))
async def clinic_details(clinic_id: ClinicId, services: ServicesDep) -> ClinicDetails:
    """Tell what a chat window shows of one clinic."""
    card = await _clinic(services, clinic_id)
    now = services.clock.now(ZoneInfo(card.time_zone))
    return _details(card, now, services.settings.max_text)


@router.post(
    "/conversations",
    status_code=201,
    responses=documented(
        Code.BAD_REQUEST,
        Code.ORIGIN_NOT_ALLOWED,
        Code.UNKNOWN_CLINIC,
        Code.REQUEST_TIMEOUT,
        Code.BODY_TOO_LARGE,
        Code.UNSUPPORTED_MEDIA_TYPE,
        Code.TOO_MANY_REQUESTS,
    ),
)
async def start(body: NewConversation, request: Request, services: ServicesDep) -> Started:
    """Begin a conversation; the answer holds its token and the greeting."""
    await services.limits.admit_conversation(request.client.host if request.client else "unknown")
    clinic = await _clinic(services, body.clinic)
    _require_own_website(services, request.headers.get("origin"), clinic.id)
    answer = greeting(clinic.name, clinic.emergency_number, services.texts)
    begin = partial(
        _begin, services=services, clinic=clinic, answer=answer, zone=known_zone(body.time_zone)
    )
    conversation_id, replies = await services.database.writing(begin)
    return Started(
        id=conversation_id,
        token=services.tokens.issue(conversation_id, clinic.id),
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
        if not await forget(conversation_id, services):
            raise Refusal(Code.CONVERSATION_NOT_FOUND)


def _details(card: ClinicCard, now: datetime, max_text: int) -> ClinicDetails:
    hours = read_hours(card.hours)
    opened = is_open(hours, now) if hours else None
    opens_at = next_opening(hours, now) if hours and not opened else None
    return ClinicDetails(**asdict(card), open=opened, opens_at=opens_at, max_text=max_text)


def _require_own_website(services: Services, origin: str | None, clinic_id: str) -> None:
    """Keep the chat of a clinic off other clinics' websites; unlisted ones CORS keeps out."""
    if origin in services.settings.origins and not services.settings.may_embed(origin, clinic_id):
        raise Refusal(Code.ORIGIN_NOT_ALLOWED)


async def _clinic(services: Services, clinic_id: str) -> ClinicCard:
    found = None
    if may_be_id(clinic_id):
        found = await services.database.reading(partial(get_clinic, clinic_id=clinic_id))
    if found is None:
        raise Refusal(Code.UNKNOWN_CLINIC)
    return found


def _begin(
    session: Session, services: Services, clinic: ClinicCard, answer: Answer, zone: str | None
) -> tuple[str, list[Message]]:
    now = services.clock.now()
    conversation = open_conversation(session, clinic.id, WEB, now, time_zone=zone)
    return conversation.id, record_exchange(
        session, conversation.id, now, None, [Reply(answer)]
    ).replies
