"""What a transcript or a table expects of a reply, compared with the reply."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

type Expected = Mapping[str, Any]
type Reply = Mapping[str, Any]

PLAIN = ("topic", "known", "general", "urgency", "from")
VERDICT = ("state", "until", "phase")


def mismatches(expected: Expected, reply: Reply) -> list[str]:
    """Return one line for each key of `expected` that the reply does not fulfil."""
    unknown = set(expected) - {*PLAIN, *VERDICT, *CHECKS}
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    found: list[str] = []
    for key, value in expected.items():
        if key in PLAIN:
            found += _differs(key, value, reply[key])
        elif key in VERDICT:
            found += _differs(key, value, (reply["verdict"] or {}).get(key))
        else:
            found += CHECKS[key](value, reply)
    return found


def expect_answer(said: str, topic: str, expected: Expected, replies: Sequence[Reply]) -> None:
    """Fail the test, in plain words, unless the first reply on `topic` is as expected."""
    answer = next((reply for reply in replies if reply["topic"] == topic), None)
    if answer is None:
        topics = ", ".join(reply["topic"] for reply in replies)
        pytest.fail(f"{said}\nexpected {topic}, got {topics}", pytrace=False)
    found = mismatches(expected, answer)
    if found:
        pytest.fail("\n".join([said, answer["text"], *found]), pytrace=False)


def _differs(key: str, expected: object, found: object) -> list[str]:
    plain = expected if expected is None or isinstance(expected, bool) else str(expected)
    return [] if plain == found else [f"{key}: expected {plain}, got {found}"]


def _says(wanted: list[str], reply: Reply) -> Iterator[str]:
    text = reply["text"].casefold()
    for phrase in wanted:
        if not any(part.strip().casefold() in text for part in phrase.split(" | ")):
            yield f"says: {phrase!r} is not in the text"


def _never(unwanted: list[str], reply: Reply) -> Iterator[str]:
    text = reply["text"].casefold()
    for phrase in unwanted:
        if phrase.casefold() in text:
            yield f"never: {phrase!r} is in the text"


def _disputed(expected: bool, reply: Reply) -> Iterator[str]:
    if reply["verdict"] is not None:
        yield from _differs("disputed", expected, reply["verdict"]["disputed"])
    if expected and "confirm" not in reply["text"].casefold():
        yield "disputed: the text does not ask to confirm with the clinic"


def _sources(expected: int | list[str], reply: Reply) -> Iterator[str]:
    """A least number of sources, or words each of which must be in some source."""
    sources = [f"{source['document']}, {source['section']}" for source in reply["sources"]]
    if isinstance(expected, int):
        if len(sources) < expected:
            yield f"sources: expected at least {expected}, got {sources}"
        return
    for words in expected:
        if not any(words.casefold() in source.casefold() for source in sources):
            yield f"sources: {words!r} is in none of {sources}"


def _buttons(expected: int | list[str], reply: Reply) -> Iterator[str]:
    """The exact number of buttons, or their titles in order."""
    titles = [button["title"] for button in reply["buttons"]]
    if expected != (len(titles) if isinstance(expected, int) else titles):
        yield f"buttons: expected {expected}, got {titles}"


def _choices(expected: int | list[str], reply: Reply) -> Iterator[str]:
    titles = [choice["title"] for choice in reply["choices"]]
    if expected != (len(titles) if isinstance(expected, int) else titles):
        yield f"choices: expected {expected}, got {titles}"


CHECKS: dict[str, Callable[[Any, Reply], Iterator[str]]] = {
    "says": _says,
    "never": _never,
    "disputed": _disputed,
    "sources": _sources,
    "buttons": _buttons,
    "choices": _choices,
}
