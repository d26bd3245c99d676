"""What is open at the clinic: the list, its export, and marking a request as done."""

import csv
import io
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bot.care.booking.request import Status
from bot.gateway.access import ServicesDep
from bot.gateway.reading import may_be_id
from bot.gateway.staff.access import HOME, CheckedForm, ConsoleError, VisitDep, safe_next
from bot.gateway.staff.pages import render
from bot.records.audit import Action, add_audit
from bot.records.board import Board, read_board
from bot.records.requests import StoredRequest, close_request, list_requests

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
# Looking again within this time is one line in the audit.
SAME_LOOK = timedelta(minutes=10)
# Spreadsheets take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "created",
    "kind",
    "name",
    "reach",
    "preferred",
    "topic",
    "reason",
    "status",
    "note",
    "consent",
    "conversation",
)


@router.get(HOME)
async def board_page(request: Request, services: ServicesDep, visit: VisitDep) -> Response:
    """Show what is open, red flags first."""
    clinic, account = visit.clinic.id, visit.account

    def look(session: Session) -> Board:
        now = services.clock.now()
        add_audit(
            session,
            clinic,
            Action.SAW_REQUESTS,
            now,
            who=account.login,
            unless_since=now - SAME_LOOK,
        )
        return read_board(session, clinic)

    board = await services.database.writing(look)
    return render(request, "board.html", visit=visit, board=board)


@router.get("/staff/requests.csv")
async def export(services: ServicesDep, visit: VisitDep) -> Response:
    """Hand out all requests of the clinic as a table."""
    clinic, account = visit.clinic.id, visit.account

    def look(session: Session) -> list[StoredRequest]:
        add_audit(
            session, clinic, Action.EXPORTED_REQUESTS, services.clock.now(), who=account.login
        )
        return list_requests(session, clinic)

    text = requests_table(await services.database.writing(look))
    headers = {"Content-Disposition": 'attachment; filename="requests.csv"'}
    # With a byte order mark, by which spreadsheets know that it is UTF-8.
    return Response(text.encode("utf-8-sig"), media_type="text/csv", headers=headers)


@router.post("/staff/requests/{request_id}/done", dependencies=[CheckedForm])
async def request_done(
    request_id: str,
    services: ServicesDep,
    visit: VisitDep,
    note: Annotated[str, Form(max_length=500)] = "",
    wanted: Annotated[str, Form(alias="next")] = HOME,
) -> Response:
    """Mark a request as done, with a note if there is one."""
    clinic, account = visit.clinic.id, visit.account

    def close(session: Session) -> bool:
        now = services.clock.now()
        closed = close_request(session, clinic, request_id, Status.DONE, note=note.strip(), now=now)
        if closed:
            add_audit(session, clinic, Action.DONE, now, who=account.login, subject=request_id)
        return closed

    if not may_be_id(request_id) or not await services.database.writing(close):
        raise ConsoleError(404, "no_request")
    return RedirectResponse(f"{safe_next(wanted)}?notice=done", SEE_OTHER)


def requests_table(requests: list[StoredRequest]) -> str:
    """Return requests as CSV with a line of headings; no cell can be a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    writer.writerows([plain_cell(cell) for cell in _cells(request)] for request in requests)
    return written.getvalue()


def plain_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe before it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _cells(request: StoredRequest) -> tuple[str, ...]:
    return (
        request.created_at.isoformat(timespec="minutes"),
        request.kind,
        request.name,
        request.reach,
        request.preferred,
        request.topic or "",
        request.reason,
        request.status,
        request.note,
        request.consent_at.isoformat(timespec="minutes"),
        request.conversation_id,
    )
