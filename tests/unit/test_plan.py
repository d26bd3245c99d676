"""The aftercare plan: all five clinics by table, and never at odds with what the chat says."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from bot.care.moments import Moment
from bot.care.plan import Course, courses, milestone_in_words, milestones
from bot.care.protocol import Protocol
from bot.care.reminders.wording import entry_in_short
from bot.care.rules import VEIN_KINDS, as_vein_kind, judge
from bot.gateway.plan.calendar import calendar_file
from bot.gateway.plan.reading import PatientPlan
from bot.knowledge.texts import Texts, load_texts
from tests.talking import CLINICS, protocols

TREATED = Moment(date(2026, 11, 23))
TABLE = Path(__file__).parents[1] / "tables" / "plans.yml"
CASES = [
    pytest.param(clinic, vein, rules, id=f"{clinic} {vein}")
    for clinic, veins in yaml.safe_load(TABLE.read_text("utf-8")).items()
    for vein, rules in veins.items()
]


@cache
def texts() -> Texts:
    return load_texts(CLINICS / "texts")


def plan_of(clinic: str, vein: str | None, treated: Moment = TREATED) -> tuple[Course, ...]:
    protocol = protocols()[clinic]
    kind = as_vein_kind(vein)
    return courses(protocol.rules, treated, kind, zone=protocol.zone, texts=texts())


@pytest.mark.parametrize(("clinic", "vein", "rules"), CASES)
def test_each_clinic_s_plan(clinic: str, vein: str, rules: dict[str, Any]) -> None:
    found = {course.rule.topic: course for course in plan_of(clinic, vein)}
    assert set(found) == set(rules)
    for topic, days in rules.items():
        ends = [stretch.over for stretch in found[topic].stretches]
        assert (ends or [None]) == (days if isinstance(days, list) else [days]), topic


def test_every_clinic_is_in_the_table() -> None:
    assert set(yaml.safe_load(TABLE.read_text("utf-8"))) == set(protocols())


moments = st.builds(
    Moment,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.none() | st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
)


@given(st.sampled_from(sorted(protocols())), st.sampled_from(VEIN_KINDS), moments)
def test_the_plan_says_what_the_chat_says(clinic: str, vein: str, treated: Moment) -> None:
    """On the treatment day the verdict's end is the end of the plan's first stretch."""
    protocol: Protocol = protocols()[clinic]
    for course in plan_of(clinic, vein, treated):
        judgement = judge(
            course.rule,
            treated=treated,
            asked=treated,
            vein=as_vein_kind(vein),
            zone=protocol.zone,
            topic=course.rule.topic,
        )
        first = course.stretches[0].over if course.stretches else None
        assert judgement.verdict.until == first, course.rule.topic


@given(st.sampled_from(sorted(protocols())), moments)
def test_an_unknown_kind_of_vein_is_never_over_earlier(clinic: str, treated: Moment) -> None:
    unknown = {course.rule.topic: course for course in plan_of(clinic, None, treated)}
    for vein in VEIN_KINDS:
        for course in plan_of(clinic, vein, treated):
            ours, theirs = unknown[course.rule.topic].over, course.over
            assert ours is None or (theirs is not None and theirs <= ours)


def test_the_days_of_a_plan_in_words() -> None:
    days = [
        (milestone.day.isoformat(), milestone_in_words(milestone, texts()))
        for milestone in milestones(plan_of("true-jewel", "spider"))
    ]
    assert days == [
        ("2026-11-26", "From today: compression stockings during the day."),
        ("2026-12-17", "From today you may stop: compression stockings."),
    ]


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def calendar(clinic: str, vein: str | None = None, treated: Moment = TREATED) -> bytes:
    plan = PatientPlan(protocols()[clinic], treated, plan_of(clinic, vein, treated))
    return calendar_file(plan, "a1b2", NOW, texts())


@pytest.mark.parametrize("clinic", sorted(protocols()))
def test_another_library_reads_the_calendar(clinic: str) -> None:
    """By the standard: the reader refuses what RFC 5545 does not allow."""
    read = IcsCalendarStream.calendar_from_ics(calendar(clinic).decode())
    days = [
        (one.day, milestone_in_words(one, texts())) for one in milestones(plan_of(clinic, None))
    ]
    days += [
        (TREATED.day + timedelta(days=day), entry_in_short(entry, texts()))
        for entry in protocols()[clinic].timetable.entries
        for day in entry.days
    ]
    name = protocols()[clinic].name
    assert [(event.start, event.summary) for event in read.events] == [
        (day, f"{sentence} ({name})") for day, sentence in days
    ]
    for event in read.events:
        assert event.end == event.start + timedelta(days=1)
        assert event.alarm[0].trigger == timedelta(hours=9)
        assert "Counted from your treatment on Monday, November 23." in (event.description or "")


def about(clinic: str, vein: str | None) -> dict[str, str]:
    """What the calendar's events say besides, by their summary."""
    read = IcsCalendarStream.calendar_from_ics(calendar(clinic, vein).decode())
    return {str(event.summary): str(event.description) for event in read.events}


def test_an_event_says_what_the_protocol_leaves_open() -> None:
    """Nobody sees the page beside an event: what is disputed or assumed has to stand in it."""
    sun = [text for title, text in about("harmony-laser", None).items() if "tanning" in title]
    assert all("Please confirm this with the clinic" in text for text in sun)
    assert sun
    stockings = [text for title, text in about("asclera-medispa", None).items() if "stock" in title]
    assert all("Extensive varicose veins need longer" in text for text in stockings)
    assert all("The kind of vein matters here" in text for text in stockings)
    known = about("asclera-medispa", "spider").values()
    assert not any("The kind of vein matters here" in text for text in known)


def test_lines_of_the_calendar_are_as_the_standard_wants_them() -> None:
    lines = calendar("harmony-laser").split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line for line in lines)


def test_a_corrected_date_moves_the_same_events() -> None:
    def uids(treated: Moment) -> list[str]:
        text = calendar("true-jewel", "spider", treated).decode()
        return [line for line in text.splitlines() if line.startswith("UID:")]

    moved = uids(Moment(date(2026, 11, 21)))
    assert moved == uids(TREATED)
    assert len(set(moved)) == 3
