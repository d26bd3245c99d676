"""One turn of the conversation: message and memory in, answers and new memory out.

Pure: the model's reading of the message comes in as plain data, effects go out as plain data.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.care import handing_over, plan_mail, privacy, replies, suitability
from bot.care.aftercare import overview, timed_answer
from bot.care.answer import SEND_PLAN, Answer, Urgency
from bot.care.asking_back import (
    KEEPING_THE_DAY,
    ask_unclear_day,
    ask_which_subject,
    awaited_by,
    with_kept_day,
)
from bot.care.flows import running
from bot.care.follow_ups import take_follow_up
from bot.care.instructed import beside_what_was_told
from bot.care.listening import day_of_subject, learn, read_turn_dates
from bot.care.memory import Memory
from bot.care.phrases import Phrases
from bot.care.protocol import Protocol
from bot.care.reminders import talking as reminders
from bot.care.reminders.wish import TOPIC as REMINDERS
from bot.care.screening.medicines import Medicines
from bot.care.subjects import asks_something, raises_safety, resolve
from bot.care.topic import Topic, TopicKind
from bot.care.turn import Context, Effect, Outcome, Turn
from bot.care.wording import day_in_words


def respond(
    turn: Turn,
    memory: Memory,
    *,
    protocol: Protocol,
    topics: Mapping[str, Topic],
    texts: Phrases,
    medicines: Medicines,
) -> Outcome:
    """Answer one message. Every message gets at least one answer."""
    dates = read_turn_dates(turn, memory)
    learned = replace(learn(turn, memory, dates), offered=())
    context = Context(turn, memory, learned, dates, protocol, topics, texts, medicines)
    context = replace(context, dates=with_kept_day(context))
    outcome = reminders.kept_up(_respond(context), context)
    answers = suitability.offered(outcome.answers, context)
    return replace(outcome, answers=_with_notice(handing_over.offered(answers, context), context))


def _respond(context: Context) -> Outcome:
    if not raises_safety(context.turn):
        outcome = _mail(context) or _task(context) or reminders.take_short(context)
        outcome = outcome or _other_language(context) or ask_unclear_day(context)
        outcome = outcome or take_follow_up(context, _answer)
        if outcome is not None:
            return outcome
    found = suitability.with_medicine(resolve(context), context)
    if not found:
        return ask_which_subject(context)
    started = running.start(found, context)
    if started is not None:
        return _with_task(started, context)
    answers = _confirming_last(_answer(topic, _focused(topic, context)) for topic in found)
    return Outcome(answers, _remember(found, answers, context), _effects(found, context))


def _effects(topics: Sequence[str], context: Context) -> tuple[Effect, ...]:
    return (*handing_over.wanted(topics, context), *reminders.effects(topics, context))


def _confirming_last(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Put the question before a deletion last, so that a yes answers it and nothing else."""
    return tuple(sorted(answers, key=privacy.asks_to_confirm))


def _mail(context: Context) -> Outcome | None:
    step = plan_mail.take(context)
    if step is None:
        return None
    outcome = _with_task(step, context)
    # Its question is the last one that was asked.
    return replace(outcome, memory=replace(outcome.memory, awaiting=step.memory.awaiting))


def _task(context: Context) -> Outcome | None:
    step = running.take(context)
    return _with_task(step, context) if step else None


def _with_task(step: running.Step, context: Context) -> Outcome:
    """Answer what else was asked first, then say what the task says."""
    if not step.topics:
        return Outcome(step.answers, step.memory, step.effects)
    aside = replace(context, memory=step.memory)
    answers = _confirming_last(_answer(topic, _focused(topic, aside)) for topic in step.topics)
    effects = (*step.effects, *_effects(step.topics, aside))
    # Before the chat is deleted nothing else is asked, so that a yes means one thing.
    asked = () if any(map(privacy.asks_to_confirm, answers)) else step.answers
    return Outcome((*answers, *asked), _remember(step.topics, answers, aside), effects)


def _other_language(context: Context) -> Outcome | None:
    """Point to people who speak it, if one is known to be spoken."""
    turn, memory = context.turn, context.memory
    if turn.language is None and (turn.also_in is None or asks_something(context)):
        return None
    return Outcome((_notice(context),), replace(memory, awaiting="callback"))


def _with_notice(answers: tuple[Answer, ...], context: Context) -> tuple[Answer, ...]:
    """Before what was asked in English, say that the rest of the message was not."""
    grave = any(one.urgency in (Urgency.URGENT, Urgency.EMERGENCY) for one in answers)
    if context.turn.also_in is None or grave or _notice(context) in answers:
        return answers
    return (replace(_notice(context), buttons=()), *answers)


