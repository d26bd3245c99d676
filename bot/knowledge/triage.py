"""Reading the findings of triage (clinics/triage/), with errors that name file, place and cure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.care.triage import Findings, FindingsError, compile_findings
from bot.knowledge.yaml_source import PackError, Problem, YamlSource, read_yaml

LANGUAGES = ("en", "es")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _FindingForm(_Strict):
    flag: str = Field(pattern=r"^[a-z_]+$")
    level: Literal["soon", "urgent", "emergency"]
    recent: Literal["soon", "urgent", "emergency"] | None = None
    when: list[str] = Field(min_length=1)
    unless: list[str] = []


class _ScopeForm(_Strict):
    cues: list[str] = Field(min_length=1)
    stops: list[str] = []
    unless: list[str] = []
    restarts: list[str] = []
    forward: int = Field(default=0, ge=0, le=30)
    backward: int = Field(default=0, ge=0, le=30)
    itself: bool = False


class _SignForm(_Strict):
    any: list[str] = Field(min_length=1)
    unless: list[str] = []
    within: int = Field(default=6, ge=0, le=30)
    despite: list[str] = []


class _Findings(_Strict):
    findings: dict[str, _FindingForm]


class _Words(_Strict):
    words: dict[str, list[str]]


class _Idioms(_Strict):
    idioms: list[str]


class _Scopes(_Strict):
    scopes: dict[str, _ScopeForm]


class _Signs(_Strict):
    signs: dict[str, list[str] | _SignForm]


@cache
def load_findings(folder: Path) -> Findings:
    """Read clinics/triage/ and make it ready for `bot.care.triage.screen`.

    Raises PackError with file, place and cure when something in it cannot be used.
    """
    source = read_yaml(folder / "findings.yml")
    data: dict[str, Any] = {"findings": _checked(source, "findings", _Findings), "languages": {}}
    sources = [source]
    for code in LANGUAGES:
        data["languages"][code] = _language(folder / code, sources)
    try:
        return compile_findings(data)
    except FindingsError as error:
        raise PackError([_problem(error, sources)]) from error


def _language(folder: Path, sources: list[YamlSource]) -> dict[str, Any]:
    form: dict[str, Any] = {"real_words": _real_words(folder / "real_words.txt")}
    forms: tuple[tuple[str, type[BaseModel]], ...] = (
        ("words", _Words),
        ("idioms", _Idioms),
        ("scopes", _Scopes),
    )
    for key, expected in forms:
        source = replace(read_yaml(folder / f"{key}.yml"), file=f"{folder.name}/{key}.yml")
        form[key] = _checked(source, key, expected)
        sources.append(source)
    form["signs"] = {}
    for path in sorted(folder.glob("signs*.yml")):
        source = replace(read_yaml(path), file=f"{folder.name}/{path.name}")
        signs = _checked(source, "signs", _Signs)
        _refuse_doubles(source, signs, form["signs"])
        form["signs"] |= signs
        sources.append(source)
    return form


def _refuse_doubles(source: YamlSource, signs: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    problems = [
        source.problem((name,), "this sign stands in another file too", "Join the two")
        for name in signs
        if name in known
    ]
    if problems:
        raise PackError(problems)


def _real_words(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def _checked(source: YamlSource, key: str, form: type[BaseModel]) -> Any:
    """Check the form of a file, which holds what `form` has under `key`."""
    try:
        plain = form.model_validate({key: source.data})
    except ValidationError as error:
        problems = []
        for one in error.errors():
            path = [part for part in one["loc"][1:] if not _is_union_member(part)]
            problems.append(source.problem(path, one["msg"], "docs/triage.md shows the form"))
        raise PackError(problems) from error
    return plain.model_dump(exclude_none=True, exclude_unset=True)[key]


def _is_union_member(part: int | str) -> bool:
    return isinstance(part, str) and (part.startswith("list[") or part == _SignForm.__name__)


def _problem(error: FindingsError, sources: Sequence[YamlSource]) -> Problem:
    """Find the file that has the place an error names, such as en, signs, breathless."""
    head, *path = error.place
    if head == "findings":
        return sources[0].problem(path, error.what, error.cure)
    part, *path = path
    files = [source for source in sources if source.file.startswith(f"{head}/{part}")]
    holding = [source for source in files if path and path[0] in source.data]
    return (holding or files)[0].problem(path, error.what, error.cure)
