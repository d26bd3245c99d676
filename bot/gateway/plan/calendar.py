"""The days of a plan as an iCalendar file (RFC 5545), for any calendar program."""

from datetime import datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from bot.care.plan import Milestone, milestone_in_words, milestones, remarks
from bot.care.wording import day_in_words
from bot.gateway.plan.reading import PatientPlan
from bot.knowledge.texts import Texts

PRODUCT = "-//Saphena//Aftercare plan//EN"
# The calendar program reminds at this hour of the day, on the patient's own clock.
REMIND_AT = timedelta(hours=9)


def calendar_file(plan: PatientPlan, conversation_id: str, now: datetime, texts: Texts) -> bytes:
    """Return the file. The same day of the same plan has the same UID, so that it is updated."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", texts.say("plan.title"))
    for milestone in milestones(plan.courses):
        calendar.add_component(_event(milestone, plan, conversation_id, now, texts))
    written: bytes = calendar.to_ical()
    return written


def _event(
    milestone: Milestone, plan: PatientPlan, conversation_id: str, now: datetime, texts: Texts
) -> Event:
    sentence = milestone_in_words(milestone, texts)
    source = "; ".join(
        texts.say("plan.event_source", document=one.document, section=one.section)
        for one in milestone.course.rule.sources
    )
    treated = day_in_words(plan.treated.day, now.date(), texts)
    event = Event()
    event.add("uid", _uid(milestone, conversation_id))
    event.add("dtstamp", now)
    event.add("dtstart", milestone.day)
    event.add("dtend", milestone.day + timedelta(days=1))
    event.add("summary", texts.say("plan.event", sentence=sentence, clinic=plan.protocol.name))
    about = texts.say("plan.event_about", sentence=sentence, treated=treated, source=source)
    event.add("description", " ".join([about, *remarks(milestone.course, texts)]))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", sentence)
    alarm.add("trigger", REMIND_AT)
    event.add_component(alarm)
    return event


def _uid(milestone: Milestone, conversation_id: str) -> str:
    phase = milestone.stretch.phase if milestone.stretch else None
    told = f"{conversation_id} {milestone.course.rule.topic} {milestone.change} {phase}"
    return f"{sha256(told.encode()).hexdigest()[:32]}@saphena"
