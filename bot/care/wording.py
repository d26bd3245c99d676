"""Verdicts in words: dates, lengths and the sentences around them. The phrases are data."""

from collections.abc import Collection, Iterable
from datetime import date, time
from functools import reduce

from bot.care.answer import State
from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.rules import (
    VEIN_KINDS,
    Judgement,
    Kind,
    Phase,
    Rule,
    Span,
    VeinKind,
    Window,
    spans,
)

_NOON = 12


def day_in_words(day: date, today: date, texts: Phrases) -> str:
    """Return a day with its weekday; the year only where it is not the current one."""
    values = {
        "weekday": texts.say("date.weekdays").split()[day.weekday()],
        "month": texts.say("date.months").split()[day.month - 1],
        "day": day.day,
        "year": day.year,
    }
    return texts.say("date.plain" if day.year == today.year else "date.with_year", **values)


def clock_in_words(moment: time, texts: Phrases) -> str:
    """Return an hour as "9 AM", "9:30 AM" or "noon"."""
    if moment == time(_NOON):
        return texts.say("date.clock.noon")
    hour = f"{(moment.hour - 1) % _NOON + 1}"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    half = "am" if moment.hour < _NOON else "pm"
    return texts.say(f"date.clock.{half}", time=hour + minutes)


def moment_in_words(moment: Moment, today: date, texts: Phrases) -> str:
    """Return a day, with its hour where that is known."""
    day = day_in_words(moment.day, today, texts)
    if moment.time is None:
        return day
    return texts.say("date.with_hour", day=day, time=clock_in_words(moment.time, texts))


def length_in_words(window: Window | None, texts: Phrases) -> str:
    """Return a window as "48 hours" or "2 to 3 days"; None is an open time."""
    if window is None:
        return texts.say("length.open")
    number = "one" if window.max == 1 else "many"
    unit = texts.say(f"length.{window.unit}.{number}")
    if window.min == window.max:
        return texts.say("length.exact", count=window.min, unit=unit)
    return texts.say("length.range", min=window.min, max=window.max, unit=unit)


