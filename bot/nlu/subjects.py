"""Which subjects a message raises, from the rankings of the whole and of its segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.nlu.segments import Segment

# Topics with their confidence, the likeliest first.
Ranking = Sequence[tuple[str, float]]

# What people say around a question.
_AROUND: Final = frozenset(
    {
        "affirm",
        "deny",
        "follow_up",
        "goodbye",
        "greet",
        "rephrase",
        "thanks",
        "treatment_record",
        "unsure",
    }
)
# May be what the whole message is about, but never a second subject beside a real one.
_ALONE: Final = frozenset({"bot_identity", "capabilities", "complaint", "out_of_scope"})
_BESIDE: Final = _AROUND | _ALONE
# What people state rather than ask, and still want answered.
_STATED: Final = frozenset(
    {
        "book",
        "bruising",
        "handoff",
        "lump",
        "redness_itch",
        "reminders",
        "reschedule",
        "soreness",
        "staining",
        "swelling",
        "wound",
    }
)
_SAFETY: Final = frozenset({"emergency", "self_harm"})
_ALTERNATIVES: Final = 3
_LIKELY: Final = 0.5


@dataclass(frozen=True)
class Limits:
    """Confidences from which something counts; chosen on tests/nlu and held-back examples."""

    question: float = 0.5
    statement: float = 0.6
    # Of the segment read alone, before the whole message is taken into account.
    unaided: float = 0.35
    # A question that is this clear by itself needs no help from the rest of the message.
    clear: float = 0.6
    enumerated: float = 0.5
    around: float = 0.3
    safety: float = 0.6
    # Of the whole message, beside a part that is that sure.
    safety_floor: float = 0.03
    # A chat topic of the whole gives way only to a part that is at least this sure.
    overrule: float = 0.95
    # What the whole message has to grant a subject; above the second it stands by itself.
    support: float = 0.01
    alone: float = 0.9
    # How much the whole message has to say about a segment, and about the only subject.
    context: float = 0.5
    context_floor: float = 0.02
    whole_weight: float = 0.85


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
    limits: Limits = Limits(),
) -> list[Subject]:
    """The subjects of `text` in the order asked; `rankings` has one for every text involved."""
    whole = rankings[text]
    endangered = _endangered(text, segments, rankings, limits)
    if endangered is not None:
        return [endangered]
    asks = any(segment.question for segment in segments)
    candidates = [
        candidate
        for segment in segments
        if segment.question or not asks or rankings[segment.text][0][0] in _STATED
        for candidate in _candidates(segment, whole, rankings, limits)
    ]
    sure = _distinct(candidate.subject for candidate in candidates if candidate.sure)
    if len(sure) > 1:
        return sure
    return [_single(text, whole, candidates, limits, asks=asks)]


def _endangered(
    text: str, segments: Sequence[Segment], rankings: Mapping[str, Ranking], limits: Limits
) -> Subject | None:
    """The safety topic that stands alone, if the whole or a segment of it is one."""
    whole = dict(rankings[text])
    for part in (text, *(segment.text for segment in segments)):
        topic, confidence = rankings[part][0]
        # "It went well" alone sounds like anything; the rest of the message has to allow for it.
        sure = confidence >= limits.safety and whole.get(topic, 0.0) >= limits.safety_floor
        if topic in _SAFETY and (part == text or sure):
            return _subject(text, rankings[part])
    return None


@dataclass(frozen=True)
class _Candidate:
    """A possible subject: its ranking in the light of the whole, and whether it may be a second."""

    subject: Subject
    ranking: Ranking
    sure: bool


def _candidates(
    segment: Segment, whole: Ranking, rankings: Mapping[str, Ranking], limits: Limits
) -> list[_Candidate]:
    """What one segment may be about: one subject, or one each of what it enumerates."""
    enumerated = [
        _Candidate(_subject(part, rankings[part]), rankings[part], True) for part in segment.parts
    ]
    topics = {candidate.subject.topic for candidate in enumerated}
    if len(topics) == len(enumerated) > 1 and all(
        c.subject.topic not in _BESIDE and c.subject.confidence >= limits.enumerated
        for c in enumerated
    ):
        return enumerated
    unaided = rankings[_telling_part(segment, rankings, limits)]
    if _is_around(unaided):
        return []
    clear = segment.question and unaided[0][1] >= limits.clear
    ranking = _without(unaided, _BESIDE) if clear else _in_context(unaided, whole, limits)
    topic, confidence = ranking[0]
    limit = limits.question if segment.question else limits.statement
    supported = dict(whole).get(topic, 0.0) >= limits.support or confidence >= limits.alone
    sure = supported and confidence >= limit and dict(unaided)[topic] >= limits.unaided
    return [_Candidate(_subject(segment.text, ranking), ranking, sure)]


def _telling_part(segment: Segment, rankings: Mapping[str, Ranking], limits: Limits) -> str:
    """The segment without "had it done friday," or "thanks," in front of its question."""
    if not segment.lead:
        return segment.text
    topic, confidence = rankings[segment.lead][0]
    return segment.rest if topic in _BESIDE and confidence >= limits.around else segment.text


def _is_around(ranking: Ranking) -> bool:
    """Surely small talk; a follow-up may still become clear from the rest of the message."""
    topic, confidence = ranking[0]
    return topic in _BESIDE - {"follow_up", "rephrase"} and confidence >= _LIKELY


def _in_context(segment: Ranking, whole: Ranking, limits: Limits) -> Ranking:
    """The segment's ranking, weighted by what the whole message makes likely."""
    expected = dict(_without(whole, _BESIDE))
    return _without(
        [
            (topic, share * (expected.get(topic, 0.0) + limits.context_floor) ** limits.context)
            for topic, share in segment
        ],
        _BESIDE,
    )


def _single(
    text: str, whole: Ranking, candidates: Sequence[_Candidate], limits: Limits, *, asks: bool
) -> Subject:
    """The only subject: the whole message and its surest part decide together."""
    best = max(candidates, key=lambda candidate: candidate.subject.confidence, default=None)
    topic, confidence = whole[0]
    if best is None or best.subject.text == text:
        return _subject(text, whole)
    overruled = asks and (confidence < _LIKELY or best.subject.confidence >= limits.overrule)
    if topic in _BESIDE and not overruled:
        return _subject(text, whole)
    part = dict(best.ranking)
    mixed = [
        (name, limits.whole_weight * share + (1 - limits.whole_weight) * part.get(name, 0.0))
        for name, share in _without(whole, _AROUND)
    ]
    return _subject(text, sorted(mixed, key=_descending))


def _without(ranking: Ranking, topics: frozenset[str]) -> list[tuple[str, float]]:
    """`ranking` without some topics, in order, its shares adding up to 1 again."""
    kept = [(topic, share) for topic, share in ranking if topic not in topics]
    total = sum(share for _, share in kept) or 1.0
    return sorted(((topic, share / total) for topic, share in kept), key=_descending)


def _descending(pair: tuple[str, float]) -> float:
    return -pair[1]


def _subject(text: str, ranking: Ranking) -> Subject:
    topic, confidence = ranking[0]
    return Subject(topic, confidence, text, tuple(ranking[1 : _ALTERNATIVES + 1]))


def _distinct(subjects: Iterable[Subject]) -> list[Subject]:
    """One subject a topic, at its first mention's place and with its surest mention's words."""
    surest: dict[str, Subject] = {}
    for subject in subjects:
        known = surest.get(subject.topic)
        if known is None or subject.confidence > known.confidence:
            surest[subject.topic] = subject
    return list(surest.values())
