"""What a patient wants of the reminders: how it is heard. Words and phrases are data."""

import json
import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final

from bot.care.answer import Button
from bot.care.flows.commands import is_phrase
from bot.care.phrases import Phrases

TOPIC: Final = "reminders"
# So many words may stand between "stop" and "the messages".
_APART: Final = 3
_WORD: Final = re.compile(r"[\w]+(?:['-]\w+)*")


class Wish(StrEnum):
    """What is wanted; also what a button says. WELL and WORRIED answer the check-in."""

    SET = "set"
    ALL = "all"
    STOP = "stop"
    WELL = "well"
    WORRIED = "worried"

    @property
    def payload(self) -> str:
        """The payload of the button that says so."""
        return f"/{TOPIC}{json.dumps({'do': f'remind-{self.value}'})}"


def button(wish: Wish, texts: Phrases) -> Button:
    """Return the button for a wish."""
    return Button(texts.say(f"reminders.button.{wish}"), wish.payload, TOPIC)


def pressed(told: str | None) -> Wish | None:
    """Return the wish that a button's `do` stands for, if it is one of these."""
    return next((wish for wish in Wish if told == f"remind-{wish.value}"), None)


def stops(text: str, languages: Collection[Phrases]) -> bool:
    """Tell whether a message is a stop word and nothing else, in any of the languages."""
    return any(_is_said(text, "reminders.heard.stop", texts) for texts in languages)


def wants_end(text: str, texts: Phrases) -> bool:
    """Tell whether a message about reminders wants them to end: "stop the daily messages"."""
    if stops(text, (texts,)):
        return True
    words = _words(text)
    ends, sendings = _listed("ends", texts), _listed("sendings", texts)
    apart = _listed("apart", texts)
    for place, word in enumerate(words):
        if word not in ends:
            continue
        after = words[place + 1 : place + 2 + _APART]
        near = next((n for n, one in enumerate(after) if one in sendings), None)
        if near is not None and not apart & set(after[:near]):
            return True
        # "Turn the reminders off", "mute them".
        if word == "off" and sendings & set(words[max(0, place - _APART) : place]):
            return True
    return False


def answers_check_in(text: str, texts: Phrases) -> Wish | None:
    """Return what a short answer to "How are you?" says, or None if it says something else."""
    for wish in (Wish.WORRIED, Wish.WELL):
        if is_phrase(text, f"reminders.heard.{wish}", texts):
            return wish
    return None


def named_topics(text: str, topics: Collection[str], texts: Phrases) -> tuple[str, ...]:
    """Return the topics that a wish names in words: "text me the day I can run"."""
    words = set(_words(text))
    return tuple(
        topic
        for topic in topics
        if f"reminders.about.{topic}" in texts
        and words & set(texts.say(f"reminders.about.{topic}").split())
    )


def names(what: str, text: str, texts: Phrases) -> bool:
    """Tell whether a message has one of the words listed below `reminders.heard.<what>`."""
    return bool(set(_words(text)) & _listed(what, texts))


def _is_said(text: str, key: str, texts: Phrases) -> bool:
    whole = " ".join(_words(text))
    return whole in {phrase.strip() for phrase in texts.say(key).split("|")}


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def _listed(key: str, texts: Phrases) -> frozenset[str]:
    return frozenset(texts.say(f"reminders.heard.{key}").split())