def verdict_in_words(
    judgement: Judgement, *, clinic: str, today: date, vein: VeinKind | None, texts: Phrases
) -> str:
    """Return the whole reply to a timed question where the clinic has a rule for it."""
    rule = judgement.rule
    if rule is None:
        raise ValueError("without a rule there is no verdict to word")
    sentences = [
        _main(judgement, rule, clinic=clinic, today=today, vein=vein, texts=texts),
        _what_follows(judgement, rule, today=today, vein=vein, texts=texts),
        _same_day(judgement, rule, texts),
        _counted_from(judgement, today, texts),
        rule.note,
        texts.say("verdict.disputed") if rule.disputed else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _counted_from(judgement: Judgement, today: date, texts: Phrases) -> str:
    """Name the treatment day that was counted from, so that a wrong one is seen."""
    if judgement.treated is None or judgement.day is None or judgement.supposed:
        return ""
    return texts.say("verdict.counted", treated=day_in_words(judgement.treated.day, today, texts))


def _main(
    judgement: Judgement,
    rule: Rule,
    *,
    clinic: str,
    today: date,
    vein: VeinKind | None,
    texts: Phrases,
) -> str:
    verdict = judgement.verdict
    if judgement.before_treatment and judgement.treated:
        treated = day_in_words(judgement.treated.day, today, texts)
        return texts.say("verdict.before", treated=treated)
    if verdict.state is State.ASK:
        return _question(judgement, rule, clinic, texts)
    if judgement.supposed and judgement.day is not None:
        return _supposed(judgement, rule, clinic, texts)
    window = judgement.span.window if judgement.span else _single_window(rule, vein)
    values = {
        "clinic": clinic,
        "what": rule.what,
        "length": length_in_words(window, texts),
        "until": moment_in_words(judgement.end, today, texts) if judgement.end else "",
        "asked": day_in_words(judgement.asked.day, today, texts) if judgement.asked else "",
        "phase": texts.say(f"phase.{verdict.phase}") if verdict.phase else "",
    }
    return texts.say(f"verdict.{_key(judgement, rule, today)}", **values)


def _supposed(judgement: Judgement, rule: Rule, clinic: str, texts: Phrases) -> str:
    """Word a verdict on the n-th day after a treatment that has no date."""
    state = judgement.verdict.state
    if rule.kind is Kind.INSTRUCTION and state is State.CAUTION:
        state = State.KEEP
    answer = texts.say(
        f"verdict.after.{state}",
        day=judgement.day,
        clinic=clinic,
        what=rule.what,
        length=length_in_words(rule.phases[0].window, texts),
        plan=plan_in_words(rule, texts),
    )
    return f"{answer} {texts.say('verdict.after.ask_date')}"


def _key(judgement: Judgement, rule: Rule, today: date) -> str:
    """Choose the phrase for a state: by rule kind, phase, and the day asked about."""
    state = judgement.verdict.state
    if rule.kind is Kind.PERMISSION:
        return "ok_allowed"
    if rule.kind is Kind.INSTRUCTION:
        return _instruction_key(judgement, rule)
    if state is State.AVOID and judgement.verdict.until is None:
        return "avoid_open"
    return f"{state}{_tense(judgement, today)}"


def _instruction_key(judgement: Judgement, rule: Rule) -> str:
    state, phased = judgement.verdict.state, len(rule.phases) > 1
    if state is State.MAY_STOP:
        return "may_stop_phases" if phased else "may_stop"
    if judgement.verdict.until is None:
        return "keep_open"
    prefix = "keep" if state is State.KEEP else "caution_keep"
    if judgement.verdict.phase:
        return f"{prefix}_phase"
    return f"{prefix}_as_needed" if phased else prefix


def _tense(judgement: Judgement, today: date) -> str:
    asked, treated = judgement.asked, judgement.treated
    if asked is None or asked.day == today:
        return ""
    if treated is not None and asked.day == treated.day and treated.day > today:
        return ""  # a plan without a day of its own: the end is what matters
    if asked.day == judgement.verdict.until:
        return ""  # too early by hours only: the hour of the end says it
    return "_past" if asked.day < today else "_day"


def _single_window(rule: Rule, vein: VeinKind | None) -> Window | None:
    laid = spans(rule, vein or VEIN_KINDS[0])
    return laid[0].window if laid else None


def _what_follows(
    judgement: Judgement, rule: Rule, *, today: date, vein: VeinKind | None, texts: Phrases
) -> str:
    """Name the phase after the current one, where there is one and its end is known."""
    span, treated = judgement.span, judgement.treated
    if span is None or treated is None or judgement.verdict.until is None:
        return ""
    following = [one for one in _laid(rule, vein, span) if (one.min_end or 0) > (span.min_end or 0)]
    if not following or following[0].max_end is None:
        return ""
    end = day_in_words(_day_after(treated, following[0].max_end), today, texts)
    phase = following[0].phase or "as needed"
    return texts.say("verdict.then", phase=texts.say(f"phase.{phase}"), until=end)


def _laid(rule: Rule, vein: VeinKind | None, span: Span) -> tuple[Span, ...]:
    """Lay the rule out for the vein kind; for an unknown one, for the kind that gave the span."""
    if vein is not None:
        return spans(rule, vein)
    return next((laid for kind in VEIN_KINDS if span in (laid := spans(rule, kind))), ())


def _day_after(treated: Moment, hours: int) -> date:
    return date.fromordinal(treated.day.toordinal() + -(-hours // 24))


def _same_day(judgement: Judgement, rule: Rule, texts: Phrases) -> str:
    """On the very day an hour-rule ends, the hour counts; without one, say so."""
    if judgement.verdict.state is not State.OK or judgement.day is None:
        return ""
    window = rule.phases[0].window if len(rule.phases) == 1 else None
    told = (judgement.treated, judgement.asked)
    told_hours = all(moment is not None and moment.time is not None for moment in told)
    if window is None or window.unit != "hours" or told_hours:
        return ""
    if judgement.day * 24 != window.max_hours:
        return ""
    return texts.say("verdict.ok_same_day", length=length_in_words(window, texts))


def _question(judgement: Judgement, rule: Rule, clinic: str, texts: Phrases) -> str:
    asking = "ask_date" if judgement.needs == "treatment_date" else "ask_vein"
    return f"{rule_in_words(rule, clinic, texts)} {texts.say(f'verdict.{asking}')}"


def rule_in_words(rule: Rule, clinic: str, texts: Phrases) -> str:
    """Return a rule without any date: what, and for how long."""
    if len(rule.phases) > 1:
        return texts.say(
            "verdict.ask_phases", clinic=clinic, what=rule.what, plan=plan_in_words(rule, texts)
        )
    if rule.kind is Kind.PERMISSION:
        return texts.say("verdict.ok_allowed", clinic=clinic, what=rule.what)
    window = rule.phases[0].window
    return texts.say(
        f"verdict.ask_{rule.kind}",
        clinic=clinic,
        what=rule.what,
        length=length_in_words(window, texts),
    )


def plan_in_words(rule: Rule, texts: Phrases) -> str:
    """Return a phased rule as "2 to 3 days day and night for spider veins or ..., then ..."."""
    if len(rule.phases) == 1:
        return length_in_words(rule.phases[0].window, texts)
    groups: list[list[str]] = []
    last_name: object = ()
    for phase in rule.phases:
        words = _phase_in_words(phase, texts)
        if phase.name == last_name and phase.veins is not None:
            groups[-1].append(words)
        else:
            groups.append([words])
        last_name = phase.name
    alternatives = [_joined("verdict.plan_or", group, texts) for group in groups]
    return _joined("verdict.plan_then", alternatives, texts)


def _joined(key: str, parts: Iterable[str], texts: Phrases) -> str:
    """Put parts together, two by two, with a phrase that has {first} and {second}."""
    return reduce(lambda first, second: texts.say(key, first=first, second=second), parts)


def _phase_in_words(phase: Phase, texts: Phrases) -> str:
    name = texts.say(f"phase.{phase.name or 'as needed'}")
    veins = veins_in_words(phase.veins or VEIN_KINDS, texts)
    if phase.window is None:
        return texts.say("verdict.plan_open", phase=name, veins=veins)
    length = length_in_words(phase.window, texts)
    if phase.veins is None:
        return texts.say("verdict.plan_phase", length=length, phase=name)
    return texts.say("verdict.plan_phase_veins", length=length, phase=name, veins=veins)


def veins_in_words(veins: Collection[VeinKind], texts: Phrases) -> str:
    """Return kinds of vein in the order of their width; all but spider veins are "larger"."""
    if frozenset(veins) == frozenset(VEIN_KINDS[1:]):
        return texts.say("vein.larger")
    ordered = sorted(veins, key=VEIN_KINDS.index)
    return _joined("vein.and", [texts.say(f"vein.{kind}") for kind in ordered], texts)
