"""What is stored, a copy of it, and its deletion: how a wish is heard, and what is said to it.

The gateway hears plain wishes and buttons itself, so that they work whatever is down; the dialogue
hears the others. Words and phrases are data (clinics/texts/privacy.en.yml).
"""

import json
import re
from enum import StrEnum
from typing import Final

from bot.care.answer import SEND_DATA, Answer, Button
from bot.care.flows.commands import says
from bot.care.phrases import Phrases

TOPIC: Final = "privacy"
# A request that is still open keeps its chat longer, but only so many times as long.
OPEN_FACTOR: Final = 2
# A longer message says something of its own.
MOST_WORDS: Final = 16
# So many words may stand between "do you" and "delete".
_APART: Final = 4
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


class Wish(StrEnum):
    """What a patient wants of their data; also what a button says."""

    STORED = "stored"
    SEND = "send"
    DELETE = "delete"
    DELETE_CONFIRMED = "delete_confirmed"
    KEEP = "keep"

    @property
    def payload(self) -> str:
        """The payload of the button that says so."""
        return f"/{TOPIC}{json.dumps({'do': self.value})}"


def pressed_wish(payload: str) -> Wish | None:
    """Return the wish behind a pressed button, if it is one of these."""
    if payload == f"/{TOPIC}":
        return Wish.STORED
    return next((wish for wish in Wish if payload == wish.payload), None)


def plain_wish(text: str, texts: Phrases) -> Wish | None:
    """Return the wish of a message that can mean nothing else, word for word; else None."""
    words = _words(text)
    joined = " ".join(words)
    if not words or len(words) > MOST_WORDS:
        return None
    if _is_phrase(joined, "stored", texts):
        return Wish.STORED
    if not set(words) <= _all_known(texts):
        return None
    deletes, sends = _deletes(words, texts), _sends(joined, texts)
    if not deletes and not sends:
        return None
    if (deletes and sends) or _governed(joined, "delete", texts):
        return Wish.STORED
    return Wish.DELETE if deletes else Wish.SEND


def heard_wish(text: str, texts: Phrases) -> Wish:
    """Return the wish of a message that is about the patient's data anyhow.

    Of both a copy and the removal, or of neither, it is what is stored, which offers both.
    """
    plain = plain_wish(text, texts)
    if plain is not None:
        return plain
    joined = f" {' '.join(_words(text))} "
    deletes = _has_phrase(joined, "loosely_delete", texts)
    sends = _has_phrase(joined, "loosely_send", texts)
    if deletes and not sends and not _governed(joined, "loosely_delete", texts):
        return Wish.DELETE
    return Wish.SEND if sends and not deletes else Wish.STORED


def confirms(text: str, texts: Phrases) -> bool | None:
    """Return whether a typed answer to "Shall I delete this chat?" agrees; None if neither.

    The wish said once more agrees too.
    """
    joined = " ".join(_words(text))
    if _is_phrase(joined, "no", texts) or says(text, "no", texts):
        return False
    agrees = _is_phrase(joined, "yes", texts) or says(text, "yes", texts)
    return True if agrees or plain_wish(text, texts) is Wish.DELETE else None


def stored(clinic: str, days: int, texts: Phrases) -> Answer:
    """Say what is stored, where and how long, and offer a copy and the removal."""
    text = texts.say("privacy.stored", clinic=clinic, days=days, longest=OPEN_FACTOR * days)
    return Answer(text, TOPIC, buttons=_buttons(texts, Wish.SEND, Wish.DELETE))


def send(clinic: str, texts: Phrases) -> Answer:
    """Return the reply to "send me my data". Only the gateway can make its link."""
    text = texts.say("privacy.no_link", clinic=clinic)
    return Answer(text, TOPIC, buttons=_buttons(texts, Wish.DELETE), effect=SEND_DATA)


def sent(link: str, minutes: int, texts: Phrases) -> Answer:
    """Return the reply with the link."""
    text = texts.say("privacy.sent", link=link, minutes=minutes)
    return Answer(text, TOPIC, buttons=_buttons(texts, Wish.DELETE))


def confirm(clinic: str, texts: Phrases) -> Answer:
    """Ask whether to delete everything, once."""
    text = texts.say("privacy.confirm", clinic=clinic)
    return Answer(text, TOPIC, buttons=_buttons(texts, Wish.DELETE_CONFIRMED, Wish.KEEP))


def asks_to_confirm(answer: Answer) -> bool:
    """Tell whether an answer is the question before the deletion."""
    return any(button.payload == Wish.DELETE_CONFIRMED.payload for button in answer.buttons)


def answer_to(wish: Wish, clinic: str, days: int, texts: Phrases) -> Answer:
    """Return what is said to one of the wishes with which a patient begins."""
    match wish:
        case Wish.SEND:
            return send(clinic, texts)
        case Wish.DELETE:
            return confirm(clinic, texts)
        case _:
            return stored(clinic, days, texts)


def _buttons(texts: Phrases, *wishes: Wish) -> tuple[Button, ...]:
    return tuple(
        Button(texts.say(f"privacy.button.{wish}"), wish.payload, TOPIC) for wish in wishes
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def _listed(key: str, texts: Phrases) -> frozenset[str]:
    return frozenset(texts.say(f"privacy.heard.{key}").split())


def _phrases(key: str, texts: Phrases) -> list[str]:
    return [phrase.strip() for phrase in texts.say(f"privacy.heard.{key}").split("|")]


def _all_known(texts: Phrases) -> frozenset[str]:
    keys = ("delete", "send", "see", "chat", "data", "pronoun", "filler")
    return frozenset().union(*(_listed(key, texts) for key in keys))


def _deletes(words: list[str], texts: Phrases) -> bool:
    """ "Delete everything", "forget me"; not "forget it", which only stops a task."""
    verbs = _listed("delete", texts) & set(words)
    what = (_listed("chat", texts) | _listed("data", texts)) & set(words)
    return bool(verbs and what) or "forget me" in " ".join(words)


def _sends(joined: str, texts: Phrases) -> bool:
    """ "Send me my data", "a copy of this chat"; not "send me information", "have a chat"."""
    words = set(joined.split())
    chat, data = _listed("chat", texts), _listed("data", texts)
    own = rf"\bmy (?:\w+ ){{0,2}}(?:{'|'.join(sorted(chat | data))})\b|\b(?:about|on) me\b"
    mine = re.search(own, joined) is not None and bool(words & (chat | data))
    if words & _listed("send", texts):
        return mine or bool(words & chat)
    return mine and bool(words & _listed("see", texts))


def _is_phrase(joined: str, key: str, texts: Phrases) -> bool:
    return joined in _phrases(key, texts)


def _has_phrase(joined: str, key: str, texts: Phrases) -> bool:
    return any(f" {phrase} " in joined for phrase in _phrases(key, texts))


def _governed(joined: str, key: str, texts: Phrases) -> bool:
    """Tell whether it only asks about a deletion, or is against it: "when do you delete it"."""
    verbs = _phrases(key, texts) if key.startswith("loosely") else sorted(_listed(key, texts))
    before = "|".join(re.escape(phrase) for phrase in _phrases("policy", texts))
    after = "|".join(re.escape(verb) for verb in verbs)
    pattern = rf"\b(?:{before})\b(?: [\w']+){{0,{_APART}}}? (?:{after})\b"
    return re.search(pattern, joined) is not None
