"""One conversation: read it, take it over, answer, give it back, and mark things as done."""

from collections.abc import Awaitable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.gateway.access import ServicesDep
from bot.gateway.handover import acting
from bot.gateway.pipeline import ChangedMeanwhileError
from bot.gateway.reading import may_be_id, read_text
from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import Services
from bot.gateway.staff.access import CheckedForm, ConsoleError, Visit, VisitDep
from bot.gateway.staff.board import SAME_LOOK, SEE_OTHER
from bot.gateway.staff.pages import render
from bot.records.alerts import handle_alerts
from bot.records.audit import Action, add_audit
from bot.records.board import CaseFile, read_case

router = APIRouter(prefix="/staff/conversations/{conversation_id}", include_in_schema=False)

PROBLEMS = {Code.EMPTY_TEXT: "empty", Code.TEXT_TOO_LONG: "too_long"}


@router.get("")
async def conversation_page(
    conversation_id: str, request: Request, services: ServicesDep, visit: VisitDep
) -> Response:
    """Show a conversation, and note who saw it."""
    case = await _case(conversation_id, services, visit)
    return _page(request, visit, services, case)


@router.post("/take", dependencies=[CheckedForm])
async def take(
    conversation_id: str,
    services: ServicesDep,
    visit: VisitDep,
    holder: Annotated[str, Form()] = "",
) -> Response:
    """Take the conversation over from the assistant, or from the colleague seen to hold it."""
    await _case(conversation_id, services, visit)
    return await _act(
        conversation_id,
        "taken_meanwhile",
        acting.take(services, visit.clinic, visit.account, conversation_id, holder or None),
    )


@router.post("/messages", dependencies=[CheckedForm])
async def write(
    *,
    conversation_id: str,
    request: Request,
    services: ServicesDep,
    visit: VisitDep,
    text: Annotated[str, Form()] = "",
    form: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Send the patient a message. What cannot be sent is shown again, with the reason."""
    case = await _case(conversation_id, services, visit)
    show = partial(_page, request, visit, services, draft=text)
    try:
        message = read_text(text, services.settings.max_text)
    except Refusal as refusal:
        return show(case, problem=PROBLEMS[refusal.code], status=422)
    try:
        await acting.write(services, visit.account, conversation_id, message, form)
    except ChangedMeanwhileError:
        case = await _case(conversation_id, services, visit)
        if not _holds(case, visit):
            return show(case, problem="not_yours", status=409)
        # The same form twice: the first one was sent.
    return _back(conversation_id)


@router.post("/give-back", dependencies=[CheckedForm])
async def give_back(conversation_id: str, services: ServicesDep, visit: VisitDep) -> Response:
    """Let the assistant answer again."""
    await _case(conversation_id, services, visit)
    return await _act(
        conversation_id,
        "not_yours",
        acting.give_back(services, visit.clinic, visit.account, conversation_id),
    )


@router.post("/end-wait", dependencies=[CheckedForm])
async def end_wait(conversation_id: str, services: ServicesDep, visit: VisitDep) -> Response:
    """Close the wish for a person without taking the conversation."""
    await _case(conversation_id, services, visit)
    return await _act(
        conversation_id,
        "changed_meanwhile",
        acting.end_wait(services, visit.clinic, visit.account, conversation_id),
    )


@router.post("/flags-done", dependencies=[CheckedForm])
async def flags_done(conversation_id: str, services: ServicesDep, visit: VisitDep) -> Response:
    """Mark the red flags of the conversation as dealt with."""
    await _case(conversation_id, services, visit)

    def handle(session: Session) -> None:
        now = services.clock.now()
        if handle_alerts(session, visit.clinic.id, conversation_id, now):
            _audit(session, services, visit, Action.DONE, conversation_id)

    await services.database.writing(handle)
    return _back(conversation_id, "done")


async def _case(conversation_id: str, services: Services, visit: Visit) -> CaseFile:
    """Return a conversation of the visitor's clinic, and note the look. Raises ConsoleError."""

    def look(session: Session) -> CaseFile | None:
        case = read_case(session, visit.clinic.id, conversation_id)
        if case is not None:
            _audit(session, services, visit, Action.SAW_CONVERSATION, conversation_id)
        return case

    case = await services.database.writing(look) if may_be_id(conversation_id) else None
    if case is None:
        raise ConsoleError(404, "no_conversation")
    return case


async def _act(conversation_id: str, refused: str, action: Awaitable[None]) -> Response:
    """Do it and go back to the conversation; `refused` is said when it comes too late."""
    try:
        await action
    except ChangedMeanwhileError:
        return _back(conversation_id, refused)
    except Refusal:
        raise ConsoleError(404, "no_conversation") from None
    return _back(conversation_id)


def _back(conversation_id: str, notice: str = "") -> Response:
    query = f"?notice={notice}" if notice else ""
    return RedirectResponse(f"/staff/conversations/{conversation_id}{query}#end", SEE_OTHER)


def _holds(case: CaseFile, visit: Visit) -> bool:
    handover = case.handover
    return (
        handover is not None and handover.state == "held" and handover.held_by == visit.account.id
    )


def _page(
    request: Request,
    visit: Visit,
    services: Services,
    case: CaseFile,
    *,
    draft: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return render(
        request,
        "conversation.html",
        visit=visit,
        case=case,
        mine=_holds(case, visit),
        limit=services.settings.max_text,
        draft=draft,
        problem=problem,
        status=status,
    )


def _audit(
    session: Session, services: Services, visit: Visit, action: Action, conversation_id: str
) -> None:
    now = services.clock.now()
    add_audit(
        session,
        visit.clinic.id,
        action,
        now,
        who=visit.account.login,
        subject=conversation_id,
        unless_since=now - SAME_LOOK if action is Action.SAW_CONVERSATION else None,
    )
