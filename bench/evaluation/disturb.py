"""Messages as they could have been typed as well: errors, capitals, greetings, side stories."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import yaml
from pydantic import BaseModel

EVERYDAY = Path(__file__).with_name("everyday.yml")
KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
APOSTROPHES = "'’"

type Change = Callable[[str, Random], str]


class Everyday(BaseModel):
    """What people say around a question."""

    greetings: list[str]
    stories: list[str]


def changes() -> dict[str, Change]:
    """Return the changes by name; each takes a text and a source of chance."""
    around = Everyday.model_validate(yaml.safe_load(EVERYDAY.read_text("utf-8")))

    def greeted(text: str, random: Random) -> str:
        return f"{random.choice(around.greetings)} {text}"

    def with_story(text: str, random: Random) -> str:
        end = "" if text.rstrip().endswith((".", "!", "?")) else "."
        return f"{text.rstrip()}{end} {random.choice(around.stories)}"

    return {
        "typing_errors": typing_errors,
        "upper_case": lambda text, _: text.upper(),
        "no_punctuation": lambda text, _: without_punctuation(text),
        "greeting": greeted,
        "side_story": with_story,
    }


# Those without chance in them; one run tells all.
CERTAIN = frozenset({"upper_case", "no_punctuation"})


def typing_errors(text: str, random: Random) -> str:
    """Return the text with one or two slips of the finger; a text without letters stays."""
    for _ in range(random.choice((1, 2))):
        text = _slip(text, random)
    return text


def without_punctuation(text: str) -> str:
    """Return the text without signs, but for those between two digits: "3.5", "10:30"."""
    joined = "".join(letter for letter in text if letter not in APOSTROPHES)
    bare = re.sub(r"(?<!\d)[^\w\s]|[^\w\s](?!\d)", " ", joined)
    return " ".join(bare.split())


def _slip(text: str, random: Random) -> str:
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    slip = random.choice((_swap, _drop, _double, _neighbour))
    return slip(text, random.choice(places), random)


def _swap(text: str, at: int, _random: Random) -> str:
    """The letter and the next one in the wrong order; at a word's end, with the one before."""
    first = at if text[at + 1 : at + 2].isalpha() else max(at - 1, 0)
    return f"{text[:first]}{text[first : first + 2][::-1]}{text[first + 2 :]}"


def _drop(text: str, at: int, _random: Random) -> str:
    return text[:at] + text[at + 1 :]


def _double(text: str, at: int, _random: Random) -> str:
    return text[: at + 1] + text[at:]


def _neighbour(text: str, at: int, random: Random) -> str:
    """The key beside the right one."""
    letter = text[at].lower()
    beside = [
        row[place]
        for row in KEY_ROWS
        if letter in row
        for place in (row.index(letter) - 1, row.index(letter) + 1)
        if 0 <= place < len(row)
    ]
    return text[:at] + (random.choice(beside) if beside else letter) + text[at + 1 :]
