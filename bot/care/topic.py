"""The subjects a patient can raise, as plain data."""

from dataclasses import dataclass
from enum import StrEnum


class TopicKind(StrEnum):
    """How the answer to a topic is made."""

    FAQ = "faq"
    AFTERCARE = "aftercare"
    SYMPTOM = "symptom"
    FLOW = "flow"
    CHAT = "chat"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject: its id, how it is answered, and what it is about in one line."""

    id: str
    kind: TopicKind
    about: str


# A clinic's own practice: never answered from general knowledge (the design's rules of content).
NEVER_GENERAL = frozenset(
    {
        "cost",
        "insurance",
        "financing",
        "session_count",
        "session_spacing",
        "session_length",
        "missed_session",
        "solution",
        "who_performs",
        "treatable_areas",
        "photos",
        "contact",
        "preparation",
    }
)


def may_be_general(topic: Topic) -> bool:
    """Tell whether general.yml may answer this topic where a clinic is silent."""
    return topic.id not in NEVER_GENERAL and topic.kind in (TopicKind.FAQ, TopicKind.SYMPTOM)
