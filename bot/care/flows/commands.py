"""What a patient says to a task itself: stop, go on, back, why; and yes, no. Phrases are data."""

import re
from typing import Final, Literal, get_args

from bot.care.phrases import Phrases
from bot.care.turn import Context

Command = Literal["stop", "go_on", "back", "why", "explain", "skip", "start_over"]
GO_ON: Final = '/affirm{"do": "go_on"}'
COMMANDS: tuple[Command, ...] = get_args(Command)
# A longer message says something of its own.
MOST_WORDS = 8
# A model that hears yes or no is believed from here on.
SURE = 0.5
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


def read_command(context: Context) -> Command | None:
    """Return the command in a short message or behind a button, if it is one."""
    turn = context.turn
    if turn.pressed:
        return next((one for one in COMMANDS if one == turn.told.get("do")), None)
    return next((one for one in COMMANDS if says(turn.text, one, context.texts)), None)


def read_yes_no(context: Context) -> bool | None:
    """Return whether the message says yes or no, None if neither."""
    turn = context.turn
    first = turn.subjects[0] if turn.subjects else None
    if turn.pressed:
        heard = first.topic if first else ""
        return {"affirm": True, "deny": False}.get(heard)
    for answer, value in (("yes", True), ("no", False)):
        if says(turn.text, answer, context.texts):
            return value
    if first is None or first.confidence < SURE:
        return None
    return {"affirm": True, "deny": False}.get(first.topic)


def says(text: str, what: str, texts: Phrases) -> bool:
    """Tell whether a short text is one of the phrases for something, courtesies aside."""
    return is_phrase(text, f"flow.phrases.{what}", texts)


def is_phrase(text: str, key: str, texts: Phrases) -> bool:
    """Tell whether a short text is one of the phrases that stand under a key, parted by "|"."""
    words = _WORD.findall(text.lower().replace("\u2019", "'"))
    if not words or len(words) > MOST_WORDS:
        return False
    courtesies = set(texts.say("flow.courtesies").split())
    bare = " ".join(word for word in words if word not in courtesies)
    whole = " ".join(words)
    phrases = [phrase.strip() for phrase in texts.say(key).split("|")]
    return any(phrase in (bare, whole) for phrase in phrases)
