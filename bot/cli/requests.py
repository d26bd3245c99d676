"""`python -m bot requests|unplaced CLINIC`: what a clinic reads in the morning."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.care.booking.request import Status
from bot.database import Database
from bot.knowledge.repository import get_clinic, list_clinics
from bot.records.requests import StoredRequest, list_requests
from bot.records.unplaced import list_unplaced
from bot.settings import load_settings


def requests(
    clinic_id: Annotated[str, typer.Argument(help="A clinic's id, such as glamour.")],
) -> None:
    """Show who wants to be contacted by a clinic, newest first."""
    _show(clinic_id, lambda session: [_line(one) for one in list_requests(session, clinic_id)])


def unplaced(
    clinic_id: Annotated[str, typer.Argument(help="A clinic's id, such as glamour.")],
) -> None:
    """Show what patients asked that could not be placed, without personal data, newest first."""
    _show(
        clinic_id,
        lambda session: [
            f"{row.day}  {row.text}  (near: {row.near or 'nothing'})"
            for row in list_unplaced(session, clinic_id)
        ],
    )


def _show(clinic_id: str, lines_of: Callable[[Session], list[str]]) -> None:
    """Print lines from the database. Ends with code 1 when there is no such clinic."""
    database = Database(load_settings().database)
    try:
        with database.read() as session:
            _require_clinic(session, clinic_id)
            lines = lines_of(session)
    finally:
        database.close()
    for line in lines or ["Nothing yet."]:
        typer.echo(line)


def _require_clinic(session: Session, clinic_id: str) -> None:
    if get_clinic(session, clinic_id) is None:
        known = ", ".join(clinic.id for clinic in list_clinics(session)) or "none yet"
        typer.echo(f"There is no clinic {clinic_id!r}; there are: {known}.", err=True)
        raise typer.Exit(1)


def _line(request: StoredRequest) -> str:
    when = request.created_at.strftime("%Y-%m-%d %H:%M UTC")
    details = [
        request.kind.replace("_", " "),
        request.preferred and f"when: {request.preferred}",
        request.reason or (request.topic and f"about {request.topic}"),
        request.status if request.status != Status.OPEN else "",
    ]
    who = f"{request.name or '(no name)'}  {request.reach}"
    return f"{when}  {who}  {', '.join(one for one in details if one)}"
