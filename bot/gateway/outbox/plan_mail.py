"""A patient's dates by mail: once, to the address they gave, which is forgotten with it."""

from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from bot.addresses import deliverable
from bot.care.phrases import Phrases
from bot.care.plan import Course, milestone_in_words, milestones, remarks
from bot.care.wording import day_in_words
from bot.gateway.outbox.posting import drop, post
from bot.gateway.plan.calendar import calendar_file
from bot.gateway.plan.reading import PatientPlan, read_plan
from bot.gateway.services import Services
from bot.knowledge.repository import ClinicCard, get_clinic
from bot.mail.message import CalendarFile, Mail
from bot.records.outbox import Kind, NewSending, Sending, State

FILE: Final = "dates.ics"
# Later the patient has long looked for it, and may have told another day.
USEFUL: Final = timedelta(hours=24)


def new_plan_mail(key: str, address: str, now: datetime) -> NewSending:
    """Return what is put into the outbox to send the dates to this address."""
    return NewSending(Kind.PLAN_MAIL, key, now, now + USEFUL, {"to": address})


async def send_plan_mail(one: Sending, services: Services, now: datetime) -> None:
    """Send a patient's dates as they are now, at most once."""
    found = await services.database.reading(partial(_read, one=one, services=services))
    if found is None:
        await drop(one, State.CANCELLED, "no_dates", services, now)
        return
    mail = _mail(one, *found, services, now)
    to = [str(one.detail["to"])]
    await post(one, mail, to, services, now, at_most_once=True)


def _read(
    session: Session, one: Sending, services: Services
) -> tuple[PatientPlan, ClinicCard] | None:
    plan = read_plan(session, one.conversation_id, services.texts)
    clinic = get_clinic(session, one.clinic_id)
    return (plan, clinic) if plan is not None and plan.courses and clinic is not None else None


def _mail(
    one: Sending, plan: PatientPlan, clinic: ClinicCard, services: Services, now: datetime
) -> Mail:
    texts, today = services.texts, now.astimezone(plan.protocol.zone).date()
    return Mail(
        about=f"{one.conversation_id} {one.kind} {one.key}",
        from_name=clinic.name,
        subject=texts.say("mail.plan.subject", clinic=clinic.name),
        paragraphs=paragraphs(plan, today, texts),
        # A pack may publish anything there; the dates go out all the same.
        reply_to=deliverable(clinic.email or ""),
        calendar=CalendarFile(FILE, calendar_file(plan, one.conversation_id, now, texts)),
    )


def paragraphs(plan: PatientPlan, today: date, texts: Phrases) -> tuple[str, ...]:
    """Return the mail's text: what holds until when, the days on which it changes, why it came."""
    protocol = plan.protocol
    treated = day_in_words(plan.treated.day, today, texts)
    intro = "planned" if plan.treated.day > today else "intro"
    call = texts.say("plan.call", clinic=protocol.name, phone=protocol.phone)
    return (
        texts.say(f"mail.plan.{intro}", clinic=protocol.name, treated=treated),
        "\n".join([texts.say("plan.by_rule"), *_by_rule(plan, today, texts)]),
        *_by_day(plan, today, texts),
        texts.say("plan.late"),
        texts.say("mail.plan.file"),
        texts.say("mail.plan.danger", emergency_number=protocol.emergency_number),
        *([call] if protocol.phone else []),
        texts.say("mail.plan.why", clinic=protocol.name),
    )


def _by_rule(plan: PatientPlan, today: date, texts: Phrases) -> list[str]:
    return [
        " ".join([f"- {_until(course, today, texts)}", *remarks(course, texts)])
        for course in plan.courses
    ]


def _until(course: Course, today: date, texts: Phrases) -> str:
    what = texts.say(f"plan.{course.rule.kind}", what=course.rule.what)
    if not course.stretches:
        return texts.say("mail.plan.at_any_time", what=what)
    if course.over is None:
        return texts.say("mail.plan.no_end", what=what)
    key = "over" if course.over < today else "until"
    return texts.say(f"mail.plan.{key}", what=what, day=day_in_words(course.over, today, texts))


def _by_day(plan: PatientPlan, today: date, texts: Phrases) -> list[str]:
    return [
        "\n".join(
            [
                day_in_words(day, today, texts),
                *(f"- {milestone_in_words(one, texts)}" for one in changes),
            ]
        )
        for day, changes in groupby(milestones(plan.courses), key=lambda one: one.day)
    ]
