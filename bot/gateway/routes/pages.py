"""The demo page: choose a clinic, chat."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)
PAGES = Path(__file__).resolve().parents[1] / "pages"


@router.get("/")
async def demo() -> FileResponse:
    """Serve the demo page."""
    return FileResponse(PAGES / "index.html", headers={"Cache-Control": "no-cache"})
