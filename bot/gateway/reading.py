"""Turns what was typed into a plain message; a patient never reaches Rasa's commands."""

import json
import unicodedata
from collections.abc import Sequence

from bot.gateway.refusals import Code, Refusal
from bot.records.plain import StoredButton

# Rasa takes text after a slash as the name of an intent; these look like one.
SLASHES = frozenset("/\u2044\u2215\u29f8\uff0f")
KEPT_CONTROLS = frozenset("\n\t")
LINE_BREAKS = frozenset("\u2028\u2029\x85")
# Invisible, and able to change how the text around them is shown.
INVISIBLE = frozenset(
    "\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


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


def may_be_id(text: str) -> bool:
    """Tell whether `text` could be an id of ours; what is not, no database is asked for."""
    return text.isascii() and text.isprintable()


def _visible(character: str) -> str:
    if character in LINE_BREAKS:
        return "\n"
    if character in INVISIBLE:
        return ""
    # Cs: half of a surrogate pair, which no database stores.
    dropped = unicodedata.category(character) in {"Cc", "Cs"} and character not in KEPT_CONTROLS
    return "" if dropped else character


def _is_lead(character: str) -> bool:
    return character in SLASHES or character.isspace() or unicodedata.category(character) == "Cf"
