"""Timed rules: what they say on a day, and what must hold for all of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.answer import State
from bot.care.moments import Moment
from bot.care.rules import (
    VEIN_KINDS,
    Kind,
    Phase,
    Rule,
    VeinKind,
    Window,
    elapsed_hours,
    judge,
    over_at,
    plan,
    spans,
    strictest,
)

ZONE = ZoneInfo("America/Los_Angeles")
TREATED = date(2026, 11, 10)
type Told = tuple[str, int | None, str | None]
KINDS = st.sampled_from(VEIN_KINDS)

windows = st.builds(
    lambda low, more, unit: Window(low, low + more, unit),
    st.integers(0, 10),
    st.integers(0, 10),
    st.sampled_from(["hours", "days", "weeks"]),
)


def restriction(window: Window | None) -> Rule:
    return Rule("exercise", Kind.RESTRICTION, "heavy exercise", (Phase(None, window),))


STOCKINGS = Rule(
    "compression",
    Kind.INSTRUCTION,
    "compression stockings",
    (
        Phase("day and night", Window(2, 3, "days"), frozenset({"spider"})),
        Phase("day and night", Window(5, 7, "days"), frozenset({"reticular", "varicose"})),
        Phase("daytime", Window(2, 3, "weeks")),
    ),
)


def on_day(rule: Rule | None, day: int, vein: VeinKind | None = None) -> Told:
    judgement = judge(
        rule,
        treated=Moment(TREATED),
        asked=Moment(TREATED + timedelta(days=day)),
        vein=vein,
        zone=ZONE,
        topic="exercise",
    )
    verdict = judgement.verdict
    until = (verdict.until - TREATED).days if verdict.until else None
    return str(verdict.state), until, verdict.phase


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, ("avoid", 3, None)),
        (1, ("avoid", 3, None)),
        (2, ("caution", 3, None)),
        (3, ("ok", None, None)),
        (400, ("ok", None, None)),
    ],
)
def test_a_restriction_of_2_to_3_days(day: int, expected: object) -> None:
    assert on_day(restriction(Window(2, 3, "days")), day) == expected


@pytest.mark.parametrize(
    ("vein", "day", "expected"),
    [
        ("spider", 0, ("keep", 3, "day and night")),
        ("spider", 2, ("caution", 3, "day and night")),
        ("spider", 3, ("keep", 24, "daytime")),
        ("spider", 15, ("keep", 24, "daytime")),
        ("spider", 16, ("caution", 24, "daytime")),
        ("spider", 24, ("may_stop", None, None)),
        ("reticular", 4, ("keep", 7, "day and night")),
        ("reticular", 6, ("caution", 7, "day and night")),
        ("reticular", 7, ("keep", 28, "daytime")),
        ("reticular", 28, ("may_stop", None, None)),
        (None, 1, ("keep", 7, "day and night")),  # all kinds agree: the later end is stricter
        (None, 4, ("ask", None, None)),
        (None, 10, ("keep", 28, "daytime")),
        (None, 60, ("may_stop", None, None)),
    ],
)
def test_stockings_in_two_phases(vein: VeinKind | None, day: int, expected: object) -> None:
    assert on_day(STOCKINGS, day, vein) == expected


@pytest.mark.parametrize("day", [0, 30, 400])
def test_a_rule_without_end_never_ends(day: int) -> None:
    assert on_day(restriction(None), day) == ("avoid", None, None)
    walking = Rule("walking", Kind.INSTRUCTION, "walks", (Phase(None, None),))
    assert on_day(walking, day) == ("keep", None, None)


def test_without_a_date_a_dated_rule_asks_and_the_others_answer() -> None:
    def undated(rule: Rule | None) -> State:
        return judge(
            rule, treated=None, asked=Moment(TREATED), vein=None, zone=ZONE, topic="exercise"
        ).verdict.state

    assert undated(restriction(Window(2, 3, "days"))) == "ask"
    assert undated(restriction(None)) == "avoid"
    assert undated(Rule("skin_products", Kind.PERMISSION, "lotions", ())) == "ok"
    assert undated(None) == "no_rule"


@pytest.mark.parametrize(
    ("treated", "asked", "state"),
    [
        (time(10), (2, time(9, 59)), "avoid"),
        (time(10), (2, time(10)), "ok"),
        (None, (2, time(0)), "ok"),  # by the calendar: the second day
        (time(10), (1, None), "avoid"),
    ],
)
def test_48_hours_count_by_the_hour_where_one_was_given(
    treated: time | None, asked: tuple[int, time | None], state: str
) -> None:
    judgement = judge(
        restriction(Window(48, 48, "hours")),
        treated=Moment(TREATED, treated),
        asked=Moment(TREATED + timedelta(days=asked[0]), asked[1]),
        vein=None,
        zone=ZONE,
        topic="exercise",
    )
    assert judgement.verdict.state == state


def test_the_night_the_clocks_go_back_has_an_hour_more() -> None:
    # 2026-11-01 has 25 hours in Los Angeles; 2026-03-08 has 23.
    noon = time(12)
    autumn = elapsed_hours(Moment(date(2026, 10, 31), noon), Moment(date(2026, 11, 1), noon), ZONE)
    spring = elapsed_hours(Moment(date(2026, 3, 7), noon), Moment(date(2026, 3, 8), noon), ZONE)
    assert (autumn, spring) == (25, 23)


def test_an_end_has_the_hour_of_the_treatment_across_a_change_of_the_clock_too() -> None:
    noon = time(12)
    plain = over_at(Moment(TREATED, noon), 72, ZONE)
    assert plain == Moment(TREATED + timedelta(days=3), noon)
    assert over_at(Moment(date(2026, 3, 6), noon), 72, ZONE) == Moment(date(2026, 3, 9), time(13))
    assert over_at(Moment(TREATED), 72, ZONE) == Moment(TREATED + timedelta(days=3))


def test_a_planned_treatment_is_judged_from_its_own_day() -> None:
    now, friday = Moment(date(2026, 11, 24), time(20)), Moment(date(2026, 11, 27))
    assert plan(friday, None, now) == friday
    assert plan(friday, Moment(date(2026, 11, 29)), now).day == date(2026, 11, 29)
    assert plan(Moment(TREATED), None, now) == now


def test_a_day_before_the_treatment_has_no_rule() -> None:
    assert on_day(restriction(Window(2, 3, "days")), -1) == ("no_rule", None, None)


# --- what must hold for every rule

ORDER = {
    Kind.RESTRICTION: ["avoid", "caution", "ok"],
    Kind.INSTRUCTION: ["keep", "caution", "may_stop"],
}


@given(windows, st.integers(0, 100), st.integers(0, 100))
def test_what_is_allowed_stays_allowed(window: Window, day: int, later: int) -> None:
    for kind, order in ORDER.items():
        rule = Rule("exercise", kind, "it", (Phase(None, window),))
        first, second = (on_day(rule, one)[0] for one in (day, day + later))
        assert order.index(first) <= order.index(second)


@given(st.lists(windows, min_size=1, max_size=4), KINDS)
def test_phases_leave_no_gap_and_do_not_overlap(stretches: list[Window], vein: VeinKind) -> None:
    phases = tuple(Phase(None, window) for window in stretches)
    laid = spans(Rule("compression", Kind.INSTRUCTION, "it", phases), vein)
    ends = [(span.min_end or 0, span.max_end or 0) for span in laid]
    assert ends == sorted(ends)
    assert all(low <= high for low, high in ends)
    assert ends[-1][1] == sum(window.max_hours for window in stretches)


@given(windows, st.integers(0, 120), KINDS)
def test_until_is_the_first_day_that_is_over(window: Window, day: int, vein: VeinKind) -> None:
    state, until, _ = on_day(restriction(window), day, vein)
    if until is not None:
        assert state in ("avoid", "caution")
        assert until > day
        assert on_day(restriction(window), until)[0] == "ok"
        assert on_day(restriction(window), until - 1)[0] != "ok"


@given(windows, windows, st.integers(0, 100))
def test_the_stricter_reading_allows_nothing_that_one_statement_forbids(
    one: Window, other: Window, day: int
) -> None:
    both = strictest([one, other])
    order = ORDER[Kind.RESTRICTION]
    merged = order.index(on_day(restriction(both), day)[0])
    alone = [order.index(on_day(restriction(w), day)[0]) for w in (one, other)]
    assert merged <= min(alone)
    assert strictest([one, None]) is None


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 (a local wall clock)
    st.integers(0, 72),
    st.integers(0, 72),
)
def test_hours_never_run_backwards_across_changes_of_the_clock(
    treated: datetime, first: int, more: int
) -> None:
    def at(hours: int) -> float:
        asked = treated.replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC")) + timedelta(hours=hours)
        local = asked.astimezone(ZONE)
        start = Moment(treated.date(), treated.time())
        return elapsed_hours(start, Moment(local.date(), local.time()), ZONE)

    # In the repeated hour of autumn a wall clock cannot tell which of the two is meant.
    assert at(first) <= at(first + more) + 1
