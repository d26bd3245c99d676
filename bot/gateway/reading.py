"""Turns what was typed into a plain message; a patient never reaches Rasa's commands."""

import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from bot.gateway.refusals import Code, Refusal
from bot.records.plain import StoredButton

# Rasa takes text after a slash as the name of an intent; these look like one.
SLASHES = frozenset("/\u2044\u2215\u29f8\uff0f")
KEPT_CONTROLS = frozenset("\n\t")
LINE_BREAKS = frozenset("\u2028\u2029\x85")
# Invisible, and able to change how the text around them is shown.
INVISIBLE = frozenset(
    "\u061c\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufff9\ufffa\ufffb"
)
# Letters of no script that nobody sees; flags of regions lose their region with them.
TAGS = range(0xE0000, 0xE0080)
MOST_MESSAGES = 2**31 - 1  # the largest number that PostgreSQL takes as an integer
MOST_DIGITS = 10


def read_text(raw: str, limit: int) -> str:
    """Return `raw` in NFC without control characters and leading slashes.

    Raises Refusal when nothing is left, or more than `limit` characters.
    """
    normal = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(_visible(character) for character in normal)
    start = next((i for i, character in enumerate(visible) if not _is_lead(character)), None)
    if start is None:
        raise Refusal(Code.EMPTY_TEXT)
    text = visible[start:].rstrip()
    if len(text) > limit:
        raise Refusal(Code.TEXT_TOO_LONG, limit=limit)
    return text


def read_press(offered: Sequence[StoredButton], count: int) -> tuple[str, str]:
    """Return what the transcript shows of a press and what the brain gets.

    One button, or the checked options of one reply. Raises Refusal when one of the `count` ids was
    never offered, or when they do not belong together.
    """
    options = [one for one in offered if not one.payload.startswith("/")]
    if len(offered) != count or len({one.seq for one in offered}) != 1:
        raise Refusal(Code.UNKNOWN_BUTTON)
    if options and len(options) == count:
        picked = json.dumps({"picked": [one.payload for one in options]})
        return "; ".join(one.title for one in options), f"/affirm{picked}"
    if count > 1:
        raise Refusal(Code.UNKNOWN_BUTTON)
    return offered[0].title, offered[0].payload


def read_number(header: str | None) -> int | None:
    """Return the number of a message as a header names it, or None where it names none."""
    if header is None or not (header.isascii() and header.isdecimal()):
        return None
    # Python refuses to read thousands of digits, and no message has such a number.
    return MOST_MESSAGES if len(header) > MOST_DIGITS else min(int(header), MOST_MESSAGES)


def may_be_id(text: str) -> bool:
    """Tell whether `text` could be an id of ours; what is not, no database is asked for."""
    return text.isascii() and text.isprintable()


def known_zone(name: str | None) -> str | None:
    """Return the name of a time zone if it is one; browsers have names that we may not."""
    return name if name in _zones() else None


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _visible(character: str) -> str:
    if character in LINE_BREAKS:
        return "\n"
    if character in INVISIBLE or ord(character) in TAGS:
        return ""
    # Cs: half of a surrogate pair, which no database stores.
    dropped = unicodedata.category(character) in {"Cc", "Cs"} and character not in KEPT_CONTROLS
    return "" if dropped else character


def _is_lead(character: str) -> bool:
    return character in SLASHES or character.isspace() or unicodedata.category(character) == "Cf"
