"""Which subjects a message raises, from the rankings of the whole and of its segments."""

from __future__ import annotations

import re
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
# What says nothing without the reply before it.
LEANING: Final = frozenset({"follow_up", "rephrase"})
BESIDE: Final = _AROUND | _ALONE
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
# Nothing of several steps is begun on half a guess.
TASKS: Final = frozenset(
    {"book", "candidate", "handoff", "privacy", "reminders", "reschedule", "treatment_record"}
)
_CONTACTS: Final = frozenset({"book", "handoff", "reschedule"})
_REASON: Final = re.compile(r"(?:^|, )(?:and )?(?:about|regarding|concerning|because of)\b", re.I)
SAFETY: Final = frozenset({"emergency", "self_harm"})
_ALTERNATIVES: Final = 3
_LIKELY: Final = 0.5


@dataclass(frozen=True)
class Limits:
    """Confidences from which something counts; chosen on tests/nlu and held-back examples."""

    question: float = 0.6
    statement: float = 0.7
    # Of the segment read alone, before the whole message is taken into account.
    unaided: float = 0.3
    # A question that is this clear by itself needs no help from the rest of the message.
    clear: float = 0.8
    enumerated: float = 0.8
    around: float = 0.3
    safety: float = 0.6
    # Of the whole message, beside a part that is that sure.
    safety_floor: float = 0.2
    # A chat topic of the whole gives way only to a part that is at least this sure.
    overrule: float = 0.9
    # What the whole message has to grant a subject; one that is surer than the others, by whether
    # it is asked or only told, stands by itself.
    support: float = 0.1
    alone_asked: float = 0.85
    alone_told: float = 0.98
    # A second guess of the whole message from which both are answered.
    divided: float = 0.35
    # How much the whole message has to say about a segment, and about the only subject.
    context: float = 0.7
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
        for segment in considered(segments, rankings)
        for candidate in _candidates(segment, whole, rankings, limits)
    ]
    sure = _distinct(candidate.subject for candidate in candidates if candidate.sure)
    if len(sure) > 1:
        return without_reasons(sure)
    # What is told before a question says what it is about; what follows it is a side story.
    tops = {segment.text: rankings[segment.text][0][0] for segment in segments}
    strange = next((words for words, topic in tops.items() if topic in _ALONE), "")
    single = _single(text, whole, candidates, limits, asks=asks, strange=strange)
    return [single, *_other_half(single, whole, limits)]


def considered(segments: Sequence[Segment], rankings: Mapping[str, Ranking]) -> list[Segment]:
    """The segments that may be subjects: beside a question, a statement seldom is one."""
    asks = any(segment.question for segment in segments)
    return [s for s in segments if s.question or not asks or rankings[s.text][0][0] in _STATED]


def without_reasons(subjects: Sequence[Subject]) -> list[Subject]:
    """Leave out what somebody wants to be called about; it is no question of its own."""
    wanted = any(subject.topic in _CONTACTS for subject in subjects)
    kept = [s for s in subjects if not (wanted and _REASON.search(s.text) and "?" not in s.text)]
    return kept or list(subjects)


def _endangered(
    text: str, segments: Sequence[Segment], rankings: Mapping[str, Ranking], limits: Limits
) -> Subject | None:
    """The safety topic that stands alone, if the whole or a segment of it is one."""
    whole = dict(rankings[text])
    for part in (text, *(segment.text for segment in segments)):
        topic, confidence = rankings[part][0]
        # "It went well" alone sounds like anything; the rest of the message has to allow for it.
        sure = confidence >= limits.safety and whole.get(topic, 0.0) >= limits.safety_floor
        if topic in SAFETY and (part == text or sure):
            return _subject(text, rankings[part])
    return None


@dataclass(frozen=True)
class _Candidate:
    """A possible subject: its ranking in the light of the whole, and whether it may be a second.

    `read` is the part of its words that was ranked.
    """

    read: str
    subject: Subject
    ranking: Ranking
    sure: bool


