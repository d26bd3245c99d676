"""A clinic's reminders: from the pack to the timetable, to one database column, and back."""

from collections.abc import Mapping
from datetime import timedelta
from math import ceil
from typing import Any, Final

from pydantic import TypeAdapter

from bot.care.answer import Source
from bot.care.reminders.timetable import Entry, Timetable
from bot.knowledge.facts import Fact, Quantity, Range
from bot.knowledge.pack import Pack
from bot.knowledge.reminders_form import SPOKEN, GeneralRemindersForm, ReminderForm

DAYS_IN: Final = {"hour": 1 / 24, "day": 1, "week": 7}
_STORED = TypeAdapter(Timetable)


def days_of(fact: Fact | None) -> int | None:
    """Return the days until the time that a fact names begins, or None if it is no such time."""
    match fact:
        case Quantity(value=first, unit=unit) | Range(min=first, unit=unit) if unit in DAYS_IN:
            return ceil(first * DAYS_IN[unit])
    return None


def render_timetable(
    general: GeneralRemindersForm,
    pack: Pack,
    words: Mapping[str, str],
    sources: Mapping[str, Source],
) -> Timetable:
    """Return when the clinic's patients are reminded; a pack may name another hour."""
    return Timetable(
        hour=pack.reminder_hour or general.hour,
        quiet_from=general.quiet_from,
        quiet_until=general.quiet_until,
        late=timedelta(hours=general.late_hours),
        check_in=general.check_in_day,
        entries=tuple(_entry(form, pack, words, sources) for form in pack.reminders),
    )


def _entry(
    form: ReminderForm, pack: Pack, words: Mapping[str, str], sources: Mapping[str, Source]
) -> Entry:
    first = days_of(pack.facts.get(form.fact or ""))
    return Entry(
        topic=form.topic,
        days=tuple(form.days) if first is None else (first,),
        text=" ".join(form.text[SPOKEN].format_map(words).split()),
        sources=tuple(sources[key] for key in form.sources),
        books=form.books,
    )


def timetable_to_json(timetable: Timetable) -> dict[str, Any]:
    """Return plain JSON values, for one database column."""
    plain: dict[str, Any] = _STORED.dump_python(timetable, mode="json")
    return plain


def timetable_from_json(plain: Mapping[str, Any]) -> Timetable:
    """Build a timetable from `timetable_to_json`'s values. Raises ValidationError otherwise."""
    return _STORED.validate_python(plain)
