"""A copy of a patient's data behind a short-lived link: a page to read, and a file.

The link itself shows nothing. Messengers and mail programs open links by themselves to preview
them; the data comes only when a person presses a button (POST).
"""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

from bot.gateway.access import ServicesDep
from bot.gateway.privacy.links import MINUTES, PATH
from bot.gateway.refusals import Code, Refusal
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.records.privacy import export_conversation

router = APIRouter(prefix=PATH, include_in_schema=False)
FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get("/style.css")
async def style() -> FileResponse:
    """Serve the pages' stylesheet."""
    return FileResponse(FOLDER / "style.css", headers={"Cache-Control": "no-cache"})


@router.get("/{token}")
async def door(token: str, services: ServicesDep) -> Response:
    """Show what the link leads to, without any of the data."""
    try:
        services.data_links.open(token)
    except Refusal as refusal:
        return _not_good(refusal)
    return _page("door.html", token=token, minutes=MINUTES)


@router.post("/{token}")
async def page(token: str, services: ServicesDep) -> Response:
    """Show the data as a page."""
    try:
        export, clinic = await _open(token, services)
    except Refusal as refusal:
        return _not_good(refusal)
    zone = ZoneInfo(clinic.time_zone if clinic else "UTC")
    name = clinic.name if clinic else export["conversation"]["clinic"]
    return _page("data.html", data=export, clinic=name, zone=zone, texts=services.texts)


@router.post("/{token}/file")
async def file(token: str, services: ServicesDep) -> Response:
    """Hand the data out as a JSON file."""
    try:
        export, _ = await _open(token, services)
    except Refusal as refusal:
        return _not_good(refusal)
    name = 'attachment; filename="my-data.json"'
    return JSONResponse(export, headers={**HEADERS, "Content-Disposition": name})


async def _open(token: str, services: Services) -> tuple[dict[str, Any], ClinicCard | None]:
    """Return the export and the clinic. Raises Refusal when the link is not good any more."""
    conversation_id = services.data_links.open(token).conversation_id
    found = await services.database.reading(partial(_read, conversation_id=conversation_id))
    if found is None:
        raise Refusal(Code.CONVERSATION_NOT_FOUND)
    return found


def _read(
    session: Session, conversation_id: str
) -> tuple[dict[str, Any], ClinicCard | None] | None:
    export = export_conversation(session, conversation_id)
    if export is None:
        return None
    return export, get_clinic(session, export["conversation"]["clinic"])


def _not_good(refusal: Refusal) -> HTMLResponse:
    expired = refusal.code is Code.EXPIRED_TOKEN
    status = HTTPStatus.GONE if expired else HTTPStatus.NOT_FOUND
    return _page("not_good.html", status, expired=expired, minutes=MINUTES)


def _page(template: str, status: int = HTTPStatus.OK, **values: Any) -> HTMLResponse:
    text = _TEMPLATES.get_template(template).render(path=PATH, **values)
    return HTMLResponse(text, status, HEADERS)


def _moment(value: str, zone: ZoneInfo) -> str:
    """Return an ISO moment on the clinic's clock: "Nov 22, 2026, 9:30 PM"."""
    local = datetime.fromisoformat(value).astimezone(zone)
    return f"{local:%b} {local.day}, {local.year}, {local.hour % 12 or 12}:{local:%M %p}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    return environment


_TEMPLATES = _environment()
