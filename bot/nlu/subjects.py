"""Which subjects a message raises, from the rankings of the whole and of its segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Iterable, Mapping, Sequence

from bot.nlu.segments import Segment

# Topics with their confidence, the likeliest first.
Ranking = Sequence[tuple[str, float]]

# What people say around a question; never answered beside a real one.
BESIDE: Final = frozenset(
    "affirm bot_identity capabilities complaint deny follow_up goodbye greet out_of_scope rephrase"
    " thanks treatment_record unsure".split()
)
# What people state rather than ask, and still want answered.
STATED: Final = frozenset(
    "book bruising handoff lump redness_itch reminders reschedule soreness staining swelling"
    " wound".split()
)
SAFETY: Final = ("emergency", "self_harm")

_ALTERNATIVES: Final = 3


@dataclass(frozen=True)
class Thresholds:
    """Confidences from which a part of a message counts; measured by bench/nlu.py."""

    question: float = 0.25
    statement: float = 0.35
    enumerated: float = 0.35
    beside: float = 0.3
    safety: float = 0.5


@dataclass(frozen=True)
class Subject:
    """One thing the patient asks about, in the words in which it was asked."""

    topic: str
    confidence: float
    text: str
    alternatives: tuple[tuple[str, float], ...]


def select(
    text: str,
    segments: Sequence[Segment],
    rankings: Mapping[str, Ranking],
    limits: Thresholds = Thresholds(),
) -> list[Subject]:
    """The subjects of `text` in the order asked; `rankings` has one for every text involved."""
    endangered = _endangered(text, segments, rankings, limits)
    if endangered is not None:
        return [endangered]
    asks = any(segment.question for segment in segments)
    found = _distinct(
        subject
        for segment in segments
        for subject in _subjects_of(segment, rankings, limits, asks=asks)
    )
    if len(found) > 1:
        return found
    return [_single(text, found, rankings)]


def _endangered(
    text: str,
    segments: Sequence[Segment],
    rankings: Mapping[str, Ranking],
    limits: Thresholds,
) -> Subject | None:
    """The safety topic that stands alone, if the whole or a segment of it is one."""
    for part in (text, *(segment.text for segment in segments)):
        topic, confidence = rankings[part][0]
        if topic in SAFETY and (part == text or confidence >= limits.safety):
            return _subject(text, rankings[part])
    return None


def _subjects_of(
    segment: Segment, rankings: Mapping[str, Ranking], limits: Thresholds, *, asks: bool
) -> list[Subject]:
    """What one segment raises; `asks` tells whether anything in the message is a question."""
    enumerated = _enumerated(segment, rankings, limits)
    if enumerated:
        return enumerated
    ranking = rankings[_telling_part(segment, rankings, limits)]
    topic, confidence = ranking[0]
    counts = segment.question or not asks or topic in STATED
    limit = limits.question if segment.question else limits.statement
    if topic in BESIDE or not counts or confidence < limit:
        return []
    return [_subject(segment.text, ranking)]


def _enumerated(
    segment: Segment, rankings: Mapping[str, Ranking], limits: Thresholds
) -> list[Subject]:
    """One subject for each member of "run and swim", if every member is sure and different."""
    subjects = [_subject(part, rankings[part]) for part in segment.parts]
    sure = [
        subject
        for subject in subjects
        if subject.topic not in BESIDE and subject.confidence >= limits.enumerated
    ]
    several = len({subject.topic for subject in sure}) > 1
    return sure if several and len(sure) == len(subjects) else []


def _telling_part(segment: Segment, rankings: Mapping[str, Ranking], limits: Thresholds) -> str:
    """The segment without "had it done friday," or "thanks," in front of its question."""
    if not segment.lead:
        return segment.text
    topic, confidence = rankings[segment.lead][0]
    return segment.rest if topic in BESIDE and confidence >= limits.beside else segment.text


def _single(text: str, found: Sequence[Subject], rankings: Mapping[str, Ranking]) -> Subject:
    """The one subject: the whole message and the part that asks decide together."""
    if not found:
        return _subject(text, rankings[text])
    mixed = dict(rankings[text])
    only = found[0]
    for topic, confidence in ((only.topic, only.confidence), *only.alternatives):
        mixed[topic] = mixed.get(topic, 0.0) + confidence
    ranking = sorted(
        ((topic, total / 2) for topic, total in mixed.items() if topic not in BESIDE),
        key=lambda pair: -pair[1],
    )
    return _subject(text, ranking)


def _subject(text: str, ranking: Ranking) -> Subject:
    topic, confidence = ranking[0]
    return Subject(topic, confidence, text, tuple(ranking[1 : _ALTERNATIVES + 1]))


def _distinct(subjects: Iterable[Subject]) -> list[Subject]:
    """One subject a topic: the first mention's place, whichever mention is surer."""
    surest: dict[str, Subject] = {}
    for subject in subjects:
        known = surest.get(subject.topic)
        if known is None or subject.confidence > known.confidence:
            surest[subject.topic] = subject
    return list(surest.values())
