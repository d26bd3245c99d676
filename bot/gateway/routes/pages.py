"""The widget, and the demo page: choose a clinic, chat."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from bot.gateway.refusals import Code, Refusal

router = APIRouter(include_in_schema=False)
PAGES = Path(__file__).resolve().parents[1] / "pages"
WIDGET = Path(__file__).resolve().parents[3] / "widget" / "dist" / "widget.js"
WIDGET_HEADERS = {
    # A page that embeds it gets a new version within minutes, and needs no new address for it.
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    # It is meant for other sites, also for those that isolate themselves from others.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/")
async def demo() -> FileResponse:
    """Serve the demo page."""
    return FileResponse(PAGES / "index.html", headers={"Cache-Control": "no-cache"})


@router.get("/widget.js")
async def widget() -> FileResponse:
    """Serve the chat widget; one script is the whole embedding."""
    if not WIDGET.exists():
        raise Refusal(Code.WIDGET_MISSING)
    return FileResponse(WIDGET, media_type="text/javascript", headers=WIDGET_HEADERS)
