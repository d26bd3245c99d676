"""Timed aftercare rules: a window counted from the treatment, and what it says on a day.

Everything here is a pure function over plain values. Lengths are hours; a day is 24 hours and is
counted by the calendar unless the patient gave an hour for the treatment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from math import ceil
from typing import Literal

from bot.care.answer import Source, State, Verdict
from bot.care.moments import Moment

VeinKind = Literal["spider", "reticular", "varicose"]
VEIN_KINDS: tuple[VeinKind, ...] = ("spider", "reticular", "varicose")


def as_vein_kind(text: object) -> VeinKind | None:
    """Return the text as a kind of vein, or None if it is not one."""
    return next((kind for kind in VEIN_KINDS if kind == text), None)


PhaseName = Literal["day and night", "daytime"]

Unit = Literal["hours", "days", "weeks"]
HOURS_IN: dict[Unit, int] = {"weeks": 7 * 24, "days": 24, "hours": 1}


class Kind(StrEnum):
    """What a rule asks of the patient."""

    RESTRICTION = "restriction"
    INSTRUCTION = "instruction"
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True)
class Window:
    """How long something lasts after treatment: at least `min`, at most `max`, in `unit`."""

    min: int
    max: int
    unit: Unit

    @property
    def min_hours(self) -> int:
        """The shortest length, in hours."""
        return self.min * HOURS_IN[self.unit]

    @property
    def max_hours(self) -> int:
        """The longest length, in hours."""
        return self.max * HOURS_IN[self.unit]


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of a rule. `window` None: the document gives no end. `veins` None: all kinds."""

    name: PhaseName | None
    window: Window | None
    veins: frozenset[VeinKind] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What a clinic's document says about one activity after treatment."""

    topic: str
    kind: Kind
    what: str
    phases: tuple[Phase, ...]
    sources: tuple[Source, ...] = ()
    note: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A phase laid out on the line of time, in hours since treatment; ends None: no end."""

    phase: PhaseName | None
    window: Window | None
    min_end: int | None
    max_end: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with what its wording needs.

    `span` is the stretch the asked day falls in (None where no date was needed or known),
    `needs` what has to be asked first, `day` the whole days since treatment; `supposed`: the
    treatment day is not the patient's own, so that no date may be named. `end`: of `until`, with
    the hour where that of the treatment is known.
    """

    verdict: Verdict
    rule: Rule | None
    treated: Moment | None = None
    asked: Moment | None = None
    span: Span | None = None
    day: int | None = None
    needs: Literal["treatment_date", "vein_kind"] | None = None
    before_treatment: bool = False
    supposed: bool = False
    end: Moment | None = None


