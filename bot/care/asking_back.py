"""Questions of the assistant's own: which day, which subject."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.care import replies
from bot.care.aftercare import judged, timed_answer
from bot.care.answer import Answer, Button, Input, State
from bot.care.dates import DateReading, Unclear
from bot.care.memory import Awaiting, write_moment
from bot.care.subjects import CHOICE_ABOVE, LEANING, SMALL_TALK, fills_what_was_asked
from bot.care.turn import Context, Outcome, Unplaced
from bot.care.wording import day_in_words, rule_in_words
from bot.text.redact import redact

DATED = frozenset({State.AVOID, State.CAUTION, State.OK, State.KEEP, State.MAY_STOP})

# Beside these a day is told for its own sake; any other subject is answered without it.
_QUIET = SMALL_TALK | LEANING
_QUIET |= {"book", "handoff", "contact", "treatment_record", "out_of_scope"}

# While one of these is asked back, the question that needs it keeps the day it is about.
KEEPING_THE_DAY: Final = ("treatment_date", "vein_kind")


def with_kept_day(context: Context) -> DateReading:
    """The days of a message; "last Tuesday", told when asked, leaves the day asked about as it was.

    A day before the treatment that is now known was another week's: it is not the one meant.
    """
    dates, kept, treated = context.dates, context.before.asked, context.memory.treated
    if kept is None or dates.asked is not None or dates.asked_after is not None:
        return dates
    over = kept.day < context.now.day or (treated is not None and kept.day < treated.day)
    if over or not fills_what_was_asked(context):
        return dates
    return replace(dates, asked=kept)


def ask_unclear_day(context: Context) -> Outcome | None:
    """Ask back a date that can be read in several ways, unless no answer depends on it.

    Where a timed rule was asked about, its length is given meanwhile. A vague day to come ("next
    week") is not asked back: the answer with the safe date serves.
    """
    unclear = context.dates.unclear
    if unclear is None or not _date_matters(context):
        return None
    if unclear.role == "asked" and not unclear.candidates:
        return None
    topic = next((s.topic for s in context.turn.subjects if s.topic not in _QUIET), None)
    memory = replace(
        context.memory,
        awaiting="treatment_date" if unclear.role == "treated" else "asked_date",
        last_topic=topic or context.memory.last_topic,
        asked=context.dates.asked if topic else context.before.asked,
    )
    asked = _which_day(unclear, context)
    if topic is not None and topic in context.protocol.rules:
        asked = _with_rule(topic, asked, context)
    return Outcome((asked,), memory)


def _date_matters(context: Context) -> bool:
    heard = {subject.topic for subject in context.turn.subjects}
    timed = heard & {"aftercare", *context.protocol.rules}
    if timed or context.before.awaiting in ("treatment_date", "asked_date", "plan_date"):
        return True
    impossible = context.dates.unclear is not None and not context.dates.unclear.candidates
    return heard <= _QUIET and (impossible or bool(heard & (LEANING | {"treatment_record"})))


def _with_rule(topic: str, asked: Answer, context: Context) -> Answer:
    """The question for the day, after the length of the rule that the day is needed for."""
    protocol, texts = context.protocol, context.texts
    case = replace(context.case, treated=None, asked=None, asked_after=None)
    meanwhile = timed_answer(topic, case, protocol, texts)
    rule = rule_in_words(protocol.rules[topic], protocol.name, texts)
    return replace(meanwhile, text=f"{rule} {asked.text}", buttons=asked.buttons)


def _which_day(unclear: Unclear, context: Context) -> Answer:
    texts = context.texts
    if not unclear.candidates:
        key = "treated.impossible"
    else:
        key = "treated.unclear" if unclear.role == "treated" else "treated.unclear_day"
    buttons = tuple(
        Button(
            day_in_words(day, context.now.day, texts),
            "/treatment_record" + json.dumps({unclear.role: day.isoformat()}),
            "treatment_record",
        )
        for day in unclear.candidates
    )
    phrase = texts.say("quote", phrase=unclear.phrase)
    return Answer(texts.say(key, phrase=phrase), "treatment_record", buttons=buttons)


def ask_which_subject(context: Context) -> Outcome:
    """Offer the likely subjects as buttons; the second time in a row offer a person instead."""
    memory, texts = context.memory, context.texts
    choices = _choices(context)
    unplaced = Unplaced(redact(context.turn.text), tuple(choices))
    counted = replace(memory, unplaced=memory.unplaced + 1, awaiting=None)
    if memory.unplaced or len(choices) < 2:
        return Outcome(
            (replies.give_up(texts, again=memory.unplaced > 0),),
            replace(counted, awaiting="callback"),
            effects=(unplaced,),
        )
    asked = write_moment(context.dates.asked)
    details = json.dumps({"asked": asked}) if asked else ""
    return Outcome(
        (replies.clarify(choices, context.protocol, texts, details),),
        replace(counted, offered=tuple(choices)),
        effects=(unplaced,),
    )


def _choices(context: Context) -> list[str]:
    """Return up to three likely topics, best first."""
    subjects = context.turn.subjects
    ranked = {topic: p for subject in subjects for topic, p in subject.alternatives}
    ranked |= {subject.topic: subject.confidence for subject in subjects}
    likely = [t for t, p in sorted(ranked.items(), key=lambda item: -item[1]) if p >= CHOICE_ABOVE]
    return [t for t in likely if t in context.topics and t not in SMALL_TALK][:3]


def awaited_by(answers: Sequence[Answer], context: Context) -> Awaiting | None:
    """Return what the last of these answers asks of the patient, if anything."""
    found = (_asked_in(answer, context) for answer in reversed(answers))
    return next((one for one in found if one is not None), None)


def _asked_in(answer: Answer, context: Context) -> Awaiting | None:
    if answer.verdict and context.case.supposed and answer.verdict.state in DATED:
        return "treatment_date"
    if answer.verdict and answer.verdict.state is State.ASK:
        return judged(answer.topic, context.case, context.protocol).needs
    if answer.input is Input.DATE:
        return "treatment_date"
    if answer.topic in ("treatment_record", "aftercare") and context.memory.treated is None:
        return "treatment_date"
    if any(button.payload == replies.CALLBACK for button in answer.buttons):
        return "callback"
    return "anything_else" if answer.topic in ("thanks", "deny") else None
