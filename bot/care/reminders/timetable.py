"""When a patient is reminded: the plan's own days, and what the clinic's pack names besides.

Pure. A reminder never comes before its day has begun at the clinic, before the hour of the
treatment where that is known, or at night on the patient's own clock.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.care.answer import Source
from bot.care.moments import Moment
from bot.care.plan import Course, Milestone, milestones


@dataclass(frozen=True, slots=True)
class Entry:
    """What a clinic's document asks on certain days after the treatment, in a text of the pack.

    `topic` is what it is about; `books`: an appointment can be asked for.
    """

    topic: str
    days: tuple[int, ...]
    text: str
    sources: tuple[Source, ...] = ()
    books: bool = False


@dataclass(frozen=True, slots=True)
class Timetable:
    """When reminders are sent, on the patient's clock, and what is sent besides the plan's days.

    `late`: how long after its time one still helps; `check_in` is the number of days after which
    the patient is asked how they are, None for never.
    """

    hour: time = time(9)
    quiet_from: time = time(21)
    quiet_until: time = time(8)
    late: timedelta = timedelta(hours=36)
    check_in: int | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day on which the patient is written to once, with all that the day brings.

    `due` is aware; after `useful_until` it is not sent any more.
    """

    day: date
    due: datetime
    useful_until: datetime
    milestones: tuple[Milestone, ...] = ()
    entries: tuple[Entry, ...] = ()
    check_in: bool = False

    @property
    def key(self) -> str:
        """The occasion's name among those of one patient."""
        return self.day.isoformat()


def occasions(
    courses: Iterable[Course],
    treated: Moment,
    timetable: Timetable,
    *,
    zone: tzinfo,
    patient_zone: tzinfo | None = None,
    topics: Collection[str] | None = None,
) -> tuple[Occasion, ...]:
    """Return the days on which a patient is reminded, in order; `topics` None: of everything.

    `zone` is the clinic's, in which days count; hours are those of the patient's.
    """
    wanted = [
        one for one in milestones(courses) if topics is None or one.course.rule.topic in topics
    ]
    entries = [
        (treated.day + timedelta(days=day), entry)
        for entry in timetable.entries
        if topics is None or entry.topic in topics
        for day in entry.days
    ]
    check_in = None
    if timetable.check_in is not None and topics is None:
        check_in = treated.day + timedelta(days=timetable.check_in)
    days = {one.day for one in wanted} | {day for day, _ in entries}
    found = []
    for day in sorted(days | ({check_in} if check_in else set())):
        changes = tuple(one for one in wanted if one.day == day)
        own = patient_zone or zone
        due = _due(day, changes, treated, timetable, zone=zone, patient_zone=own)
        found.append(
            Occasion(
                day,
                due,
                due + timetable.late,
                changes,
                tuple(entry for entry_day, entry in entries if entry_day == day),
                check_in=day == check_in,
            )
        )
    return tuple(found)


def to_come(found: Iterable[Occasion], now: datetime) -> tuple[Occasion, ...]:
    """Return the occasions that lie ahead; `now` is aware."""
    return tuple(one for one in found if one.due > now)


def awake(moment: datetime, timetable: Timetable, zone: tzinfo) -> datetime:
    """Return the moment, or, where that is at night in `zone`, the next morning's hour."""
    local = moment.astimezone(zone)
    if timetable.quiet_until <= local.time() < timetable.quiet_from:
        return moment
    late = local.time() >= timetable.quiet_from
    morning = local.date() + timedelta(days=1 if late else 0)
    return datetime.combine(morning, timetable.hour, zone)


def _due(
    day: date,
    changes: Iterable[Milestone],
    treated: Moment,
    timetable: Timetable,
    *,
    zone: tzinfo,
    patient_zone: tzinfo,
) -> datetime:
    """Return when to write on a day: not before what changes has changed, to the hour if known."""
    moments = [
        datetime.combine(day, timetable.hour, patient_zone),
        datetime.combine(day, time.min, zone),
    ]
    if treated.time is not None:
        # In true hours, whatever the clock did in between.
        began = datetime.combine(treated.day, treated.time, zone).astimezone(UTC)
        moments += [began + timedelta(hours=one.hours) for one in changes if one.hours is not None]
    return awake(max(moments), timetable, patient_zone)
