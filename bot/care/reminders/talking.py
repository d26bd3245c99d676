"""Reminders in the conversation: asked for, offered once, moved with the treatment day, ended."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.care import plan_mail, replies
from bot.care.answer import SEND_PLAN, Answer, Input
from bot.care.memory import Reminded
from bot.care.moments import Moment
from bot.care.plan import courses
from bot.care.privacy import OPEN_FACTOR
from bot.care.reminders.timetable import Occasion, occasions, to_come
from bot.care.reminders.wish import (
    TOPIC,
    Wish,
    answers_check_in,
    button,
    named_topics,
    names,
    pressed,
    stops,
    wants_end,
)
from bot.care.reminders.wording import days_in_words
from bot.care.topic import TopicKind
from bot.care.turn import Context, Effect, Outcome, RemindersSet, RemindersStopped
from bot.care.wording import clock_in_words, day_in_words


def take_short(context: Context) -> Outcome | None:
    """Take a bare stop word, or a short answer to the check-in; None if it is another message."""
    reminding, turn = context.turn.reminding, context.turn
    if reminding is None or turn.pressed:
        return None
    if reminding.on and stops(turn.text, (context.texts,)):
        return _outcome(Wish.STOP, context)
    if reminding.checked_in:
        wish = answers_check_in(turn.text, context.texts)
        return _outcome(wish, context) if wish else None
    return None


def answer(_topic: str, context: Context) -> Answer:
    """Answer a wish for reminders, or for their end."""
    return _answer(_wish(context), context)


def effects(topics: Iterable[str], context: Context) -> tuple[Effect, ...]:
    """Return what a wish leads to in the records; none where no reminder can be set."""
    return _effects(_wish(context), context) if TOPIC in topics else ()


def remembered(topics: Iterable[str], context: Context) -> Reminded | None:
    """Return how far reminders were spoken of after these topics were answered."""
    if TOPIC not in topics:
        return context.memory.reminders
    wish = _wish(context)
    if wish not in (Wish.SET, Wish.ALL):
        return context.memory.reminders
    wanted = _wanted(wish, context)
    if _no_day(wanted, context) is None:
        return Reminded("set", wanted)
    asked = context.memory.treated is None
    return Reminded("wanted", wanted) if asked else context.memory.reminders


def kept_up(outcome: Outcome, context: Context) -> Outcome:
    """Move the reminders when the treatment changed, and offer them once when it is told."""
    before, after = context.before, outcome.memory
    changed = (before.treated, before.vein_kind) != (after.treated, after.vein_kind)
    if not changed or after.treated is None or not outcome.answers:
        return outcome
    reminding = context.turn.reminding
    if reminding is not None and reminding.on:
        return _moved(outcome, reminding.topics, context)
    if before.reminders is not None and before.reminders.state == "wanted":
        return _taken_up(outcome, before.reminders.topics, context)
    return _offered(outcome, context)


def _taken_up(outcome: Outcome, topics: tuple[str, ...] | None, context: Context) -> Outcome:
    """Carry out the wish that had to wait for the day of the treatment."""
    if any(answer.topic == TOPIC for answer in outcome.answers):
        return outcome
    answer = _no_day(topics, context) or _set(topics, context)
    ahead = _ahead(topics, context)
    memory = replace(outcome.memory, reminders=Reminded("set", topics) if ahead else None)
    effects = (*outcome.effects, *((RemindersSet(topics, ahead),) if ahead else ()))
    # The plan is linked once, by the last of the answers.
    others = tuple(replace(one, effect=None) for one in outcome.answers)
    return replace(outcome, answers=(*others, answer), memory=memory, effects=effects)


def _moved(outcome: Outcome, topics: tuple[str, ...] | None, context: Context) -> Outcome:
    if any(isinstance(one, RemindersSet | RemindersStopped) for one in outcome.effects):
        return outcome
    moved = RemindersSet(topics, _ahead(topics, context))
    *first, last = outcome.answers
    last = replace(last, text=f"{last.text} {context.texts.say('reminders.moved')}")
    return replace(outcome, answers=(*first, last), effects=(*outcome.effects, moved))


def _offered(outcome: Outcome, context: Context) -> Outcome:
    """Put the offer below the last reply, where reminders can reach somebody who is away."""
    offered = outcome.memory.reminders is not None or not context.turn.reaches_away
    busy = outcome.memory.tasks.active is not None
    *first, last = outcome.answers
    # A button that answers a question is not put beside one that offers something else.
    asks = last.choices or any(one.topic != TOPIC for one in last.buttons)
    if offered or busy or asks or not _ahead(None, context):
        return outcome
    offer = replace(button(Wish.ALL, context.texts), title=_offer(context))
    last = replace(last, buttons=(offer, *last.buttons))
    memory = replace(outcome.memory, reminders=Reminded("offered"))
    return replace(outcome, answers=(*first, last), memory=memory)


def _offer(context: Context) -> str:
    return context.texts.say("reminders.offer")


def _outcome(wish: Wish, context: Context) -> Outcome:
    memory = replace(context.memory, awaiting=None, unplaced=0)
    return Outcome((_answer(wish, context),), memory, _effects(wish, context))


def _wish(context: Context) -> Wish:
    turn = context.turn
    if turn.pressed:
        return pressed(turn.told.get("do")) or Wish.SET
    return Wish.STOP if wants_end(turn.text, context.texts) else Wish.SET


def _effects(wish: Wish, context: Context) -> tuple[Effect, ...]:
    if wish is Wish.STOP:
        return (RemindersStopped(),)
    if wish in (Wish.WELL, Wish.WORRIED):
        return ()
    topics = _wanted(wish, context)
    if _no_day(topics, context) is not None:
        return ()
    return (RemindersSet(topics, _ahead(topics, context)),)


def _wanted(wish: Wish, context: Context) -> tuple[str, ...] | None:
    """Return the topics to be reminded of, None for all: those named, and those set before."""
    before, reminding = context.before, context.turn.reminding
    if wish is Wish.ALL:
        return None
    named = _named(context)
    if context.before.reminders and context.before.reminders.state == "wanted" and not named:
        return before.reminders.topics if before.reminders else None
    if not named:
        return None
    if reminding is None or not reminding.on:
        return named
    return None if reminding.topics is None else tuple(dict.fromkeys((*reminding.topics, *named)))


def _named(context: Context) -> tuple[str, ...]:
    """Return the aftercare topics that the message names, in words or as subjects beside."""
    turn, topics = context.turn, context.topics
    if turn.pressed:
        return ()
    aftercare = [one for one, topic in topics.items() if topic.kind is TopicKind.AFTERCARE]
    heard = [s.topic for s in turn.subjects if s.topic in aftercare and s.topic != "aftercare"]
    return tuple(dict.fromkeys((*named_topics(turn.text, aftercare, context.texts), *heard)))


def _ahead(topics: tuple[str, ...] | None, context: Context) -> tuple[Occasion, ...]:
    """Return the occasions to come, as long as the chat is kept."""
    protocol, memory = context.protocol, context.memory
    if memory.treated is None:
        return ()
    found = occasions(
        courses(
            protocol.rules,
            memory.treated,
            memory.vein_kind,
            zone=protocol.zone,
            texts=context.texts,
        ),
        memory.treated,
        protocol.timetable,
        zone=protocol.zone,
        patient_zone=context.turn.zone,
        topics=topics,
    )
    return tuple(one for one in to_come(found, context.turn.now) if one.due < _kept_until(context))


def _kept_until(context: Context) -> datetime:
    return context.turn.now + timedelta(days=OPEN_FACTOR * context.protocol.retention_days)


def _answer(wish: Wish, context: Context) -> Answer:
    texts, reminding = context.texts, context.turn.reminding
    match wish:
        case Wish.STOP:
            on = reminding is not None and reminding.on
            return Answer(texts.say("reminders.stopped" if on else "reminders.none_set"), TOPIC)
        case Wish.WELL:
            return Answer(texts.say("reminders.well"), TOPIC)
        case Wish.WORRIED:
            number = context.protocol.emergency_number
            text = texts.say("reminders.worried", emergency_number=number)
            return Answer(text, TOPIC, buttons=(replies.callback_button(texts),))
    topics = _wanted(wish, context)
    return _no_day(topics, context) or _set(topics, context)


def _set(topics: tuple[str, ...] | None, context: Context) -> Answer:
    texts, timetable = context.texts, context.protocol.timetable
    ahead = _ahead(topics, context)
    text = texts.say(
        f"reminders.{_set_key(topics, context)}",
        clinic=context.protocol.name,
        hour=clock_in_words(timetable.hour, texts),
        days=days_in_words(ahead, context.now.day, texts),
    )
    buttons = [button(Wish.STOP, texts), *plan_mail.offer(context)]
    if topics is not None:
        buttons.insert(0, button(Wish.ALL, texts))
    return Answer(text, TOPIC, buttons=tuple(buttons), effect=SEND_PLAN)


def _set_key(topics: tuple[str, ...] | None, context: Context) -> str:
    reminding = context.turn.reminding
    if reminding is not None and reminding.on and reminding.topics == topics:
        return "is_set"
    return "set_away" if context.turn.reaches_away else "set_here"


def _no_day(topics: tuple[str, ...] | None, context: Context) -> Answer | None:
    """Say why there is no day to remind of; None where there is one."""
    protocol, texts, memory = context.protocol, context.texts, context.memory
    if _about_appointment(context) and not _books(context):
        return _unknown(texts.say("reminders.appointment", clinic=protocol.name), context)
    if topics is not None:
        missing = _without_day(topics, context)
        if missing is not None:
            return missing
    elif not protocol.rules and not protocol.timetable.entries:
        return _unknown(texts.say("reminders.nothing", clinic=protocol.name), context)
    if memory.treated is None:
        return Answer(texts.say("reminders.ask_date"), TOPIC, input=Input.DATE)
    if _ahead(topics, context):
        return None
    return _nothing_ahead(memory.treated, context)


def _nothing_ahead(treated: Moment, context: Context) -> Answer:
    today, texts = context.now.day, context.texts
    day = day_in_words(treated.day, today, texts)
    if treated.day > today:
        return Answer(texts.say("reminders.too_far", treated=day[:1].upper() + day[1:]), TOPIC)
    text = texts.say("reminders.over", treated=day, clinic=context.protocol.name)
    return Answer(text, TOPIC)


def _without_day(topics: Sequence[str], context: Context) -> Answer | None:
    """Say of topics that the clinic has no rule for, or none with an end, that it is so."""
    protocol, texts = context.protocol, context.texts
    with_day = {entry.topic for entry in protocol.timetable.entries}
    rules = {topic: protocol.rules.get(topic) for topic in topics if topic not in with_day}
    if len(rules) < len(topics):
        return None
    if any(rule and any(phase.window for phase in rule.phases) for rule in rules.values()):
        return None
    found = next((rule for rule in rules.values() if rule is not None), None)
    if found is not None:
        text = texts.say("reminders.no_end", clinic=protocol.name, what=found.what)
    else:
        subject = texts.say(f"subject.{next(iter(rules))}")
        text = texts.say("reminders.no_rule", clinic=protocol.name, subject=subject)
    return _unknown(text, context)


def _unknown(text: str, context: Context) -> Answer:
    return Answer(text, TOPIC, known=False, buttons=(replies.callback_button(context.texts),))


def _about_appointment(context: Context) -> bool:
    """Tell whether an appointment is to be reminded of; "my appointment was Sunday" tells a day."""
    tells = context.turn.pressed or context.dates.treated is not None
    return not tells and names("appointment", context.turn.text, context.texts)


def _books(context: Context) -> bool:
    """Tell whether the clinic's document says when the next session is due."""
    spoken = names("next_session", context.turn.text, context.texts)
    return spoken and any(entry.books for entry in context.protocol.timetable.entries)
