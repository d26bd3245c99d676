"""`python -m bot requests CLINIC`: who wants to be contacted."""

from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.database import Database
from bot.knowledge.repository import get_clinic, list_clinics
from bot.records.requests import StoredRequest, list_requests
from bot.settings import load_settings


def requests(
    clinic_id: Annotated[str, typer.Argument(help="A clinic's id, such as glamour.")],
) -> None:
    """Show who wants to be contacted by a clinic, newest first."""
    database = Database(load_settings().database)
    try:
        with database.read() as session:
            lines = _lines(session, clinic_id)
    finally:
        database.close()
    for line in lines:
        typer.echo(line)


def _lines(session: Session, clinic_id: str) -> list[str]:
    if get_clinic(session, clinic_id) is None:
        known = ", ".join(clinic.id for clinic in list_clinics(session)) or "none yet"
        typer.echo(f"There is no clinic {clinic_id!r}; there are: {known}.", err=True)
        raise typer.Exit(1)
    return [_line(one) for one in list_requests(session, clinic_id)] or ["No requests."]


def _line(request: StoredRequest) -> str:
    about = f", about {request.topic}" if request.topic else ""
    when = request.created_at.strftime("%Y-%m-%d %H:%M UTC")
    return f"{when}  {request.name or '(no name)'}  {request.reach}{about}"
