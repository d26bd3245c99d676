"""Renders the site's pages: everything escaped, no inline script or style."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **values: Any) -> HTMLResponse:
    """Return a page."""
    text = _TEMPLATES.get_template(template).render(**values)
    return HTMLResponse(text, headers={"Cache-Control": "no-cache"})
