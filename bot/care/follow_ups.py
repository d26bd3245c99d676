"""Short messages that lean on what was said before: why, what do you mean, yes, no, the second."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot.care import replies
from bot.care.aftercare import judged
from bot.care.answer import Answer, State
from bot.care.flows.commands import is_phrase, read_yes_no
from bot.care.memory import Memory
from bot.care.protocol import Protocol, Said
from bot.care.subjects import LEANING
from bot.care.topic import NEVER_GENERAL, TopicKind
from bot.care.turn import Context, Outcome
from bot.care.wording import day_in_words, plan_in_words

# Answers a topic as a question of its own would be.
Answering = Callable[[str, Context], Answer]

CHOICES: Final = ("first", "second", "third")
_SENTENCE_END: Final = re.compile(r"(?<=[.?]) (?=[A-Z])")
# A first sentence shorter than this says too little alone.
_FEW_WORDS: Final = 5


def take_follow_up(context: Context, answering: Answering) -> Outcome | None:
    """Answer a message that says nothing without the one before it; None if it is another one."""
    if context.turn.pressed:
        return None
    last = context.before.last_topic
    return (
        _chosen(context, answering)
        or _yes_or_no(context, answering)
        or (_why(last, context) if last else None)
        or (_in_other_words(last, context, answering) if last else None)
        or (_once_more(last, context, answering) if last else None)
    )


def _chosen(context: Context, answering: Answering) -> Outcome | None:
    """Take "the second one", "both", "yes" or "no" as the answer to the subjects offered."""
    offered = tuple(topic for topic in context.before.offered if topic in context.topics)
    if not offered:
        return None
    found = _choice(offered, context)
    if found is None:
        return None
    memory = replace(context.memory, awaiting=None)
    if not found:
        lost = replies.give_up(context.texts, again=True)
        return Outcome((lost,), replace(memory, awaiting="callback"))
    answers = tuple(answering(topic, context) for topic in found)
    return Outcome(answers, replace(memory, last_topic=found[-1], unplaced=0))


def _choice(offered: tuple[str, ...], context: Context) -> tuple[str, ...] | None:
    """The subjects meant; empty if it is none of them, None if the message does not choose."""
    text, texts = context.turn.text, context.texts
    if is_phrase(text, "lean.phrases.both", texts):
        return offered
    for place, name in enumerate(CHOICES[: len(offered)]):
        if is_phrase(text, f"lean.phrases.{name}", texts):
            return (offered[place],)
    agreed = read_yes_no(context)
    if agreed is False or is_phrase(text, "lean.phrases.neither", texts):
        return ()
    if agreed:
        # Whoever says yes where danger is one of the choices may mean the danger.
        return tuple(topic for topic in offered if topic in replies.SAFETY) or offered[:1]
    return None


def _yes_or_no(context: Context, answering: Answering) -> Outcome | None:
    """Take a bare yes, no or "not sure" as the answer to the last question."""
    before, texts = context.before, context.texts
    first = context.turn.subjects[0].topic if context.turn.subjects else ""
    unsure = first == "unsure"
    agreed = None if unsure else read_yes_no(context)
    match before.awaiting, agreed:
        case "treatment_date", True:
            return Outcome((Answer(texts.say("treated.ask"), "treatment_record"),), context.memory)
        case "treatment_date", None if unsure:
            return _ended(Answer(texts.say("lean.without_day"), "unsure"), context)
        case "vein_kind", True if before.last_topic:
            again = answering(before.last_topic, context)
            return Outcome((replace(again, text=texts.say("lean.which_one")),), context.memory)
        case "vein_kind", None if unsure:
            return _ended(Answer(texts.say("lean.longer"), "unsure"), context)
        case "anything_else", False:
            return _ended(Answer(texts.say("lean.anything_else"), "deny"), context)
    return None


def _ended(answer: Answer, context: Context) -> Outcome:
    return Outcome((answer,), replace(context.memory, awaiting=None))


def _why(last: str, context: Context) -> Outcome | None:
    """Give the reason for the last answer, or say that there is none to give."""
    if not _asks_why(last, context):
        return None
    protocol, texts = context.protocol, context.texts
    reason = protocol.reasons.get(last)
    button = replies.callback_button(texts)
    if reason is not None:
        answer = Answer(reason.text, last, sources=reason.sources)
    elif last in protocol.general and last not in protocol.answers:
        text = texts.say("lean.general_reason")
        answer = Answer(text, last, known=False, general=True, buttons=(button,))
    else:
        text = texts.say("lean.no_reason", clinic=protocol.name)
        answer = Answer(text, last, known=False, buttons=(button,))
    return Outcome((answer,), _kept(context))


def _asks_why(last: str, context: Context) -> bool:
    """Tell whether a message asks for a reason: a bare "why", or a question on the last topic."""
    turn, texts = context.turn, context.texts
    if is_phrase(turn.text, "lean.phrases.why", texts):
        return True
    begins = tuple(f"{one.strip()} " for one in texts.say("lean.phrases.asks_why").split("|"))
    if len(turn.subjects) != 1 or not turn.text.lower().startswith(begins):
        return False
    heard = turn.subjects[0].topic
    # "Why do I get them?" is what the answer on causes is about; "why no sauna?" asks for more.
    practical = last in NEVER_GENERAL or context.topics[last].kind is TopicKind.AFTERCARE
    return heard in LEANING or (heard == last and (practical or last in context.protocol.reasons))


def _in_other_words(last: str, context: Context, answering: Answering) -> Outcome | None:
    """Say the last answer in the shortest form; asked once more, offer a person."""
    subjects, texts = context.turn.subjects, context.texts
    if not subjects or subjects[0].topic != "rephrase" or len(subjects) > 1:
        return None
    if context.before.awaiting == "rephrased":
        button = replies.callback_button(texts)
        answer = Answer(texts.say("lean.no_simpler"), last, buttons=(button,))
        return Outcome((answer,), replace(_kept(context), awaiting="callback"))
    kept = _kept(context)
    memory = replace(kept, awaiting=kept.awaiting or "rephrased")
    return Outcome((_shortly(last, context, answering),), memory)


def _once_more(last: str, context: Context, answering: Answering) -> Outcome | None:
    """ "What is it?" names nothing but what was spoken of, whatever the model hears in it."""
    keys = ["what", *(["worry"] if context.topics[last].kind is TopicKind.SYMPTOM else [])]
    said, texts = context.turn.text, context.texts
    if not any(is_phrase(said, f"lean.phrases.{key}", texts) for key in keys):
        return None
    return Outcome((answering(last, context),), _kept(context))


def _kept(context: Context) -> Memory:
    """The memory after an answer that leaves everything open as it was."""
    return replace(context.memory, unplaced=0)


def _shortly(topic: str, context: Context, answering: Answering) -> Answer:
    protocol, texts = context.protocol, context.texts
    short = replace(context, protocol=_shortened(protocol, topic))
    answer = answering(topic, short)
    if topic == "aftercare":
        return replace(answer, text=texts.say("lean.one_thing"))
    if answer.verdict is not None:
        return replace(answer, text=_verdict_shortly(topic, context))
    if topic in protocol.answers or topic in protocol.general:
        return replace(answer, text=texts.say("lean.in_short", text=answer.text))
    if not answer.known:
        return replace(answer, text=texts.say("short.unknown", clinic=protocol.name))
    return replace(answer, text=texts.say("lean.in_short", text=_first_sentence(answer.text)))


def _verdict_shortly(topic: str, context: Context) -> str:
    """The verdict alone, without what it follows from."""
    judgement = judged(topic, context.case, context.protocol)
    verdict, rule, texts = judgement.verdict, judgement.rule, context.texts
    state, clinic = verdict.state, context.protocol.name
    if rule is None:
        return texts.say("short.no_rule", clinic=clinic)
    if state is State.ASK or judgement.supposed:
        key = "ask_vein" if judgement.needs == "vein_kind" else "ask"
        return texts.say(f"short.{key}", length=plan_in_words(rule, texts))
    if not rule.phases:
        return texts.say("short.ok_allowed", clinic=clinic)
    if verdict.until is None:
        key = f"{state}_open" if state in (State.AVOID, State.KEEP) else str(state)
        return texts.say(f"short.{key}")
    instruction = state is State.CAUTION and rule.kind == "instruction"
    until = day_in_words(verdict.until, context.now.day, texts)
    return texts.say(f"short.{'caution_keep' if instruction else state}", until=until)


def _shortened(protocol: Protocol, topic: str) -> Protocol:
    """The protocol with what it says on a topic cut to its first sentence."""

    def cut(found: Said) -> Said:
        return replace(found, text=_first_sentence(found.text))

    answers, general = dict(protocol.answers), dict(protocol.general)
    for said in (answers, general):
        if topic in said:
            said[topic] = cut(said[topic])
    return replace(protocol, answers=answers, general=general)


def _first_sentence(text: str) -> str:
    """The first sentence; with the second, if the first is only a few words."""
    first, *others = _SENTENCE_END.split(text)
    few = others and len(first.split()) < _FEW_WORDS
    return f"{first} {others[0]}" if few else first
