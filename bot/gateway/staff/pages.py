"""Renders the console's pages: templates on the server, everything escaped, no inline script."""

import secrets
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from bot.gateway.staff.access import Visit

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SHORTENED = 160


def render(
    request: Request,
    template: str,
    *,
    visit: Visit | None = None,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Return a page; `visit` is who sees it, None before login."""
    zone = ZoneInfo(visit.clinic.time_zone) if visit else ZoneInfo("UTC")
    text = _TEMPLATES.get_template(template).render(
        visit=visit,
        zone=zone,
        path=request.url.path,
        notice=request.query_params.get("notice", ""),
        csrf_field=partial(_csrf_field, visit),
        new_form=secrets.token_urlsafe(12),
        **values,
    )
    return HTMLResponse(text, status, {"Content-Security-Policy": POLICY})


def _csrf_field(visit: Visit | None) -> Markup:
    token = visit.login.form_token if visit else ""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def moment_in_words(value: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment on the clinic's clock: "Sun Nov 22, 9:30 PM"."""
    if value is None:
        return ""
    local = value.astimezone(zone)
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M %p}"


def _short(text: str) -> str:
    return text if len(text) <= SHORTENED else f"{text[:SHORTENED].rstrip()}…"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(moment=moment_in_words, short=_short)
    return environment


_TEMPLATES = _environment()