def strictest(windows: Iterable[Window | None]) -> Window | None:
    """Return the window that forbids (or asks) longest; one without end (None) beats all others.

    The stricter reading of two statements takes the longer minimum and the longer maximum.
    """
    found = list(windows)
    if not found:
        raise ValueError("strictest() needs at least one window")
    bounded = [window for window in found if window is not None]
    if len(bounded) < len(found):
        return None
    if len(bounded) == 1:
        return bounded[0]
    low, high = max(w.min_hours for w in bounded), max(w.max_hours for w in bounded)
    unit, hours = next((u, h) for u, h in HOURS_IN.items() if low % h == 0 and high % h == 0)
    return Window(low // hours, high // hours, unit)


def spans(rule: Rule, vein: VeinKind) -> tuple[Span, ...]:
    """Lay a rule's phases end to end for one kind of vein; nothing follows one without end."""
    laid: list[Span] = []
    low = high = 0
    for phase in rule.phases:
        if phase.veins is not None and vein not in phase.veins:
            continue
        if phase.window is None:
            laid.append(Span(phase.name, None, None, None))
            break
        low, high = low + phase.window.min_hours, high + phase.window.max_hours
        laid.append(Span(phase.name, phase.window, low, high))
    return tuple(laid)


def elapsed_hours(treated: Moment, asked: Moment, zone: tzinfo) -> float:
    """Hours from treatment to the asked moment; negative before it.

    With an hour on both sides the true hours are counted, across a change of the clock too;
    else calendar days of 24 hours.
    """
    if treated.time is None or asked.time is None:
        return (asked.day - treated.day).days * 24.0
    return (_instant(asked, zone) - _instant(treated, zone)).total_seconds() / 3600


def _instant(moment: Moment, zone: tzinfo) -> datetime:
    assert moment.time is not None  # noqa: S101 (callers have checked; tells the type checker)
    return datetime.combine(moment.day, moment.time, zone).astimezone(UTC)


def judge(
    rule: Rule | None,
    *,
    treated: Moment | None,
    asked: Moment,
    vein: VeinKind | None,
    zone: tzinfo,
    topic: str,
) -> Judgement:
    """Apply a rule to a treatment and the day asked about.

    `asked` is today's moment when the patient named no day. `rule` None gives `no_rule`.
    A treatment that lies after `asked` is a plan: see `plan` for the day to ask about.
    """
    if rule is None:
        return Judgement(Verdict(topic, State.NO_RULE), None, treated, asked)
    if rule.kind is Kind.PERMISSION:
        return _fixed(rule, State.OK, treated, asked)
    if rule.phases and all(phase.window is None for phase in rule.phases):
        span = Span(rule.phases[0].name, None, None, None)
        return _fixed(rule, _before_end(rule.kind), treated, asked, span)
    if treated is None:
        return _ask(rule, "treatment_date", treated, asked)
    if asked.day < treated.day:
        verdict = Verdict(rule.topic, State.NO_RULE, None, rule.disputed)
        return Judgement(verdict, rule, treated, asked, before_treatment=True)
    return _by_time(rule, treated, asked, vein, zone)


def plan(treated: Moment | None, asked: Moment | None, now: Moment) -> Moment:
    """Return the moment to judge: the one asked about, else today, else the planned treatment."""
    if asked is not None:
        return asked
    if treated is not None and treated.day > now.day:
        return Moment(treated.day)
    return now


def _fixed(
    rule: Rule, state: State, treated: Moment | None, asked: Moment, span: Span | None = None
) -> Judgement:
    phase = span.phase if span else None
    verdict = Verdict(rule.topic, state, None, rule.disputed, phase)
    return Judgement(verdict, rule, treated, asked, span)


def _ask(
    rule: Rule,
    needs: Literal["treatment_date", "vein_kind"],
    treated: Moment | None,
    asked: Moment,
) -> Judgement:
    verdict = Verdict(rule.topic, State.ASK, None, rule.disputed)
    return Judgement(verdict, rule, treated, asked, needs=needs)


def _by_time(
    rule: Rule, treated: Moment, asked: Moment, vein: VeinKind | None, zone: tzinfo
) -> Judgement:
    hours = elapsed_hours(treated, asked, zone)
    kinds = (vein,) if vein else VEIN_KINDS
    readings = [_reading(rule, spans(rule, kind), hours) for kind in kinds]
    if len({(state, span.phase if span else None) for state, span in readings}) > 1:
        return _ask(rule, "vein_kind", treated, asked)
    # The kinds agree on the state, so only the end can differ: the later one is the stricter.
    state, span = max(readings, key=_end_of)
    end = _end(treated, span, zone) if state in _WITH_END else None
    phase = span.phase if span else None
    verdict = Verdict(rule.topic, state, end.day if end else None, rule.disputed, phase)
    day = (asked.day - treated.day).days
    return Judgement(verdict, rule, treated, asked, span, day, end=end)


_WITH_END = (State.AVOID, State.CAUTION, State.KEEP)


def _end_of(reading: tuple[State, Span | None]) -> float:
    span = reading[1]
    if span is None:
        return 0
    return float("inf") if span.max_end is None else span.max_end


def _reading(rule: Rule, laid: tuple[Span, ...], hours: float) -> tuple[State, Span | None]:
    """Return the state at `hours` since treatment, and the span that gives it (None: all over)."""
    for span in laid:
        if span.max_end is None or span.min_end is None or hours < span.min_end:
            return _before_end(rule.kind), span
        if hours < span.max_end:
            return State.CAUTION, span
    return (State.OK if rule.kind is Kind.RESTRICTION else State.MAY_STOP), None


def _before_end(kind: Kind) -> State:
    return State.AVOID if kind is Kind.RESTRICTION else State.KEEP


def _end(treated: Moment, span: Span | None, zone: tzinfo) -> Moment | None:
    """Return when the span is certainly over."""
    if span is None or span.max_end is None:
        return None
    return over_at(treated, span.max_end, zone)


def over_on(treated: Moment, hours: int, zone: tzinfo) -> date:
    """Return the first day on which so many hours since the treatment are certainly over."""
    return over_at(treated, hours, zone).day


def over_at(treated: Moment, hours: int, zone: tzinfo) -> Moment:
    """Return when so many hours since the treatment are certainly over.

    Without the hour of the treatment days are counted by the calendar, and it is a day.
    """
    if treated.time is None:
        return Moment(treated.day + timedelta(days=ceil(hours / 24)))
    end = (_instant(treated, zone) + timedelta(hours=hours)).astimezone(zone)
    return Moment(end.date(), end.time())
