"""Findings made ready to be looked for: from plain data to patterns, scopes, signs and rules.

`compile_findings` takes {"findings": {...}, "languages": {"en": {...}, "es": {...}}}:

    findings   {name: {flag, level, recent?, when: ["sign", "sign + sign", "sign & sign /8"],
                unless?: [sign]}}; + is anywhere in the message, & within so many words
    language   {words: {group: [word or phrase or <group>]}, real_words: [word],
                idioms: [pattern], scopes: {name: {cues, stops, ...}},
                signs: {name: [pattern] or {any: [pattern], unless: [pattern], within: words,
                despite: [scope]}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from bot.care.triage.alert import LEVELS
from bot.care.triage.lexicon import Lexicon
from bot.care.triage.patterns import Pattern, PatternError, Patterns, parse
from bot.care.triage.scopes import Scope

Place = tuple[str, ...]
Reader = Callable[[Place, Iterable[str]], Patterns]
# The group of a language's commonest words; it also tells which language a message is in.
COMMON_WORDS = "language"
_DEFAULT_WITHIN = 6


class FindingsError(ValueError):
    """Data that cannot be used. `place` is the path to it, `cure` says what mends it."""

    def __init__(self, place: Place, what: str, cure: str) -> None:
        super().__init__(f"{'.'.join(place)}: {what}. {cure}.")
        self.place, self.what, self.cure = place, what, cure


@dataclass(frozen=True)
class Sign:
    """One thing that a patient may tell, in all its wordings.

    A mention is left out within any scope that is not in `despite`, and where one of `unless`
    stands at most `within` words from it.
    """

    name: str
    patterns: Patterns
    unless: Patterns
    within: int = _DEFAULT_WITHIN
    despite: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Near:
    """Signs that stand near one another, at most `reach` words apart; or one sign alone."""

    signs: tuple[str, ...]
    reach: int = 0


@dataclass(frozen=True)
class Finding:
    """What signs mean, and how soon to act. `recent` is the level soon after a treatment.

    `when` holds alternatives; everything in one of them must be told, anywhere in the message.
    """

    name: str
    flag: str
    level: str
    recent: str
    when: tuple[tuple[Near, ...], ...]
    unless: tuple[str, ...] = ()

    @cached_property
    def alternatives(self) -> tuple[tuple[frozenset[str], tuple[Near, ...]], ...]:
        """What `when` holds, each with the names of all signs that it takes."""
        return tuple((frozenset(n for near in one for n in near.signs), one) for one in self.when)


@dataclass(frozen=True)
class Language:
    """How one language tells the signs. `own_words` are in no other language's lists."""

    code: str
    lexicon: Lexicon
    idioms: Patterns
    scopes: tuple[Scope, ...]
    signs: Mapping[str, Sign]
    own_words: frozenset[str] = frozenset()

    @cached_property
    def told_by(self) -> dict[str, frozenset[str]]:
        """The names of the signs that may stand where a word or a group stands."""
        found: dict[str, set[str]] = {}
        for sign in self.signs.values():
            for symbol in sign.patterns.telling:
                found.setdefault(symbol, set()).add(sign.name)
        return {symbol: frozenset(names) for symbol, names in found.items()}


@dataclass(frozen=True)
class Findings:
    """Everything `screen` looks for, in the order of the data."""

    findings: tuple[Finding, ...]
    languages: tuple[Language, ...]

    @cached_property
    def due(self) -> dict[str, tuple[Finding, ...]]:
        """The findings by level."""
        return {lv: tuple(f for f in self.findings if f.level == lv) for lv in LEVELS}

    @cached_property
    def due_soon_after(self) -> dict[str, tuple[Finding, ...]]:
        """The findings by their level soon after a treatment."""
        return {lv: tuple(f for f in self.findings if f.recent == lv) for lv in LEVELS}


def compile_findings(data: Mapping[str, Any]) -> Findings:
    """Make the findings of plain data ready. Raises FindingsError at the first thing wrong."""
    forms = data["languages"]
    # A word of one language is no typing error in the other.
    real = frozenset(word for form in forms.values() for word in form.get("real_words", ()))
    languages = _telling_apart([_language(code, form, real) for code, form in forms.items()], forms)
    signs = {name for language in languages for name in language.signs}
    findings = (_finding(name, form, signs) for name, form in data["findings"].items())
    return Findings(tuple(findings), languages)


