"""From Rasa's tracker to a plain turn, and from an outcome back to slots."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.care.turn import Subject, Turn
from bot.language import LanguageDetector

TOLD = ("treated", "asked", "vein_kind", "do")


def read_turn(message: Mapping[str, Any], now: datetime, languages: LanguageDetector) -> Turn:
    """Read the latest message of a tracker; `now` is aware, in the clinic's zone."""
    text = str(message.get("text") or "")
    metadata = message.get("metadata") or {}
    return Turn(
        text=text,
        subjects=_subjects(message),
        now=now,
        told=_told(message.get("entities") or ()),
        picked=_picked(message.get("entities") or ()),
        danger_denied=metadata.get("danger") == "denied",
        staff_online=metadata.get("staff_online") is True,
        language=None if text.startswith("/") else languages.detect(text),
    )


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
