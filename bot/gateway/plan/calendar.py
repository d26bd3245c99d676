"""The days of a plan as an iCalendar file (RFC 5545), for any calendar program."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event

from bot.care.answer import Source
from bot.care.plan import Milestone, milestone_in_words, milestones, remarks
from bot.care.reminders.timetable import Entry
from bot.care.reminders.wording import entry_in_short
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
        calendar.add_component(_event(_change(milestone, texts), plan, conversation_id, now, texts))
    for entry in plan.protocol.timetable.entries:
        for day in entry.days:
            what = _asked(entry, day, plan.treated.day, texts)
            calendar.add_component(_event(what, plan, conversation_id, now, texts))
    written: bytes = calendar.to_ical()
    return written


@dataclass(frozen=True, slots=True)
class _Happening:
    """What an event tells. `name` is its own within the plan, whatever the day."""

    name: str
    day: date
    title: str
    sentence: str
    sources: tuple[Source, ...]
    remarks: tuple[str, ...] = ()


def _change(milestone: Milestone, texts: Texts) -> _Happening:
    sentence = milestone_in_words(milestone, texts)
    rule, phase = milestone.course.rule, milestone.stretch.phase if milestone.stretch else None
    return _Happening(
        f"{rule.topic} {milestone.change} {phase}",
        milestone.day,
        sentence,
        sentence,
        rule.sources,
        tuple(remarks(milestone.course, texts)),
    )


def _asked(entry: Entry, number: int, treated: date, texts: Texts) -> _Happening:
    day, title = treated + timedelta(days=number), entry_in_short(entry, texts)
    return _Happening(f"{entry.topic} day {number}", day, title, entry.text, entry.sources)


def _event(
    what: _Happening, plan: PatientPlan, conversation_id: str, now: datetime, texts: Texts
) -> Event:
    source = "; ".join(
        texts.say("plan.event_source", document=one.document, section=one.section)
        for one in what.sources
    )
    treated = day_in_words(plan.treated.day, now.date(), texts)
    event = Event()
    event.add("uid", _uid(what.name, conversation_id))
    event.add("dtstamp", now)
    event.add("dtstart", what.day)
    event.add("dtend", what.day + timedelta(days=1))
    event.add("summary", texts.say("plan.event", sentence=what.title, clinic=plan.protocol.name))
    about = texts.say("plan.event_about", sentence=what.sentence, treated=treated, source=source)
    event.add("description", " ".join([about, *what.remarks]))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", what.title)
    alarm.add("trigger", REMIND_AT)
    event.add_component(alarm)
    return event


def _uid(name: str, conversation_id: str) -> str:
    return f"{sha256(f'{conversation_id} {name}'.encode()).hexdigest()[:32]}@saphena"