def _notice(context: Context) -> Answer:
    language = context.turn.language or context.turn.also_in or ""
    return replies.other_language(language, context.protocol, context.texts)


def _answer(topic: str, context: Context) -> Answer:
    handler = _BY_TOPIC.get(topic) or _BY_KIND[context.topics[topic].kind]
    return handler(topic, context)


def _focused(topic: str, context: Context) -> Context:
    """Of several subjects each has its own day, if one stands beside it."""
    subjects = context.turn.subjects
    words = next((s.words for s in subjects if s.topic == topic), "")
    if len(subjects) < 2 or not words:
        return context
    return replace(context, dates=day_of_subject(words, context.turn, context.dates))


def _overview(topic: str, context: Context) -> Answer:
    return overview(context.case, context.protocol, context.texts)


def _timed(topic: str, context: Context) -> Answer:
    answer = timed_answer(topic, context.case, context.protocol, context.texts)
    return beside_what_was_told(answer, context.turn.text, context.texts)


def _fact(topic: str, context: Context) -> Answer:
    protocol, texts = context.protocol, context.texts
    symptom = context.topics[topic].kind is TopicKind.SYMPTOM
    found = replies.published(topic, protocol, texts, symptom=symptom)
    return found or replies.not_published(topic, protocol, texts, symptom=symptom)


def _chat(topic: str, context: Context) -> Answer:
    found = replies.published(topic, context.protocol, context.texts, symptom=False)
    return found or replies.chat(topic, context.protocol, context.texts)


def _safety(topic: str, context: Context) -> Answer:
    return replies.chat(topic, context.protocol, context.texts)


def _noted(topic: str, context: Context) -> Answer:
    """Confirm the treatment date, or ask for it."""
    memory, texts = context.memory, context.texts
    if memory.treated is None:
        return Answer(_ask_for_date(memory, texts), topic)
    today = context.now.day
    day = (today - memory.treated.day).days
    tense = "_today" if day == 0 else "_planned" if day < 0 else ""
    text = texts.say(
        f"treated.noted{tense}",
        treatment=texts.say(f"treatment.{memory.treatment_kind or 'unknown'}"),
        treated=day_in_words(memory.treated.day, today, texts),
        day=day,
    )
    buttons = plan_mail.offer(context)
    return Answer(
        text, topic, buttons=buttons, effect=SEND_PLAN if context.protocol.rules else None
    )


def _ask_for_date(memory: Memory, texts: Phrases) -> str:
    if memory.vein_kind is None:
        return texts.say("treated.ask")
    veins = texts.say(f"vein.{memory.vein_kind}").capitalize()
    return f"{texts.say('treated.noted_vein', veins=veins)} {texts.say('treated.ask')}"


def _data(topic: str, context: Context) -> Answer:
    """Tell what is stored, or begin what the patient wants done with it."""
    words = next((s.words for s in context.turn.subjects if s.topic == topic), "")
    wish = privacy.heard_wish(words or context.turn.text, context.texts)
    protocol = context.protocol
    return privacy.answer_to(wish, protocol.name, protocol.retention_days, context.texts)


Handler = Callable[[str, Context], Answer]

_BY_TOPIC: dict[str, Handler] = {
    "aftercare": _overview,
    "treatment_record": _noted,
    privacy.TOPIC: _data,
    "handoff": handing_over.told_to_wait,
    REMINDERS: reminders.answer,
}
_BY_KIND: dict[TopicKind, Handler] = {
    TopicKind.FAQ: _fact,
    TopicKind.SYMPTOM: _fact,
    TopicKind.AFTERCARE: _timed,
    TopicKind.FLOW: _chat,
    TopicKind.CHAT: _chat,
    TopicKind.SAFETY: _safety,
}


def _remember(topics: Sequence[str], answers: Sequence[Answer], context: Context) -> Memory:
    """Keep the topic a follow-up would lean on, and what was asked back."""
    memory = context.memory
    worth = [
        topic
        for topic in topics
        if context.topics[topic].kind is not TopicKind.CHAT and topic != "treatment_record"
    ]
    last = worth[-1] if worth else memory.last_topic
    awaiting = awaited_by(answers, context)
    waits = last is not None and awaiting in KEEPING_THE_DAY
    return replace(
        memory,
        last_topic=last,
        awaiting=awaiting,
        asked=_focused(last, context).dates.asked if last and waits else None,
        unplaced=0,
        reminders=reminders.remembered(topics, context),
    )