def _candidates(
    segment: Segment, whole: Ranking, rankings: Mapping[str, Ranking], limits: Limits
) -> list[_Candidate]:
    """What one segment may be about: one subject, or one each of what it enumerates."""
    enumerated = [
        _Candidate(part, _subject(part, rankings[part]), rankings[part], True)
        for part in segment.parts
    ]
    topics = {candidate.subject.topic for candidate in enumerated}
    if len(topics) == len(enumerated) > 1 and all(
        c.subject.topic not in BESIDE and c.subject.confidence >= limits.enumerated
        for c in enumerated
    ):
        return enumerated
    read = _telling_part(segment, rankings, limits)
    unaided = rankings[read]
    if _is_around(unaided):
        return []
    clear = segment.question and unaided[0][1] >= limits.clear
    ranking = _without(unaided, BESIDE) if clear else _in_context(unaided, whole, limits)
    topic, confidence = ranking[0]
    limit = limits.question if segment.question else limits.statement
    # A wish is as plain as a question.
    asked = segment.question or topic in TASKS
    alone = limits.alone_asked if asked else limits.alone_told
    supported = dict(whole).get(topic, 0.0) >= limits.support or confidence >= alone
    sure = supported and confidence >= limit and dict(unaided)[topic] >= limits.unaided
    return [_Candidate(read, _subject(segment.text, ranking), ranking, sure)]


def _telling_part(segment: Segment, rankings: Mapping[str, Ranking], limits: Limits) -> str:
    """The segment without "had it done friday," or "thanks," in front of its question."""
    if not segment.lead:
        return segment.text
    topic, confidence = rankings[segment.lead][0]
    return segment.rest if topic in BESIDE and confidence >= limits.around else segment.text


def _is_around(ranking: Ranking) -> bool:
    """Surely small talk; a follow-up may still become clear from the rest of the message."""
    topic, confidence = ranking[0]
    return topic in BESIDE - LEANING and confidence >= _LIKELY


def _in_context(segment: Ranking, whole: Ranking, limits: Limits) -> Ranking:
    """The segment's ranking, weighted by what the whole message makes likely."""
    expected = dict(_without(whole, BESIDE))
    return _without(
        [
            (topic, share * (expected.get(topic, 0.0) + limits.context_floor) ** limits.context)
            for topic, share in segment
        ],
        BESIDE,
    )


def _single(
    text: str,
    whole: Ranking,
    candidates: Sequence[_Candidate],
    limits: Limits,
    *,
    asks: bool,
    strange: str,
) -> Subject:
    """The only subject: the whole message and its surest part decide together.

    `strange` is the first segment that is about nothing of ours.
    """
    best = max(candidates, key=lambda candidate: candidate.subject.confidence, default=None)
    topic, confidence = whole[0]
    if best is None or best.read == text:
        return _subject(text, whole)
    overruled = asks and (confidence < _LIKELY or best.subject.confidence >= limits.overrule)
    if topic in BESIDE and not overruled:
        return _subject(text, whole)
    part = dict(best.ranking)
    aside = topic in _ALONE and text.find(strange) > text.find(best.subject.text)
    left_out = BESIDE if aside else _AROUND
    mixed = [
        (name, limits.whole_weight * share + (1 - limits.whole_weight) * part.get(name, 0.0))
        for name, share in _without(whole, left_out)
    ]
    return _subject(text, sorted(mixed, key=_descending))


def _other_half(single: Subject, whole: Ranking, limits: Limits) -> list[Subject]:
    """The other subject of a message that is divided between two: both are answered."""
    never = BESIDE | SAFETY | TASKS
    if single.topic in never:
        return []
    topic, share = next((pair for pair in whole if pair[0] != single.topic), ("", 0.0))
    if share < limits.divided or topic in never:
        return []
    others = [(name, p) for name, p in whole if name != topic]
    return [Subject(topic, share, single.text, tuple(others[:_ALTERNATIVES]))]


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
