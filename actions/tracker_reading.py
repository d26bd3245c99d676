"""From Rasa's tracker to a plain turn, and from an outcome back to slots."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.care.replies import SAFETY
from bot.care.turn import Reminding, Subject, Turn
from bot.language import LanguageDetector

TOLD = ("treated", "asked", "vein_kind", "do", "has")


def read_turn(
    message: Mapping[str, Any],
    now: datetime,
    languages: LanguageDetector,
    reminding: Reminding | None = None,
) -> Turn:
    """Read the latest message of a tracker; `now` is aware, in the clinic's zone."""
    text = str(message.get("text") or "")
    metadata = message.get("metadata") or {}
    typed = "" if text.startswith("/") else text
    others, subjects = languages.others(typed), _subjects(message)
    return Turn(
        text=text,
        subjects=tuple(_in_english(subjects, text, others)) if others else subjects,
        now=now,
        told=_told(message.get("entities") or ()),
        picked=_picked(message.get("entities") or ()),
        danger_denied=metadata.get("danger") == "denied",
        reaches_away=metadata.get("reaches_away") is True,
        reminding=reminding,
        zone=_zone(metadata.get("time_zone")),
        staff_online=metadata.get("staff_online") is True,
        can_mail=metadata.get("can_mail") is True,
        language=None if others else languages.detect(typed),
        also_in=next(iter(others.values()), None),
    )


def _in_english(
    subjects: Iterable[Subject], text: str, others: Collection[str]
) -> Iterator[Subject]:
    """Leave out what was heard in these sentences only, and their words; danger never is."""
    for subject in subjects:
        if subject.topic in SAFETY:
            yield subject
            continue
        words = subject.words or text
        for sentence in others:
            words = words.replace(sentence, " ")
        if any(map(str.isalnum, words)) and not any(words in sentence for sentence in others):
            yield replace(subject, words=" ".join(words.split()))


def _zone(name: object) -> tzinfo | None:
    """Return the patient's time zone; the gateway has checked its name."""
    return ZoneInfo(name) if isinstance(name, str) else None


def _subjects(message: Mapping[str, Any]) -> tuple[Subject, ...]:
    """Return what the pipeline heard; a pressed button has an intent only, and that is certain."""
    heard = message.get("subjects")
    if heard:
        return tuple(_subject(one) for one in heard)
    intent = message.get("intent") or {}
    name = intent.get("name")
    return (Subject(name, float(intent.get("confidence") or 0.0)),) if name else ()


def _subject(heard: Mapping[str, Any]) -> Subject:
    alternatives = tuple(
        (str(other["topic"]), float(other["confidence"])) for other in heard.get("alternatives", ())
    )
    return Subject(
        topic=str(heard["topic"]),
        confidence=float(heard["confidence"]),
        alternatives=alternatives,
        words=str(heard.get("text", "")),
    )


def _picked(entities: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    # Rasa makes one entity of each value of a list.
    return tuple(str(entity["value"]) for entity in entities if entity["entity"] == "picked")


def _told(entities: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {
        entity["entity"]: str(entity["value"]) for entity in entities if entity["entity"] in TOLD
    }
