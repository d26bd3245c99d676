"""The assistant's own phrases (clinics/texts/*.en.yml), looked up by dotted key."""

import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class Texts:
    """Phrases by dotted key, with {placeholders}."""

    def __init__(self, phrases: Mapping[str, str]) -> None:
        self._phrases = dict(phrases)

    def __contains__(self, key: str) -> bool:
        return key in self._phrases

    def keys(self) -> list[str]:
        """Return all keys, sorted."""
        return sorted(self._phrases)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase with its placeholders filled in.

        Raises KeyError naming the key when there is no such phrase, or no value for a placeholder.
        """
        if key not in self._phrases:
            raise KeyError(f"there is no phrase {key!r} in clinics/texts")
        return self._phrases[key].format_map(values)

    def placeholders(self, key: str) -> set[str]:
        """Return the names of a phrase's placeholders."""
        return {name for _, name, *_ in string.Formatter().parse(self._phrases[key]) if name}


@cache
def load_texts(folder: Path, language: str = "en") -> Texts:
    """Read every <name>.<language>.yml (and <language>.yml) of a folder into one `Texts`.

    Raises FileNotFoundError when there is none, ValueError when two files have the same key.
    """
    files = sorted({*folder.glob(f"*.{language}.yml"), *folder.glob(f"{language}.yml")})
    if not files:
        raise FileNotFoundError(f"no texts for {language!r} in {folder}")
    phrases: dict[str, str] = {}
    for path in files:
        for key, text in _flat(yaml.safe_load(path.read_text(encoding="utf-8")) or {}):
            if key in phrases:
                raise ValueError(f"{path.name}: the phrase {key!r} stands in another file too")
            phrases[key] = text
    return Texts(phrases)


def load_languages(folder: Path) -> tuple[Texts, ...]:
    """Read the texts of each language that can end reminders, English first."""
    names = {path.name.split(".")[1] for path in folder.glob("reminders.*.yml")}
    return tuple(load_texts(folder, one) for one in sorted(names, key=lambda n: (n != "en", n)))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, Mapping):
            flat += _flat(value, f"{prefix}{name}.")
        else:
            flat.append((f"{prefix}{name}", " ".join(str(value).split())))
    return flat
