"""A patient's aftercare plan behind a signed link: a page that prints on one sheet, and a file."""

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import FileResponse, HTMLResponse, Response

from bot.care.phrases import Phrases
from bot.care.plan import Course, Stretch, milestone_in_words, remarks
from bot.care.reminders.timetable import Occasion, occasions
from bot.care.rules import Kind
from bot.care.wording import day_in_words
from bot.gateway.access import ServicesDep
from bot.gateway.plan.calendar import calendar_file
from bot.gateway.plan.links import DAYS, PATH
from bot.gateway.plan.reading import PatientPlan, read_plan
from bot.gateway.refusals import Refusal
from bot.gateway.services import Services

router = APIRouter(prefix=PATH, include_in_schema=False)
FOLDER = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get("/style.css")
async def style() -> FileResponse:
    """Serve the page's stylesheet."""
    return FileResponse(FOLDER / "style.css", headers={"Cache-Control": "no-cache"})


@router.get("/{token}")
async def page(token: str, services: ServicesDep) -> Response:
    """Show the plan."""
    found = await _open(token, services)
    if found is None:
        return _gone(services.texts)
    plan, _ = found
    texts, today = services.texts, services.clock.now(plan.protocol.zone).date()
    return _page(
        "plan.html",
        HTTPStatus.OK,
        texts=texts,
        plan=plan,
        token=token,
        today=today,
        day=(today - plan.treated.day).days,
        days=_days(plan),
        remarks=remarks,
        say_day=partial(day_in_words, today=today, texts=texts),
        say_milestone=partial(milestone_in_words, texts=texts),
        say_length=partial(_length, texts=texts),
    )


@router.get("/{token}/plan.ics")
async def file(token: str, services: ServicesDep) -> Response:
    """Hand the plan's days out as a calendar file."""
    found = await _open(token, services)
    if found is None:
        return _gone(services.texts)
    plan, conversation_id = found
    now = services.clock.now(plan.protocol.zone)
    body = calendar_file(plan, conversation_id, now, services.texts)
    disposition = 'attachment; filename="aftercare.ics"'
    headers = {**HEADERS, "Content-Disposition": disposition}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


async def _open(token: str, services: Services) -> tuple[PatientPlan, str] | None:
    """Return the plan and its conversation, or None when the link leads to nothing any more."""
    try:
        conversation_id = services.plan_links.open(token).conversation_id
    except Refusal:
        return None
    read = partial(read_plan, conversation_id=conversation_id, texts=services.texts)
    plan = await services.database.reading(read)
    return None if plan is None else (plan, conversation_id)


def _days(plan: PatientPlan) -> tuple[Occasion, ...]:
    """Return the days that bring something, those of the reminders; a check-in is none."""
    timetable, zone = replace(plan.protocol.timetable, check_in=None), plan.protocol.zone
    return occasions(plan.courses, plan.treated, timetable, zone=zone)


def _length(course: Course, texts: Phrases) -> str:
    """Return how long a rule holds: "2 to 3 days day and night, then 2 to 3 weeks as needed"."""
    if course.rule.kind is Kind.PERMISSION:
        return texts.say("plan.any_time")
    phased = len(course.stretches) > 1
    parts = [_part(one, texts) if phased or one.phase else one.length for one in course.stretches]
    told = parts[0] if parts else texts.say("plan.any_time")
    for part in parts[1:]:
        told = texts.say("plan.then", first=told, second=part)
    return told


def _part(stretch: Stretch, texts: Phrases) -> str:
    phase = texts.say(f"phase.{stretch.phase}") if stretch.phase else texts.say("plan.as_needed")
    return texts.say("plan.phased", length=stretch.length, phase=phase)


def _gone(texts: Phrases) -> HTMLResponse:
    return _page("gone.html", HTTPStatus.NOT_FOUND, texts=texts, days=DAYS)


def _page(template: str, status: int, **values: Any) -> HTMLResponse:
    text = _TEMPLATES.get_template(template).render(path=PATH, **values)
    return HTMLResponse(text, status, HEADERS)


_TEMPLATES = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
