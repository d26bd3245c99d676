"""From a checked pack to what the assistant says: prose with its figures, rules with windows."""

from collections.abc import Mapping, Sequence

from bot.care.answer import Source
from bot.care.hours import read_hours
from bot.care.protocol import Protocol, Said
from bot.care.rules import Kind, Phase, Rule, Window, strictest
from bot.knowledge.pack import (
    General,
    Pack,
    PhaseForm,
    Prose,
    Remark,
    RuleForm,
    WindowForm,
    WindowOrOpen,
)
from bot.knowledge.reminders import render_timetable
from bot.knowledge.screening_rendering import render_screening


def facts_in_words(pack: Pack | General) -> dict[str, str]:
    """Return each fact as it stands in a sentence, and for a clinic its name and numbers."""
    words = {name: fact.read() for name, fact in pack.facts.items()}
    if isinstance(pack, Pack):
        words["clinic"] = pack.name
        words["emergency_number"] = pack.emergency_number
        words["crisis_line"] = pack.crisis_line or pack.emergency_number
    return words


def render_answers(pack: Pack) -> dict[str, Said]:
    """Return the clinic's own answers by topic, figures filled in."""
    sources = clinic_sources(pack)
    words = facts_in_words(pack)
    return {topic: _said(prose, words, sources) for topic, prose in pack.answers.items()}


def render_near_rules(pack: Pack) -> dict[str, Said]:
    """Return, by topic without a rule, what the document says nearby."""
    return _remarks(pack.near_rules, pack)


def render_reasons(pack: Pack) -> dict[str, Said]:
    """Return, by topic, why the document says what it says."""
    return _remarks(pack.reasons, pack)


def _remarks(remarks: Mapping[str, Remark], pack: Pack) -> dict[str, Said]:
    sources = clinic_sources(pack)
    words = facts_in_words(pack)
    return {
        topic: Said(" ".join(one.text.format_map(words).split()), _named(one.sources, sources))
        for topic, one in remarks.items()
    }


def render_rules(pack: Pack) -> dict[str, Rule]:
    """Return the timed rules by topic; contradicting windows are merged to the stricter one."""
    sources = clinic_sources(pack)
    words = facts_in_words(pack)
    return {form.topic: _rule(form, words, sources) for form in pack.rules}


def render_general(general: General, pack: Pack) -> dict[str, Said]:
    """Return general answers by topic as they read for this clinic's treatment."""
    sources = {key: Source(entry.document, entry.section) for key, entry in general.sources.items()}
    words = facts_in_words(pack) | facts_in_words(general)
    chosen = dict(general.answers)
    for treatment in pack.treatments:
        chosen |= general.for_treatment.get(treatment, {})
    return {topic: _said(prose, words, sources) for topic, prose in chosen.items()}


def render_protocol(pack: Pack, general: General) -> Protocol:
    """Return everything the assistant knows for one clinic, as plain data."""
    return Protocol(
        clinic_id=pack.id,
        name=pack.name,
        treatments=tuple(pack.treatments),
        country=pack.country,
        time_zone=pack.time_zone,
        phone=pack.contact.phone,
        emergency_number=pack.emergency_number,
        crisis_line=pack.crisis_line,
        hours=read_hours({str(day): times for day, times in (pack.hours or {}).items()}),
        answers=render_answers(pack),
        general=render_general(general, pack),
        rules=render_rules(pack),
        near_rules=render_near_rules(pack),
        reasons=render_reasons(pack),
        timetable=render_timetable(
            general.reminders, pack, facts_in_words(pack), clinic_sources(pack)
        ),
        screening=render_screening(pack, general, facts_in_words(pack), clinic_sources(pack)),
    )


def clinic_sources(pack: Pack) -> dict[str, Source]:
    """Return the pack's sources by key: the clinic's document with the section's heading."""
    return {key: Source(pack.document.title, heading) for key, heading in pack.sources.items()}


def _said(prose: Prose, words: Mapping[str, str], sources: Mapping[str, Source]) -> Said:
    used = [*prose.sources, *(statement.source for statement in prose.dispute)]
    return Said(
        text=" ".join(prose.text.format_map(words).split()),
        sources=_named(used, sources),
        urgency=prose.urgency,
        disputed=bool(prose.dispute),
    )


def _named(keys: Sequence[str], sources: Mapping[str, Source]) -> tuple[Source, ...]:
    return tuple(sources[key] for key in dict.fromkeys(keys))


def _rule(form: RuleForm, words: Mapping[str, str], sources: Mapping[str, Source]) -> Rule:
    used = [*form.sources, *(statement.source for statement in form.contradicted_by)]
    return Rule(
        topic=form.topic,
        kind=form.kind,
        what=" ".join(form.what.split()),
        phases=_phases(form),
        sources=_named(used, sources),
        note=" ".join(form.note.format_map(words).split()),
        disputed=bool(form.contradicted_by),
    )


def _phases(form: RuleForm) -> tuple[Phase, ...]:
    if form.kind is Kind.PERMISSION:
        return ()
    if form.phases:
        return tuple(_phase(phase) for phase in form.phases)
    others = [other.window for other in form.contradicted_by if other.window is not None]
    windows = [_window(window) for window in (form.window, *others) if window is not None]
    return (Phase(None, strictest(windows)),)


def _phase(form: PhaseForm) -> Phase:
    veins = frozenset(form.veins) if form.veins else None
    return Phase(form.phase, _window(form.window), veins)


def _window(form: WindowOrOpen) -> Window | None:
    if not isinstance(form, WindowForm):
        return None
    return Window(form.min, form.max if form.max is not None else form.min, form.unit)
