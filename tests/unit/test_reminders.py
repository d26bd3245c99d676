"""Reminders: on which days, at which hour, in what words; all five clinics by table."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import textstat
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.care.answer import State
from bot.care.moments import Moment
from bot.care.plan import courses
from bot.care.reminders.timetable import Entry, Occasion, Timetable, awake, occasions
from bot.care.reminders.wording import reminder
from bot.care.rules import VEIN_KINDS, VeinKind, judge
from bot.knowledge.reminders import timetable_from_json, timetable_to_json
from bot.knowledge.texts import Texts, load_texts
from tests.talking import CLINICS, protocols

TREATED = Moment(date(2026, 11, 23))
TABLE = Path(__file__).parents[1] / "tables" / "reminders.yml"
NEW_YORK, TOKYO = ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
HONOLULU, LOS_ANGELES = ZoneInfo("Pacific/Honolulu"), ZoneInfo("America/Los_Angeles")
IDS = sorted(protocols())
zones = st.sampled_from([NEW_YORK, TOKYO, HONOLULU, LOS_ANGELES])
moments = st.builds(
    Moment,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.none() | st.times(max_value=time(23, 59)).map(lambda t: t.replace(second=0, microsecond=0)),
)


@cache
def texts() -> Texts:
    return load_texts(CLINICS / "texts")


def schedule(
    clinic: str,
    treated: Moment = TREATED,
    vein: VeinKind | None = None,
    *,
    zone: ZoneInfo | None = None,
    topics: tuple[str, ...] | None = None,
) -> tuple[Occasion, ...]:
    protocol = protocols()[clinic]
    laid = courses(protocol.rules, treated, vein, zone=protocol.zone, texts=texts())
    return occasions(
        laid,
        treated,
        protocol.timetable,
        zone=protocol.zone,
        patient_zone=zone,
        topics=topics,
    )


def brings(occasion: Occasion) -> list[str]:
    changes = sorted(f"{one.course.rule.topic} {one.change}" for one in occasion.milestones)
    entries = [entry.topic for entry in occasion.entries]
    return [*changes, *entries, *(["check-in"] if occasion.check_in else [])]


@pytest.mark.parametrize("clinic", IDS)
def test_each_clinic_s_reminders(clinic: str) -> None:
    table = yaml.safe_load(TABLE.read_text("utf-8"))[clinic]
    assert {one.day: brings(one) for one in schedule(clinic)} == table


def test_every_clinic_is_in_the_table() -> None:
    assert sorted(yaml.safe_load(TABLE.read_text("utf-8"))) == IDS


def test_only_what_was_asked_for() -> None:
    assert [brings(one) for one in schedule("glamour", topics=("exercise",))] == [["exercise over"]]
    assert schedule("glamour", topics=("swimming",)) == ()


@given(st.sampled_from(IDS), st.sampled_from(VEIN_KINDS), moments, zones)
def test_nothing_is_allowed_before_the_chat_allows_it(
    clinic: str, vein: VeinKind, treated: Moment, zone: ZoneInfo
) -> None:
    """At the moment of the reminder the verdict on the same rule says the same."""
    protocol = protocols()[clinic]
    for occasion in schedule(clinic, treated, vein, zone=zone):
        now = occasion.due.astimezone(protocol.zone)
        for one in occasion.milestones:
            judgement = judge(
                one.course.rule,
                treated=treated,
                asked=Moment(now.date(), now.time()),
                vein=vein,
                zone=protocol.zone,
                topic=one.course.rule.topic,
            )
            if one.change == "over":
                assert judgement.verdict.state in (State.OK, State.MAY_STOP)
            else:
                assert judgement.verdict.phase == (one.stretch and one.stretch.phase)


@given(st.sampled_from(IDS), moments, zones)
def test_nobody_is_woken(clinic: str, treated: Moment, zone: ZoneInfo) -> None:
    timetable = protocols()[clinic].timetable
    for occasion in schedule(clinic, treated, zone=zone):
        hour = occasion.due.astimezone(zone).time()
        assert timetable.quiet_until <= hour < timetable.quiet_from
        assert awake(occasion.due, timetable, zone) == occasion.due


@pytest.mark.parametrize(
    ("hour", "zone", "due"),
    [
        pytest.param(None, None, "2026-11-26T09:00:00-08:00", id="the clinic's clock"),
        pytest.param(None, NEW_YORK, "2026-11-26T09:00:00-05:00", id="the patient's clock"),
        # Thursday begins at the clinic when it is Thursday, 5 p.m. in Tokyo.
        pytest.param(None, TOKYO, "2026-11-26T00:00:00-08:00", id="not before the clinic's day"),
        pytest.param(time(14, 30), None, "2026-11-26T14:30:00-08:00", id="the treatment's hour"),
        pytest.param(time(7), None, "2026-11-26T09:00:00-08:00", id="an early hour"),
        pytest.param(time(21, 30), None, "2026-11-27T09:00:00-08:00", id="an hour at night"),
    ],
)
def test_when_in_the_day(hour: time | None, zone: ZoneInfo | None, due: str) -> None:
    treated = Moment(TREATED.day, hour)
    (only,) = schedule("glamour", treated, zone=zone, topics=("exercise",))
    assert only.due == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        # The clocks go forward on Sunday, March 14, 2027: 72 hours after 2 p.m. is 3 p.m.
        (date(2027, 3, 12), "2027-03-15T15:00:00-07:00"),
        # They go back on Sunday, November 7, 2027.
        (date(2027, 11, 5), "2027-11-08T13:00:00-08:00"),
    ],
)
def test_a_change_of_the_clock_shortens_no_wait(day: date, due: str) -> None:
    (only,) = schedule("glamour", Moment(day, time(14)), topics=("exercise",))
    assert only.due == datetime.fromisoformat(due)


def test_an_hour_gained_at_midnight_ends_a_wait_the_day_before_but_not_in_its_morning() -> None:
    """Three days after 0:30 a.m. it is 11:30 p.m., and the patient is written to in the morning."""
    treated = Moment(date(2027, 11, 5), time(0, 30))
    (only,) = schedule("glamour", treated, topics=("exercise",))
    assert only.day == date(2027, 11, 7)
    assert only.due == datetime.fromisoformat("2027-11-08T09:00:00-08:00")


def test_night_ends_at_the_hour_of_delivery() -> None:
    timetable = Timetable(hour=time(9), quiet_from=time(21), quiet_until=time(8))
    for hour, due in ((7, "24T09:00"), (8, "24T08:00"), (20, "24T20:00"), (21, "25T09:00")):
        moment = datetime(2026, 11, 24, hour, tzinfo=NEW_YORK)
        assert awake(moment, timetable, NEW_YORK).isoformat().startswith(f"2026-11-{due}"), hour


@pytest.mark.parametrize("clinic", IDS)
@pytest.mark.parametrize("vein", [None, *VEIN_KINDS])
@pytest.mark.parametrize("hour", [None, time(14, 30)])
def test_reminders_keep_to_the_voice(clinic: str, vein: VeinKind | None, hour: time | None) -> None:
    treated = Moment(TREATED.day, hour)
    for occasion in schedule(clinic, treated, vein):
        answer = reminder(occasion, treated, protocols()[clinic], texts())
        assert len(answer.text.split()) <= 90, answer.text
        assert textstat.flesch_kincaid_grade(answer.text.replace("\n", " ")) <= 8, answer.text
        assert "!" not in answer.text
        assert answer.sources or occasion.check_in


def test_a_reminder_says_what_changes_and_what_to_wait_for() -> None:
    first, *_ = schedule("glamour")
    answer = reminder(first, TREATED, protocols()["glamour"], texts())
    assert "Day 3 after your treatment" in answer.text
    assert "no longer asks you to avoid: heavy exercise; flying; hot baths" in answer.text
    assert "Wait for the hour of day at which you were treated." in answer.text
    assert "call 911 now" in answer.text
    assert [one.title for one in answer.buttons] == [
        "All is well",
        "Something worries me",
        "Stop the reminders",
    ]
    hour_known = Moment(TREATED.day, time(14, 30))
    known = reminder(first, hour_known, protocols()["glamour"], texts())
    assert "Wait for the hour" not in known.text


def test_what_is_disputed_is_said_to_be() -> None:
    last = next(one for one in schedule("harmony-laser") if one.day == date(2026, 12, 21))
    answer = reminder(last, TREATED, protocols()["harmony-laser"], texts())
    assert answer.disputed
    assert "please confirm this with the clinic" in answer.text


def test_a_timetable_survives_the_database() -> None:
    timetable = Timetable(entries=(Entry("walking", (1, 2), "Walk."),), check_in=3)
    assert timetable_from_json(timetable_to_json(timetable)) == timetable


def test_how_late_one_may_still_come() -> None:
    for occasion in schedule("glamour"):
        assert occasion.useful_until - occasion.due == timedelta(hours=36)
        assert occasion.due.astimezone(UTC).tzinfo is UTC
