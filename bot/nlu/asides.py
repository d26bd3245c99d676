"""Side stories: which parts of a message only go with a question, and the message without them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.nlu.segments import Segment
from bot.nlu.subjects import Ranking

# A part that is this surely about something of ours is no side story, whatever it sounds like.
_OURS: Final = 0.6


def doubtful(segments: Sequence[Segment], rankings: Mapping[str, Ranking]) -> list[str]:
    """The texts of the segments that may be side stories; a message of one segment is none."""
    if len(segments) < 2:
        return []
    return [s.text for s in segments if "?" not in s.text and not _is_ours(s, rankings)]


def without_asides(
    segments: Sequence[Segment], stories: Collection[str], rankings: Mapping[str, Ranking]
) -> list[Segment]:
    """The segments whose texts are not `stories`; all of them where nothing clear would be left."""
    kept = [segment for segment in segments if segment.text not in stories]
    clear = any(segment.question or rankings[segment.text][0][1] >= _OURS for segment in kept)
    return kept if clear else list(segments)


def joined(segments: Sequence[Segment]) -> str:
    """The message that consists of these segments."""
    texts = (s.text if s.text.endswith((".", "?", "!")) else f"{s.text}." for s in segments[:-1])
    return " ".join([*texts, segments[-1].text])


def _is_ours(segment: Segment, rankings: Mapping[str, Ranking]) -> bool:
    topic, confidence = rankings[segment.text][0]
    return topic != "out_of_scope" and confidence >= _OURS
