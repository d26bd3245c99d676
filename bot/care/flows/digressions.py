"""Which parts of a message belong to the task under way, and which ask for something else."""

import re
from dataclasses import dataclass

from bot.care.flows.flow import Flow
from bot.care.subjects import LEANING, SMALL_TALK, is_sure
from bot.care.topic import TopicKind
from bot.care.turn import Context, Subject

_QUESTION = re.compile(
    r"^(?:(?:and|but|so|also|ok|okay|well|hi|hello|wait|um|oh|by the way|btw)[, ]+)*"
    r"(?:(?:what|when|where|who|why|how)(?:'?s)?|which|whose|do|does|did|can|could|will|would|"
    r"should|shall|is|are|was|were|am i|may i|have you|has|"
    r"(?:can|(?:is|are|was|do|does|did|could|would|should|has)n)'?t "
    r"(?:i|it|he|she|they|there|this|that|the))\b(?!'t| not| n't)",
    re.IGNORECASE,
)
# A statement turns away from a task only if it surely is about something else.
STATED = 0.6
# So short, a question mark is a doubt.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Split:
    """The message without its other questions, and the topics of those, in order."""

    said: str
    topics: tuple[str, ...]


def split(flow: Flow, context: Context) -> Split:
    """Part a message into what may answer the task and what asks for something else."""
    turn = context.turn
    if turn.pressed:
        return Split("", _pressed(context))
    said, topics = turn.text, list[str]()
    for subject in turn.subjects:
        words = subject.words or turn.text
        topic = _topic(subject, words, flow, context)
        if topic is not None:
            topics.append(topic)
        if topic is not None and not _answers_too(words, flow, context):
            said = said.replace(words, " ") if words in said else ""
    return Split(" ".join(said.split()), tuple(dict.fromkeys(topics)))


def asks(words: str) -> bool:
    """Tell whether words have the form of a question."""
    return "?" in words or _QUESTION.search(words.strip()) is not None


def _pressed(context: Context) -> tuple[str, ...]:
    """A button of an earlier reply leads where it says, whatever is open."""
    turn = context.turn
    if turn.picked or "do" in turn.told or not turn.subjects:
        return ()
    topic = turn.subjects[0].topic
    return () if topic in SMALL_TALK | LEANING else (topic,)


def _topic(subject: Subject, words: str, flow: Flow, context: Context) -> str | None:
    """Return the topic of a subject that is not about the task; None if it is."""
    if not is_sure(subject, context.turn) or subject.topic in SMALL_TALK:
        return None
    if subject.topic == flow.name:
        return None
    if asks(words):
        # "Eliquis?" answers with a doubt about the spelling; "is Eliquis a problem?" asks.
        if len(words.split()) <= _FEW and _answers_too(words, flow, context):
            return None
        return _leaning(context) if subject.topic in LEANING else subject.topic
    if subject.topic in LEANING or flow.reads(words, context):
        return None
    return subject.topic if _turns_away(subject, flow, context) else None


def _answers_too(words: str, flow: Flow, context: Context) -> bool:
    """ "I take aspirin, is that a problem?" answers and asks; "is aspirin a problem?" only asks."""
    return _QUESTION.search(words.strip()) is None and flow.reads(words, context)


def _leaning(context: Context) -> str | None:
    return context.memory.last_topic


def _turns_away(subject: Subject, flow: Flow, context: Context) -> bool:
    topic = context.topics.get(subject.topic)
    if topic is None or subject.confidence < STATED or subject.topic in flow.own_topics:
        return False
    return topic.kind not in (TopicKind.FAQ, TopicKind.CHAT) or topic.id in (
        "complaint",
        "bot_identity",
        "capabilities",
    )
