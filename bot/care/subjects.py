"""Which topics a message raises, from what the model heard and what was asked before."""

from dataclasses import replace

from bot.care.dates import read_dates
from bot.care.patient_words import read_vein_kind, tells_own_veins
from bot.care.replies import SAFETY
from bot.care.topic import TopicKind
from bot.care.turn import Context, Subject, Turn

# Below the first a guess is asked back; topics above the second are offered as choices.
CLARIFY_BELOW = 0.30
CHOICE_ABOVE = 0.08
# The pattern layer stands before the model. What only the model hears is acted on when it is this
# sure (measured: no ordinary message reaches it); below, danger is offered as one of the choices.
SAFETY_ABOVE = 0.9

# "And running?" leans on the last answer and names a subject: then the subject counts.
NAMED_ABOVE = 0.3
# "Do I need the stockings today?" sounds like preparing; after a treatment it is aftercare.
AFTER_ABOVE = 0.2

LEANING = frozenset({"follow_up", "rephrase"})
SMALL_TALK = frozenset({"affirm", "deny", "unsure", "thanks", "greet", "goodbye"})

# What a model may hear in "spider veins, last tuesday", which only answers a question.
_QUIET = SMALL_TALK | LEANING
_QUIET |= {"treatment_record", "spider_veins", "varicose_veins", "feeder_veins", "out_of_scope"}
_SHORT = 4  # words: "last tuesday i think" answers the question, whatever a model makes of it


def is_sure(subject: Subject, turn: Turn) -> bool:
    """Tell whether a subject is certain enough to be answered without asking back."""
    limit = SAFETY_ABOVE if subject.topic in SAFETY else CLARIFY_BELOW
    return turn.pressed or subject.confidence >= limit


def without_danger(subject: Subject) -> Subject:
    """Return the next best guess in place of a red flag."""
    if subject.topic not in SAFETY:
        return subject
    others = [(topic, p) for topic, p in subject.alternatives if topic not in SAFETY]
    topic, p = max(others, key=lambda other: other[1], default=("out_of_scope", 0.0))
    # What the red flag had is shared out among the others.
    return replace(subject, topic=topic, confidence=p / max(1e-6, 1 - subject.confidence))


def raises_safety(turn: Turn) -> bool:
    """Tell whether the message raises a red flag, which comes before everything else."""
    if turn.danger_denied:
        return False
    return any(subject.topic in SAFETY and is_sure(subject, turn) for subject in turn.subjects)


def asks_something(context: Context) -> bool:
    """Tell whether a message surely is about a subject that can be answered."""
    told = SMALL_TALK | LEANING | {"treatment_record", "out_of_scope"}
    return any(
        subject.topic not in told and is_sure(subject, context.turn)
        for subject in context.turn.subjects
    )


def resolve(context: Context) -> tuple[str, ...]:
    """Return the topics to answer, in order; empty if the message could not be placed."""
    subjects, last = context.turn.subjects, context.before.last_topic
    if context.turn.danger_denied:
        subjects = tuple(without_danger(subject) for subject in subjects)
    if context.before.awaiting == "callback" and subjects and subjects[0].topic == "affirm":
        return ("book",)
    if last and not raises_safety(context.turn) and fills_what_was_asked(context):
        return (last,)
    if not raises_safety(context.turn) and _volunteers_veins(context):
        return (last if last and _is_aftercare(last, context) else "treatment_record",)
    found: list[str] = []
    for subject in subjects:
        if len(subjects) > 1 and _only_tells_the_date(subject, context):
            continue
        topic = _meant(subject, last, context)
        known = topic in context.topics and topic not in found
        if known and is_sure(subject, context.turn):
            found.append(topic)
    return tuple(found)


def _meant(subject: Subject, last: str | None, context: Context) -> str:
    """Return the topic of a subject; a follow-up's is the last one, unless it names its own."""
    if subject.topic == "preparation":
        return _before_or_after(subject, context)
    if subject.topic == "treatment_record":
        return _told_or_asked(subject, context)
    if subject.topic not in LEANING:
        return subject.topic
    if last is None:
        return _without_last(subject)
    others = (topic for topic, p in subject.alternatives if p >= NAMED_ABOVE)
    return next((topic for topic in others if topic not in LEANING), last)


def _without_last(subject: Subject) -> str:
    """What sounds like a follow-up, but follows nothing, is the next best guess if that is sure."""
    around = LEANING | SMALL_TALK
    others = [(topic, p) for topic, p in subject.alternatives if topic not in around]
    topic, p = max(others, key=lambda other: other[1], default=("capabilities", 0.0))
    return topic if p >= CLARIFY_BELOW * (1 - subject.confidence) else "capabilities"


def _before_or_after(subject: Subject, context: Context) -> str:
    """Somebody who was treated already and may mean aftercare does mean it."""
    treated = context.memory.treated
    if treated is None or treated.day > context.now.day:
        return subject.topic
    after = (
        topic
        for topic, p in subject.alternatives
        if p >= AFTER_ABOVE and _is_aftercare(topic, context)
    )
    return next(after, subject.topic)


def _told_or_asked(subject: Subject, context: Context) -> str:
    """ "Laser was 3 days ago, is leg day friday ok?" tells one day, and asks about another."""
    if context.turn.pressed or context.dates.treated is None or context.dates.asked is None:
        return subject.topic
    asked = [(topic, p) for topic, p in subject.alternatives if _is_aftercare(topic, context)]
    topic, p = max(asked, key=lambda other: other[1], default=("", 0.0))
    return topic if topic and p >= CLARIFY_BELOW * (1 - subject.confidence) else subject.topic


def _only_tells_the_date(subject: Subject, context: Context) -> bool:
    """ "My session is on Friday, ..." beside a question is no wish to move the session."""
    if subject.topic not in ("reschedule", "book") or "?" in subject.words:
        return False
    return read_dates(subject.words, context.turn.now).treated is not None


def fills_what_was_asked(context: Context) -> bool:
    """Tell whether the message is the date or kind of vein asked for, and raises nothing new."""
    turn = context.turn
    if not _was_given(context):
        return False
    if turn.pressed or len(turn.text.split()) <= _SHORT:
        return True
    return all(s.topic in _QUIET or not is_sure(s, turn) for s in turn.subjects)


def _volunteers_veins(context: Context) -> bool:
    """Tell whether the kind of vein is told unasked, once the day of the treatment is known.

    "They were spider veins" sounds like the question what spider veins are.
    """
    treated = not context.turn.pressed and context.before.treated is not None
    return treated and tells_own_veins(context.turn.text)


def _is_aftercare(topic: str, context: Context) -> bool:
    return topic in context.topics and context.topics[topic].kind is TopicKind.AFTERCARE


def _was_given(context: Context) -> bool:
    told = context.turn.told
    match context.before.awaiting:
        case "treatment_date":
            return context.dates.treated is not None
        case "asked_date":
            return context.dates.asked is not None
        case "vein_kind":
            return "vein_kind" in told or read_vein_kind(context.turn.text) is not None
        case _:
            return False
