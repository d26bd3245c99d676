"""Reading the findings of triage (clinics/triage/), with errors that name file, place and cure."""

from collections.abc import Mapping
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


class _ContextForm(_Strict):
    idioms: list[str]
    scopes: dict[str, _ScopeForm]


class _SignForm(_Strict):
    any: list[str] = Field(min_length=1)
    unless: list[str] = []
    within: int = Field(default=6, ge=0, le=30)
    despite: list[str] = []


class _Findings(_Strict):
    findings: dict[str, _FindingForm]


class _Words(_Strict):
    words: dict[str, list[str]]


class _Signs(_Strict):
    signs: dict[str, list[str] | _SignForm]


@cache
def load_findings(folder: Path) -> Findings:
    """Read clinics/triage/ and make it ready for `bot.care.triage.screen`.

    Raises PackError with file, place and cure when something in it cannot be used.
    """
    sources = {"findings": read_yaml(folder / "findings.yml")}
    data: dict[str, Any] = {"findings": _checked(sources["findings"], "findings", _Findings)}
    data["languages"] = {code: _language(folder / code, sources) for code in LANGUAGES}
    try:
        return compile_findings(data)
    except FindingsError as error:
        raise PackError([_problem(error, sources)]) from error


def _language(folder: Path, sources: dict[str, YamlSource]) -> dict[str, Any]:
    code = folder.name
    for part in ("words", "context", "signs"):
        sources[f"{code}.{part}"] = read_yaml(folder / f"{part}.yml")
    context = _checked(sources[f"{code}.context"], "", _ContextForm)
    return {
        "words": _checked(sources[f"{code}.words"], "words", _Words),
        "signs": _checked(sources[f"{code}.signs"], "signs", _Signs),
        "idioms": context["idioms"],
        "scopes": context["scopes"],
        "real_words": _real_words(folder.parent),
    }


def _real_words(folder: Path) -> list[str]:
    """The words of both languages: neither is a typing error in the other."""
    words: list[str] = []
    for path in sorted(folder.glob("*/real_words.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        words += [word for line in lines if not line.startswith("#") for word in line.split()]
    return words


def _checked(source: YamlSource, key: str, form: type[BaseModel]) -> dict[str, Any]:
    """Check a file's form; with `key`, the file is the mapping that the form has under it."""
    given = {key: source.data} if key else source.data
    try:
        plain = form.model_validate(given).model_dump(exclude_none=True, exclude_unset=True)
    except ValidationError as error:
        problems = []
        for one in error.errors():
            path = [part for part in one["loc"] if part != key]
            problems.append(source.problem(path, one["msg"], "docs/triage.md shows the form"))
        raise PackError(problems) from error
    checked: dict[str, Any] = plain[key] if key else plain
    return checked


def _problem(error: FindingsError, sources: Mapping[str, YamlSource]) -> Problem:
    head, *rest = error.place
    if head == "findings":
        return sources["findings"].problem(rest, error.what, error.cure)
    part, *path = rest
    name = {"words": "words", "signs": "signs"}.get(part, "context")
    inner = [part, *path] if name == "context" else path
    return sources[f"{head}.{name}"].problem(inner, error.what, error.cure)
