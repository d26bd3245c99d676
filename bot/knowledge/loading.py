"""Load and check protocol packs: form first, then everything that one part says of another."""

import string
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.care.topic import Topic, TopicKind, may_be_general
from bot.knowledge.pack import General, Pack, Prose
from bot.knowledge.reminders import days_of
from bot.knowledge.yaml_source import PackError, Problem, YamlSource, read_yaml

ALWAYS_THERE = frozenset({"clinic", "emergency_number", "crisis_line"})
NOT_PACKS = frozenset({"general.yml", "topics.yml", "medicines.yml"})


def pack_files(folder: Path) -> list[Path]:
    """Return the clinics' files of a folder, by name."""
    return sorted(path for path in folder.glob("*.yml") if path.name not in NOT_PACKS)


def load_pack(path: Path, topics: Mapping[str, Topic]) -> Pack:
    """Read one clinic's pack. Raises PackError with every problem, each with line and cure."""
    source = read_yaml(path)
    pack = _validated(source, Pack)
    problems = [*_pack_problems(source, pack, path.stem, topics)]
    if problems:
        raise PackError(problems)
    return pack


def load_general(path: Path, topics: Mapping[str, Topic]) -> General:
    """Read general.yml. Raises PackError like `load_pack`."""
    source = read_yaml(path)
    general = _validated(source, General)
    problems = [*_general_problems(source, general, topics)]
    if problems:
        raise PackError(problems)
    return general


def _validated[Form: BaseModel](source: YamlSource, form: type[Form]) -> Form:
    try:
        return form.model_validate(source.data)
    except ValidationError as error:
        raise PackError([_from_pydantic(source, form, one) for one in error.errors()]) from error


def _from_pydantic(source: YamlSource, form: type[BaseModel], error: ErrorDetails) -> Problem:
    # Names of union members ("function-after[...]", "Range") are pydantic's, not the editor's.
    path = [part for part in error["loc"] if isinstance(part, int) or _is_key(part)]
    match error["type"]:
        case "extra_forbidden":
            known = list(form.model_fields) if len(path) == 1 else []
            near = get_close_matches(str(error["loc"][-1]), known, n=1)
            cure = f"Did you mean {near[0]!r}?" if near else "Remove it, or check its spelling"
            return source.problem(path, "this key is not part of a pack", cure)
        case "missing":
            return source.problem(path, "missing", "Add it; docs/adding-a-clinic.md shows the form")
        case "value_error":
            problem, _, cure = str(error["ctx"]["error"]).partition(";")
            return source.problem(path, problem, cure.strip().capitalize() or "Correct it")
        case _:
            given = error.get("input")
            cure = f"You wrote {given!r}" if isinstance(given, str | int | float) else "Correct it"
            return source.problem(path, error["msg"], cure)


def _is_key(part: str) -> bool:
    return part.replace("_", "").replace("-", "").isalnum() and part == part.lower()