def _language(code: str, form: Mapping[str, Any], real_words: frozenset[str]) -> Language:
    groups = _groups(code, form["words"])
    read = partial(_patterns, groups)
    idioms = read((code, "idioms"), form.get("idioms", ()))
    scopes = tuple(
        _scope((code, "scopes"), name, one, read) for name, one in form["scopes"].items()
    )
    names = frozenset(scope.name for scope in scopes)
    signs = {
        name: _sign((code, "signs"), name, one, names, read) for name, one in form["signs"].items()
    }
    every = [
        idioms,
        *(part for one in scopes for part in (one.cues, one.stops, one.unless, one.restarts)),
        *(part for one in signs.values() for part in (one.patterns, one.unless)),
    ]
    elements = (element for part in every for pattern in part.all for element in pattern.elements)
    words = {word for element in elements for word in element.words}
    return Language(code, Lexicon(groups, words, real_words), idioms, scopes, signs)


def _telling_apart(
    languages: Sequence[Language], forms: Mapping[str, Mapping[str, Any]]
) -> tuple[Language, ...]:
    listed = {
        one.code: one.lexicon.vocabulary.union(forms[one.code].get("real_words", ()))
        for one in languages
    }
    return tuple(
        replace(
            one,
            own_words=listed[one.code].difference(
                *(words for code, words in listed.items() if code != one.code)
            ),
        )
        for one in languages
    )


def _groups(code: str, words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(dict.fromkeys(_members((code, "words", name), name, words, ())))
        for name in words
    }


def _members(
    place: Place, name: str, words: Mapping[str, Sequence[str]], above: tuple[str, ...]
) -> Iterator[str]:
    if name in above:
        raise FindingsError(place, f"the group <{name}> holds itself", "Take it out")
    if name not in words:
        raise FindingsError(place, f"there is no group <{name}>", "Check its spelling")
    for member in words[name]:
        if member.startswith("<"):
            yield from _members(place, member[1:-1], words, (*above, name))
        else:
            yield member


def _patterns(groups: Mapping[str, Sequence[str]], place: Place, texts: Iterable[str]) -> Patterns:
    common = frozenset(groups.get(COMMON_WORDS, ()))
    patterns: list[Pattern] = []
    for text in texts:
        try:
            parsed = parse(text)
        except PatternError as error:
            what, _, cure = str(error).partition("; ")
            raise FindingsError(place, f"{text!r}: {what}", cure or "Correct it") from error
        for element in (element for pattern in parsed for element in pattern.elements):
            if element.group and element.group not in groups:
                what = f"{text!r}: <{element.group}> is no group"
                raise FindingsError(place, what, "Add it to words.yml, or check its spelling")
        patterns += [pattern.anchored(common) for pattern in parsed]
    return Patterns(patterns)


def _scope(place: Place, name: str, form: Mapping[str, Any], read: Reader) -> Scope:
    place = (*place, name)
    return Scope(
        name=name,
        cues=read((*place, "cues"), form["cues"]),
        stops=read((*place, "stops"), form.get("stops", ())),
        unless=read((*place, "unless"), form.get("unless", ())),
        restarts=read((*place, "restarts"), form.get("restarts", ())),
        forward=form.get("forward", 0),
        backward=form.get("backward", 0),
        itself=form.get("itself", False),
    )


def _sign(place: Place, name: str, form: Any, scopes: frozenset[str], read: Reader) -> Sign:
    place = (*place, name)
    if isinstance(form, list):
        form = {"any": form}
    despite = frozenset(form.get("despite", ()))
    if despite - scopes:
        unknown = ", ".join(sorted(despite - scopes))
        raise FindingsError(place, f"no scope {unknown}", f"Use {', '.join(sorted(scopes))}")
    return Sign(
        name=name,
        patterns=read(place, form["any"]),
        unless=read((*place, "unless"), form.get("unless", ())),
        within=form.get("within", _DEFAULT_WITHIN),
        despite=despite,
    )


def _finding(name: str, form: Mapping[str, Any], signs: set[str]) -> Finding:
    place = ("findings", name)
    when = tuple(_alternative(place, text) for text in form["when"])
    unless = tuple(form.get("unless", ()))
    for sign in (*(sign for all_of in when for near in all_of for sign in near.signs), *unless):
        if sign not in signs:
            raise FindingsError(place, f"no language has the sign {sign!r}", "Check its spelling")
    level, recent = form["level"], form.get("recent", form["level"])
    for one in (level, recent):
        if one not in LEVELS[1:]:
            raise FindingsError(place, f"{one!r} is not a level", f"Use {', '.join(LEVELS[1:])}")
    return Finding(name, form["flag"], level, recent, when, unless)


def _alternative(place: Place, text: str) -> tuple[Near, ...]:
    return tuple(_near(place, part) for part in text.split("+"))


def _near(place: Place, text: str) -> Near:
    body, _, reach = (part.strip() for part in text.partition("/"))
    signs = tuple(sign.strip() for sign in body.split("&"))
    if len(signs) > 1 and not reach.isdigit():
        cure = f"Write {body} /8, or + for anywhere in the message"
        raise FindingsError(place, f"{text.strip()!r} does not say how near", cure)
    return Near(signs, int(reach or 0))
