"""What a patient wants changed in a request, and which of several readings they chose."""

import re
from datetime import datetime
from typing import Final

from bot.care.booking.clock import find_clock, find_parts
from bot.care.booking.days import find_days
from bot.care.booking.draft import Field
from bot.care.booking.times import MOST_WORDS, spelled
from bot.care.phrases import Phrases
from bot.text.normalise import clean

_FIELDS: Final[tuple[Field, ...]] = ("appointment", "share", "reach", "times", "name", "reason")
_WORD: Final = re.compile(r"[\w'-]+")
_CORRECTING: Final = re.compile(
    r"^\W*(?:no|nope|not|wait|sorry|oops|actually|correction|wrong|i meant|make it|it should)\b|"
    r"\b(?:actually|correction|instead|should be|spelled|wrong|i meant|not right|rather)\b",
    re.IGNORECASE,
)
# "my appointment is on Friday at 10": what stands behind it says which one.
_APPOINTMENT: Final = re.compile(
    r"\b(?:appointment|appt|session|visit|treatment|consult\w*|booking|injections?)s?\b"
    r"(?: (?:is|was|on|at|for|from|that is|that's|scheduled|set|booked|of|the|due))*",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"[,;?!]|\.(?=\s|$)|\b(?:please|thanks|my name|i'm|this is)\b", re.IGNORECASE
)
_TO: Final = re.compile(r"\b(?:to|until|instead(?: (?:on|at))?)\b", re.IGNORECASE)
# "I need to move it": not every "to" leads to the new time.
_VERB: Final = re.compile(
    r"\W*(?:move|change|re-?schedule|re-?book|cancel|come|make|push|switch|see|do|get|have|keep|be)\b",
    re.IGNORECASE,
)


def named_field(text: str, texts: Phrases) -> Field | None:
    """Return the part of a request that a message names: "change the time", "wrong number"."""
    words = _words(text)
    return next((one for one in _FIELDS if _has(words, f"booking.words.{one}", texts)), None)


def wants_change(text: str, texts: Phrases) -> bool:
    """Tell whether a message says that something is to be changed."""
    return _has(_words(text), "booking.words.change", texts)


def corrects(text: str) -> bool:
    """Tell whether a message takes something back: "no, it's Dayna", "actually Friday"."""
    return _CORRECTING.search(text) is not None


def chosen(text: str, choices: tuple[str, ...], texts: Phrases) -> int | None:
    """Return which of the offered choices a message names, by its place or its words."""
    words = _words(text).removeprefix("the ")
    for number, place in enumerate(("first", "second")):
        if number < len(choices) and words in _phrases(f"booking.words.{place}", texts):
            return number
    told = clean(text).casefold()
    named = [number for number, one in enumerate(choices) if one.casefold() in told]
    return named[0] if len(named) == 1 else None


def says_both(text: str, texts: Phrases) -> bool:
    """Tell whether a message takes all that was offered."""
    return _words(text) in _phrases("booking.words.both", texts)


def says_as_it_is(text: str, texts: Phrases) -> bool:
    """Tell whether a message wants a time kept although it does not fit."""
    return _has(_words(text), "booking.words.as_it_is", texts)


def withdraws(text: str, texts: Phrases) -> bool:
    """Tell whether a message takes a stored request back."""
    return _has(_words(text), "booking.words.withdraw", texts)


def read_appointment(text: str, now: datetime) -> str | None:
    """Return which appointment a message speaks of, in its own words; None if it names no time."""
    said = clean(text)
    behind = _APPOINTMENT.search(said)
    parts = [said[behind.end() :], said[: behind.start()]] if behind else []
    for part in (*parts, said):
        which = _END.split(_TO.split(part, maxsplit=1)[0].lstrip(" .,;?!"), maxsplit=1)[0]
        if which and _names_a_time(which, now):
            return which[:MOST_WORDS].strip()
    return None


def new_time(text: str, now: datetime) -> str:
    """Return the part of a message that tells the new time: "to Monday morning", or ""."""
    *before, last = _TO.split(clean(text))
    if not before or _VERB.match(last) or _APPOINTMENT.search(last):
        return ""
    return last.strip() if _names_a_time(last, now) else ""


def _names_a_time(text: str, now: datetime) -> bool:
    words = spelled(text)
    return bool(find_days(words, now) or [*find_parts(words)] or find_clock(words, asked=False))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(clean(text).casefold()))


def _has(words: str, key: str, texts: Phrases) -> bool:
    return any(f" {phrase} " in f" {words} " for phrase in _phrases(key, texts))


def _phrases(key: str, texts: Phrases) -> list[str]:
    return [phrase.strip() for phrase in texts.say(key).split("|")]
