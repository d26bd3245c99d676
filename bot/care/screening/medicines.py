"""Medicines in patients' words: by brand, substance or class, misspelt too.

A misspelling is mended only where one medicine alone is near it, or two that count as the same; a
name that may be two others, or none, stays unplaced. Real names that look alike are on the list,
so each is found as itself.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rapidfuzz.distance import OSA

# Shorter names are too near other words: "alive" is not Aleve.
SHORTEST_MISSPELT: Final = 6
WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
LONGEST_NAME: Final = 5
_VOWELS: Final = re.compile(r"[aeiouy]+")
# Two wrong vowels are mended from this length on, counted as sounds.
_LONG: Final = 6
_DOUBLED: Final = re.compile(r"(.)\1+")
# Spellings that sound the same; applied to both sides before they are compared.
_SOUNDS: Final = (("ph", "f"), ("y", "i"), ("z", "s"), ("ck", "k"))


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine or a group of them. `findings` are the classes a document may name.

    `unsure` are classes that the name alone does not settle; `on_skin` are those it has, instead of
    both, as a cream or ointment.
    """

    name: str
    findings: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    on_skin: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A medicine in a text: which, and from where to where (in characters). Exact or mended."""

    medicine: Medicine
    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Medicines:
    """A list of medicines by every name they go by, in plain lower-case words."""

    by_name: Mapping[str, Medicine]
    not_medicines: frozenset[str] = frozenset()
    by_sound: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, entries: Iterable[tuple[Medicine, Sequence[str]]], not_medicines: Iterable[str] = ()
    ) -> "Medicines":
        """Index medicines by their names. Raises ValueError when two medicines share a name."""
        by_name: dict[str, Medicine] = {}
        for medicine, names in entries:
            for name in names:
                plain = " ".join(WORD.findall(name.lower().replace("-", " ")))
                if by_name.setdefault(plain, medicine) != medicine:
                    raise ValueError(f"{name!r} stands for two medicines; keep one of them")
        by_sound: dict[str, list[str]] = {}
        for name in by_name:
            if len(name) >= SHORTEST_MISSPELT and " " not in name:
                by_sound.setdefault(sound(name), []).append(name)
        spoken = {key: tuple(names) for key, names in by_sound.items()}
        return cls(by_name, frozenset(not_medicines), spoken)

    def find(self, text: str) -> Iterator[Mention]:
        """Yield the medicines that a text (lower case) names, in order; the longest name wins."""
        words = list(WORD.finditer(text.replace("-", " ")))
        at = 0
        while at < len(words):
            found = self._at(words, at)
            if found is None:
                at += 1
                continue
            medicine, count, exact = found
            yield Mention(medicine, words[at].start(), words[at + count - 1].end(), exact)
            at += count

    def _at(self, words: Sequence[re.Match[str]], at: int) -> tuple[Medicine, int, bool] | None:
        for count in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            name = " ".join(word.group() for word in words[at : at + count])
            medicine = self.by_name.get(name)
            if medicine is not None:
                return medicine, count, True
        mended = self.mend(words[at].group())
        return (mended, 1, False) if mended else None

    def mend(self, word: str) -> Medicine | None:
        """Return the one medicine a misspelt name stands for, None if none or more than one.

        Two that count as the same are given as "one or the other".
        """
        if len(word) < SHORTEST_MISSPELT or word in self.not_medicines or not word.isalpha():
            return None
        heard = sound(word)
        near = {
            self.by_name[name]
            for spoken, names in self.by_sound.items()
            for name in names
            if _near(heard, spoken) or (word[0] == name[0] and _apart(word, name) <= 1)
        }
        if len({(one.findings, one.unsure, one.on_skin) for one in near}) != 1:
            return None
        return replace(next(iter(near)), name=" or ".join(sorted(one.name for one in near)))


def sound(word: str) -> str:
    """Return a word as it sounds: doubled letters once, "ph" as "f"; no final e."""
    for spelling, plain in _SOUNDS:
        word = word.replace(spelling, plain)
    return _DOUBLED.sub(r"\1", word).removesuffix("e")


def _near(one: str, other: str) -> bool:
    """One letter more, less, wrong or swapped; two only where every consonant is right.

    The first letter is never wrong: it is what tells most look-alike names apart.
    """
    if one[0] != other[0] or len(one) < SHORTEST_MISSPELT - 1:
        return False
    distance = _apart(one, other)
    if distance == 2 and len(one) >= _LONG:
        return _VOWELS.sub("", one) == _VOWELS.sub("", other)
    return distance <= 1


def _apart(one: str, other: str) -> int:
    """Return how many letters lead from one to the other; 3 for three or more."""
    return OSA.distance(one, other, score_cutoff=2)
