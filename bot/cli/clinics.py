"""`python -m bot clinics ...`: what an editor of protocol packs uses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.care.phrases import Phrases
from bot.care.protocol import Protocol, Said
from bot.care.rules import Rule
from bot.care.wording import rule_in_words
from bot.clock import Clock
from bot.database import Database
from bot.knowledge.importer import import_packs, load_folder
from bot.knowledge.medicines import load_medicines
from bot.knowledge.pack import General, Pack
from bot.knowledge.rendering import render_protocol
from bot.knowledge.sign_off import warning
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics
from bot.knowledge.yaml_source import PackError, Problem
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Check, import and show protocol packs.")

MEDICINES = "medicines.yml"

Folder = Annotated[
    Path | None, typer.Option(help="The folder of packs; the setting CLINICS_DIR without it.")
]


@app.command()
def check(folder: Folder = None) -> None:
    """Check every pack and the list of medicines; say what is wrong, where, and what mends it."""
    packs, general = _load(_folder(folder))
    medicines = load_medicines(_folder(folder) / MEDICINES)
    for pack in packs:
        counts = f"{len(pack.answers)} answers, {len(pack.rules)} rules, {len(pack.facts)} facts"
        typer.echo(f"{pack.id}: {counts}")
    typer.echo(f"general.yml: {len(general.answers)} answers")
    typer.echo(f"{MEDICINES}: {len(medicines.by_name)} names of medicines")
    unsigned = warning([pack.id for pack in packs if pack.sign_off is None])
    if unsigned:
        typer.echo(f"warning: {unsigned}", err=True)


@app.command("import")
def import_(folder: Folder = None) -> None:
    """Write the packs into the database. Patients' records are left alone."""
    packs, general = _load(_folder(folder))
    settings = load_settings()
    database = Database(settings.database)
    try:
        outcomes = import_packs(database, packs, general, Clock.of(settings).now())
    finally:
        database.close()
    for clinic_id, outcome in outcomes.items():
        typer.echo(f"{clinic_id}: {outcome}")


@app.command()
def show(
    clinic_id: Annotated[str, typer.Argument(help="A clinic's id, such as glamour.")],
    topic: Annotated[str | None, typer.Argument(help="One topic; all without it.")] = None,
    folder: Folder = None,
) -> None:
    """Show what the assistant says for a clinic, with sources."""
    packs, general = _load(_folder(folder))
    pack = next((pack for pack in packs if pack.id == clinic_id), None)
    if pack is None:
        known = ", ".join(pack.id for pack in packs)
        typer.echo(f"There is no clinic {clinic_id!r}; there are: {known}.", err=True)
        raise typer.Exit(1)
    texts = load_texts(_folder(folder) / "texts")
    entries = [*_entries(render_protocol(pack, general), texts)]
    chosen = [entry for name, entry in entries if topic in (None, name)]
    for entry in chosen:
        typer.echo(entry)
    if not chosen:
        typer.echo(f"{pack.name} has nothing on {topic!r}; the assistant says so.")


def _folder(folder: Path | None) -> Path:
    return folder or load_settings().clinics_dir


def _load(folder: Path) -> tuple[list[Pack], General]:
    """Read packs, general.yml and medicines.yml; with a problem in any of them nothing is done."""
    problems: list[Problem] = []
    try:
        load_medicines(folder / MEDICINES)
    except PackError as error:
        problems += error.problems
    try:
        packs, general = load_folder(folder, load_topics(folder / "topics.yml"))
    except PackError as error:
        problems += error.problems
    if not problems:
        return packs, general
    for problem in problems:
        typer.echo(str(problem), err=True)
    noun = "problem" if len(problems) == 1 else "problems"
    typer.echo(f"{len(problems)} {noun}; nothing was changed.", err=True)
    raise typer.Exit(1)


def _entries(protocol: Protocol, texts: Phrases) -> Iterator[tuple[str, str]]:
    """Yield (topic, what is said) for the clinic's answers, its rules, and what stands behind."""
    for topic, said in protocol.answers.items():
        yield topic, _entry(topic, "the clinic", said)
    for topic, rule in protocol.rules.items():
        yield topic, _entry(topic, f"rule, {rule.kind}", _rule(rule, protocol, texts))
    for topic, said in protocol.near_rules.items():
        yield topic, _entry(topic, "no rule; nearby", said)
    for topic, said in protocol.reasons.items():
        yield topic, _entry(topic, "the reason", said)
    for topic, said in protocol.general.items():
        if topic not in protocol.answers:
            yield topic, _entry(topic, "general", said)


def _rule(rule: Rule, protocol: Protocol, texts: Phrases) -> Said:
    words = f"{rule_in_words(rule, protocol.name, texts)} {rule.note}".strip()
    return Said(words, rule.sources, disputed=rule.disputed)


def _entry(topic: str, origin: str, said: Said) -> str:
    disputed = ", disputed" if said.disputed else ""
    sources = "; ".join(f"{source.document}: {source.section}" for source in said.sources)
    return f"{topic} ({origin}{disputed}): {said.text}\n    [{sources}]"
