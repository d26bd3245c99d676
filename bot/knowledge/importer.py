"""Write checked packs into the database; patients' records are not touched."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.care.answer import Source
from bot.care.protocol import Protocol, Said
from bot.care.rules import Rule
from bot.care.topic import Topic
from bot.database import Database
from bot.knowledge.loading import load_general, load_pack, pack_files
from bot.knowledge.models import AnswerRow, ClinicRow, FactRow, RuleRow
from bot.knowledge.pack import Contradiction, General, Pack, Statement
from bot.knowledge.reminders import timetable_to_json
from bot.knowledge.rendering import clinic_sources, facts_in_words, render_protocol
from bot.knowledge.screening_store import screening_to_json
from bot.knowledge.yaml_source import PackError, Problem

Outcome = Literal["added", "changed", "unchanged"]


def load_folder(folder: Path, topics: Mapping[str, Topic]) -> tuple[list[Pack], General]:
    """Read all packs of a folder. Raises PackError with the problems of all files together."""
    problems: list[Problem] = []
    packs: list[Pack] = []
    general: General | None = None
    try:
        general = load_general(folder / "general.yml", topics)
    except PackError as error:
        problems += error.problems
    for path in pack_files(folder):
        try:
            packs.append(load_pack(path, topics))
        except PackError as error:
            problems += error.problems
    if general is None or problems:
        raise PackError(problems)
    if not packs:
        cure = "Set CLINICS_DIR to the folder that has them"
        raise PackError([Problem(str(folder), None, "", "there is no clinic in this folder", cure)])
    return packs, general


def import_packs(
    database: Database, packs: Sequence[Pack], general: General, now: datetime
) -> dict[str, Outcome]:
    """Import all packs in one transaction; return what became of each, by clinic."""
    with database.write() as session:
        return {pack.id: import_pack(session, pack, general, now) for pack in packs}


def import_pack(session: Session, pack: Pack, general: General, now: datetime) -> Outcome:
    """Bring one clinic's rows up to date; the caller commits. Unchanged packs cost one query."""
    checksum = _checksum(pack, general)
    row = session.get(ClinicRow, pack.id)
    if row is not None and row.checksum == checksum:
        return "unchanged"
    outcome: Outcome = "added" if row is None else "changed"
    protocol = render_protocol(pack, general)
    session.merge(_clinic(pack, protocol, checksum, now))
    session.flush()
    for table in (FactRow, AnswerRow, RuleRow):
        session.execute(delete(table).where(table.clinic_id == pack.id))
    session.add_all([*_facts(pack), *_knowledge(pack, protocol)])
    session.flush()
    return outcome


def _checksum(pack: Pack, general: General) -> str:
    whole = pack.model_dump_json() + general.model_dump_json()
    return hashlib.sha256(whole.encode()).hexdigest()


def _clinic(pack: Pack, protocol: Protocol, checksum: str, now: datetime) -> ClinicRow:
    return ClinicRow(
        id=pack.id,
        name=pack.name,
        treatments=list(pack.treatments),
        country=pack.country,
        time_zone=pack.time_zone,
        emergency_number=pack.emergency_number,
        crisis_line=pack.crisis_line,
        **pack.contact.model_dump(),
        hours=pack.hours,
        screening=screening_to_json(protocol.screening),
        reminders=timetable_to_json(protocol.timetable),
        retention_days=pack.retention_days,
        document_title=pack.document.title,
        signed_off_by=pack.sign_off and pack.sign_off.by,
        signed_off_on=pack.sign_off and pack.sign_off.signed,
        checksum=checksum,
        imported_at=now,
    )


def _facts(pack: Pack) -> list[FactRow]:
    words = facts_in_words(pack)
    return [
        FactRow(
            clinic_id=pack.id,
            name=name,
            value=fact.model_dump(mode="json"),
            words=words[name],
            section=pack.sources[fact.source],
        )
        for name, fact in pack.facts.items()
    ]


def _knowledge(pack: Pack, protocol: Protocol) -> list[AnswerRow | RuleRow]:
    disputes = {topic: prose.dispute for topic, prose in pack.answers.items()}
    contradictions = {rule.topic: rule.contradicted_by for rule in pack.rules}
    rows: list[AnswerRow | RuleRow] = []
    for origin, said in _by_origin(protocol):
        for topic, one in said.items():
            statements = disputes.get(topic, ()) if origin == "clinic" else ()
            rows.append(_answer(pack, origin, topic, one, statements))
    rows += [_rule(pack, rule, contradictions[rule.topic]) for rule in protocol.rules.values()]
    return rows


def _by_origin(protocol: Protocol) -> list[tuple[str, Mapping[str, Said]]]:
    return [
        ("clinic", protocol.answers),
        ("general", protocol.general),
        ("near", protocol.near_rules),
        ("reason", protocol.reasons),
    ]


def _answer(
    pack: Pack, origin: str, topic: str, said: Said, statements: Sequence[Statement]
) -> AnswerRow:
    return AnswerRow(
        clinic_id=pack.id,
        origin=origin,
        topic=topic,
        text=said.text,
        urgency=str(said.urgency),
        sources=_sources(said.sources),
        disputed=said.disputed,
        statements=_statements(pack, statements),
    )


def _rule(pack: Pack, rule: Rule, contradictions: Sequence[Contradiction]) -> RuleRow:
    return RuleRow(
        clinic_id=pack.id,
        topic=rule.topic,
        kind=str(rule.kind),
        what=rule.what,
        note=rule.note,
        phases=[
            {
                "name": phase.name,
                "window": phase.window and asdict(phase.window),
                "veins": sorted(phase.veins) if phase.veins is not None else None,
            }
            for phase in rule.phases
        ],
        sources=_sources(rule.sources),
        disputed=rule.disputed,
        statements=_statements(pack, contradictions),
    )


def _sources(sources: Sequence[Source]) -> list[dict[str, str]]:
    return [asdict(source) for source in sources]


def _statements(
    pack: Pack, statements: Sequence[Statement | Contradiction]
) -> list[dict[str, Any]]:
    named = clinic_sources(pack)
    return [{"says": one.says, "section": named[one.source].section} for one in statements]
