"""From Rasa's tracker to a plain turn, and from an outcome back to slots."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

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
    return Turn(
        text=text,
        subjects=_subjects(message),
        now=now,
        told=_told(message.get("entities") or ()),
        picked=_picked(message.get("entities") or ()),
        danger_denied=metadata.get("danger") == "denied",
        reaches_away=metadata.get("reaches_away") is True,
        reminding=reminding,
        zone=_zone(metadata.get("time_zone")),
        staff_online=metadata.get("staff_online") is True,
        can_mail=metadata.get("can_mail") is True,
        language=None if text.startswith("/") else languages.detect(text),
    )


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