def _pack_problems(
    source: YamlSource, pack: Pack, stem: str, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    if pack.id != stem:
        yield source.problem(
            ("id",), f"id {pack.id!r} differs from the file's name", f"Name the file {pack.id}.yml"
        )
    names = frozenset(pack.facts)
    yield from _fact_sources(source, pack)
    for topic, prose in pack.answers.items():
        yield from _prose_problems(source, ("answers", topic), prose, pack.sources, names)
        known = topics.get(topic)
        if known is None:
            yield _unknown_topic(source, ("answers", topic), topic, topics)
        elif known.kind is TopicKind.AFTERCARE:
            yield source.problem(
                ("answers", topic),
                "aftercare is judged by date",
                "Write it under rules (or near_rules)",
            )
    yield from _rule_problems(source, pack, topics)
    yield from _near_rule_problems(source, pack, topics)
    yield from _reason_problems(source, pack, topics)
    yield from _screening_problems(source, pack)
    yield from _reminder_problems(source, pack, topics)


def _rule_problems(
    source: YamlSource, pack: Pack, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, rule in enumerate(pack.rules):
        path = ("rules", index)
        known = topics.get(rule.topic)
        if known is None or known.kind is not TopicKind.AFTERCARE or rule.topic == "aftercare":
            yield _unknown_topic(source, (*path, "topic"), rule.topic, topics, aftercare=True)
        if rule.topic in seen:
            yield source.problem(
                (*path, "topic"),
                f"a second rule for {rule.topic!r}",
                "Use phases, or contradicted_by, in the first one",
            )
        seen.add(rule.topic)
        used = [*rule.sources, *(statement.source for statement in rule.contradicted_by)]
        yield from _missing_sources(source, path, used, pack.sources)
        yield from _missing_facts(source, (*path, "note"), rule.note, frozenset(pack.facts))


def _near_rule_problems(
    source: YamlSource, pack: Pack, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    ruled = {rule.topic for rule in pack.rules}
    for topic, near in pack.near_rules.items():
        path = ("near_rules", topic)
        known = topics.get(topic)
        if known is None or known.kind is not TopicKind.AFTERCARE:
            yield _unknown_topic(source, path, topic, topics, aftercare=True)
        if topic in ruled:
            yield source.problem(path, "there is a rule for it too", "Keep only the rule")
        yield from _missing_sources(source, path, near.sources, pack.sources)
        yield from _missing_facts(source, (*path, "text"), near.text, frozenset(pack.facts))


def _reason_problems(
    source: YamlSource, pack: Pack, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    answered = {*pack.answers, *(rule.topic for rule in pack.rules)}
    for topic, reason in pack.reasons.items():
        path = ("reasons", topic)
        if topic not in topics:
            yield _unknown_topic(source, path, topic, topics)
        elif topic not in answered:
            yield source.problem(
                path, "a reason without an answer or a rule", "Write the answer or rule as well"
            )
        yield from _missing_sources(source, path, reason.sources, pack.sources)
        yield from _missing_facts(source, (*path, "text"), reason.text, frozenset(pack.facts))


def _screening_problems(source: YamlSource, pack: Pack) -> Iterator[Problem]:
    if pack.screening is None:
        return
    yield from _missing_sources(source, ("screening",), pack.screening.sources, pack.sources)
    for index, one in enumerate(pack.screening.contraindications):
        path = ("screening", "contraindications", index)
        yield from _missing_sources(source, path, one.sources, pack.sources)
        for text in (one.reason, one.when, one.refer):
            yield from _missing_facts(source, path, text, frozenset(pack.facts))


def _reminder_problems(
    source: YamlSource, pack: Pack, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    for index, reminder in enumerate(pack.reminders):
        path = ("reminders", index)
        if reminder.topic not in topics:
            yield _unknown_topic(source, (*path, "topic"), reminder.topic, topics)
        yield from _missing_sources(source, path, reminder.sources, pack.sources)
        for language, text in reminder.text.items():
            yield from _missing_facts(
                source, (*path, "text", language), text, frozenset(pack.facts)
            )
        if reminder.fact is not None and days_of(pack.facts.get(reminder.fact)) is None:
            yield source.problem(
                (*path, "fact"),
                f"{reminder.fact!r} is no time in hours, days or weeks",
                "Name a fact that is one, or write days",
            )


def _general_problems(
    source: YamlSource, general: General, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    yield from _fact_sources(source, general)
    yield from _general_screening_problems(source, general, topics)
    groups: list[tuple[tuple[str, ...], Mapping[str, Prose]]] = [(("answers",), general.answers)]
    groups += [(("for_treatment", name), a) for name, a in general.for_treatment.items()]
    for base, answers in groups:
        for topic, prose in answers.items():
            path = (*base, topic)
            known = topics.get(topic)
            yield from _prose_problems(
                source, path, prose, general.sources, frozenset(general.facts)
            )
            if known is None:
                yield _unknown_topic(source, path, topic, topics)
            elif not may_be_general(known) and known.kind is not TopicKind.FLOW:
                yield source.problem(
                    path, "this is the clinic's own practice", "Remove it from general.yml"
                )


def _general_screening_problems(
    source: YamlSource, general: General, topics: Mapping[str, Topic]
) -> Iterator[Problem]:
    for treatment, by_topic in general.screening.items():
        for topic, items in by_topic.items():
            path = ("screening", treatment, topic)
            if topic not in topics:
                yield _unknown_topic(source, path, topic, topics)
            for one in items:
                yield from _missing_sources(source, path, one.sources, general.sources)
                yield from _missing_facts(source, path, one.reason, frozenset(general.facts))


def _fact_sources(source: YamlSource, form: Pack | General) -> Iterator[Problem]:
    for name, fact in form.facts.items():
        if name in ALWAYS_THERE:
            yield source.problem(("facts", name), "this name is taken", "Choose another name")
        yield from _missing_sources(source, ("facts", name), [fact.source], form.sources)


def _prose_problems(
    source: YamlSource,
    path: tuple[str, ...],
    prose: Prose,
    sources: Mapping[str, object],
    facts: frozenset[str],
) -> Iterator[Problem]:
    used = [*prose.sources, *(statement.source for statement in prose.dispute)]
    yield from _missing_sources(source, path, used, sources)
    yield from _missing_facts(source, (*path, "text"), prose.text, facts)


def _missing_sources(
    source: YamlSource,
    path: tuple[str | int, ...],
    used: Sequence[str],
    known: Mapping[str, object],
) -> Iterator[Problem]:
    for key in used:
        if key not in known:
            cure = f"Add it there, or use one of: {', '.join(sorted(known))}"
            yield source.problem(path, f"the source {key!r} is not listed under sources", cure)


def _missing_facts(
    source: YamlSource, path: tuple[str | int, ...], text: str, facts: frozenset[str]
) -> Iterator[Problem]:
    for _, name, *_ in string.Formatter().parse(text):
        if name is None:
            continue
        if name not in facts and name not in ALWAYS_THERE:
            near = get_close_matches(name, facts, n=1)
            cure = f"Did you mean {{{near[0]}}}?" if near else f"Add {name!r} under facts"
            yield source.problem(path, f"there is no fact {name!r}", cure)


def _unknown_topic(
    source: YamlSource,
    path: tuple[str | int, ...],
    topic: str,
    topics: Mapping[str, Topic],
    *,
    aftercare: bool = False,
) -> Problem:
    known = [t.id for t in topics.values() if not aftercare or t.kind is TopicKind.AFTERCARE]
    near = get_close_matches(topic, known, n=1)
    kind = "an aftercare topic" if aftercare else "a topic"
    cure = f"Did you mean {near[0]!r}?" if near else "clinics/topics.yml lists them"
    return source.problem(path, f"{topic!r} is not {kind}", cure)
