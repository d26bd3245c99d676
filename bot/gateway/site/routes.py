"""The widget's script, a demo site for each clinic, and the page that makes the embedding."""

from functools import partial
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from bot.care.protocol import Protocol
from bot.gateway.access import ServicesDep
from bot.gateway.reading import may_be_id
from bot.gateway.refusals import Code, Refusal
from bot.gateway.site.clinic import clinic_page
from bot.gateway.site.rendering import render
from bot.knowledge.repository import ClinicCard, get_clinic, list_clinics, load_protocol

router = APIRouter(include_in_schema=False)
WIDGET = Path(__file__).resolve().parents[3] / "widget" / "dist" / "widget.js"
WIDGET_HEADERS = {
    # A page that embeds it gets a new version within minutes, and needs no new address for it.
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    # It is meant for other sites, also for those that isolate themselves from others.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/widget.js")
async def widget() -> FileResponse:
    """Serve the chat widget; one script is the whole embedding."""
    if not WIDGET.exists():
        raise Refusal(Code.WIDGET_MISSING)
    return FileResponse(WIDGET, media_type="text/javascript", headers=WIDGET_HEADERS)


@router.get("/")
async def choose(services: ServicesDep) -> HTMLResponse:
    """Let a visitor choose a clinic."""
    return render("choose.html", clinics=await services.database.reading(list_clinics))


@router.get("/demo/{clinic_id}")
async def demo(clinic_id: str, services: ServicesDep) -> HTMLResponse:
    """Show a clinic's site, made of what its protocol pack says, with the widget on it."""
    if not may_be_id(clinic_id):
        raise Refusal(Code.NOT_FOUND)
    card, protocol = await services.database.reading(partial(_load, clinic_id=clinic_id))
    if card is None or protocol is None:
        raise Refusal(Code.NOT_FOUND)
    page = clinic_page(card, protocol, services.texts, services.clock.now())
    return render("clinic.html", page=page)


@router.get("/embed")
async def embed(services: ServicesDep) -> HTMLResponse:
    """Make the embedding snippet, with a live preview."""
    return render("embed.html", clinics=await services.database.reading(list_clinics))


def _load(session: Session, clinic_id: str) -> tuple[ClinicCard | None, Protocol | None]:
    return get_clinic(session, clinic_id), load_protocol(session, clinic_id)
