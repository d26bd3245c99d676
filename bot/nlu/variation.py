"""Other ways in which a training message could have been typed: slips, and something around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Final

from rasa.shared.utils.io import read_yaml_file

_ASIDES: Final = Path(__file__).with_name("asides.yml")
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# These are what is said around a question, or a question that leans on the one before.
NEVER_WITH_STORY: Final = frozenset(
    {"affirm", "deny", "follow_up", "goodbye", "greet", "rephrase", "thanks", "unsure"}
)


def load_asides(path: Path = _ASIDES) -> dict[str, list[str]]:
    """What people say `before` and `after` a question; raises if the file is not readable."""
    asides = read_yaml_file(path)
    return {place: list(asides[place]) for place in ("before", "after")}


def varied(
    texts: Sequence[str],
    topics: Sequence[str],
    asides: Mapping[str, Sequence[str]],
    share: float,
    seed: int,
) -> tuple[list[str], list[str]]:
    """Changed copies of a `share` of the messages, a fifth with slips, the others with an aside."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    chosen = random.sample(range(len(texts)), round(share * len(texts)))
    copies = []
    for turn, index in enumerate(chosen):
        with_aside = turn % 5 and topics[index] not in NEVER_WITH_STORY
        copies.append(
            _with_aside(texts[index], asides, random)
            if with_aside
            else _slipped(texts[index], random)
        )
    return copies, [topics[index] for index in chosen]


def _with_aside(text: str, asides: Mapping[str, Sequence[str]], random: Random) -> str:
    if random.random() < 0.25:
        return f"{random.choice(asides['before'])} {text}"
    story = random.choice(asides["after"])
    end = "" if text.endswith((".", "!", "?")) else random.choice((".", ".", "?", ",", ""))
    return f"{text}{end} {story}" if random.random() < 0.75 else f"{story.rstrip('.')}. {text}"


def _slipped(text: str, random: Random) -> str:
    """`text` with one or two slips of the finger, each in a word of four letters or more."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in random.sample(long, min(len(long), random.choice((1, 2, 2)))):
        words[place] = _mistyped(words[place], random)
    return " ".join(words)


def _mistyped(word: str, random: Random) -> str:
    at = random.randrange(len(word) - 1)
    kind = random.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[: at + 1] + word[at:]
    return word[:at] + _beside(word[at], random) + word[at + 1 :]


def _beside(letter: str, random: Random) -> str:
    """A key next to that of `letter`; the letter itself if it has none."""
    for row in _ROWS:
        place = row.find(letter.lower())
        if place >= 0:
            return random.choice(row[max(place - 1, 0) : place] + row[place + 1 : place + 2])
    return letter
