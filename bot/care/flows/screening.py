""" "Am I a candidate?": consent, the clinic's questions one by one, and what they come to.

What was told is kept in `memory.screening`, not in the task: a screening that was stopped goes on
where it was, and one that is done can be corrected.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.care import consent, replies
from bot.care.answer import Answer
from bot.care.flows.digressions import asks
from bot.care.flows.flow import MOST_TRIES, Move
from bot.care.flows.screening_steps import (
    NAME,
    ask_question,
    asking,
    choices_of,
    from_options,
    give_result,
    next_step,
)
from bot.care.flows.task import Task
from bot.care.memory import Screened
from bot.care.screening import (
    Answers,
    Question,
    is_open,
    merge,
    questions,
    read_answers,
    why_text,
)
from bot.care.screening.model import FINDINGS_OF, GROUP_OF, Status
from bot.care.turn import Context

CONSENT: Final = "consent"
# Asked once: a bare yes to a question with several options.
WHICH: Final = "which"
_HELD: Final = (Status.YES, Status.UNSURE)
# A statement that sounds like one of these answers the screening.
_OWN: Final = frozenset(
    {
        *("candidate", "pregnancy", "medication", "conditions", "allergy", "age_limits"),
        *("spider_veins", "varicose_veins", "feeder_veins", "large_varicose", "treatable_areas"),
        *("health_risk", "sun", "painkillers", "skin_products", "swelling", "wound", "staining"),
        *("causes", "unsure", "out_of_scope"),
    }
)


@dataclass(frozen=True, slots=True)
class ScreeningFlow:
    """The screening as a task; the rules are those of bot/care/screening."""

    name: str = NAME
    own_topics: frozenset[str] = _OWN

    def begin(self, context: Context) -> Move:
        """Ask for consent first; what the message tells already is kept until then."""
        memory = context.memory
        if memory.screening.done:
            return give_result(memory.screening.answers, context)
        told = _carried(context) or _read(_typed(context), None, context)
        if memory.consent:
            return next_step(merge(memory.screening.answers, told), context)
        task = Task(NAME, CONSENT, {"told": told.to_json()})
        first = replies.published(NAME, context.protocol, context.texts, symptom=False)
        answers = (consent.notice(NAME, context),)
        memory = replace(memory, tasks=memory.tasks.begin(task), last_topic=NAME, unplaced=0)
        return Move((first, *answers) if first and first.known else answers, memory)

    def resume(self, context: Context) -> Move:
        """Go on where it was left."""
        if not context.memory.consent:
            return Move((consent.notice(NAME, context),), context.memory)
        return next_step(context.memory.screening.answers, context)

    def reads(self, said: str, context: Context) -> bool:
        """Tell whether the text holds an answer that is on a list, not just anything."""
        if _asked(context) == CONSENT:
            return False
        told = _read(said, _asked(context), context)
        return bool(told.findings or told.figures or told.denied or told.unsure)

    def take(self, said: str, context: Context) -> Move | None:
        """Take consent, checked options, or an answer in free words."""
        asked = _asked(context)
        if asked == CONSENT:
            return _take_consent(context)
        question = _question(asked, context)
        if question is None:
            return next_step(context.memory.screening.answers, context)
        if context.turn.picked:
            told = from_options(context.turn.picked, question)
        else:
            told = _read(_spoken(said, context), question.id, context)
        if not told:
            return None
        if _unnamed(told) and WHICH not in _task(context).given:
            return _ask_which(question, context)
        move = next_step(_added(told, question, context), context)
        return _with_thanks(move, question, context)

    def not_understood(self, context: Context) -> Move:
        """Ask again; the second time the answer counts as not sure, so nothing is ever assumed."""
        task, question = _task(context), _question(_asked(context), context)
        if question is None:
            return _again(context, "flow.yes_or_no")
        if task.tries + 1 < MOST_TRIES:
            return _again(context, "screening.not_understood")
        noted = Answer(context.texts.say("screening.let_go"), NAME)
        move = next_step(_as_unsure(question, context), context)
        return replace(move, answers=(noted, *move.answers))

    def ask(self, context: Context) -> Answer:
        """Return the open question."""
        question = _question(_asked(context), context)
        return ask_question(question, context) if question else consent.notice(NAME, context)

    def why(self, context: Context) -> Move:
        """Say why the open question is asked."""
        question = _question(_asked(context), context)
        said = _why(question, context) if question else consent.why(NAME, context)
        return Move((said, self.ask(context)), context.memory)

    def explain(self, context: Context) -> Move:
        """Name what the open question is about; a channel may not show its options."""
        question = _question(_asked(context), context)
        options = choices_of(question, context) if question else ()
        if not options:
            return self.why(context)
        names = ", ".join(choice.title for choice in options if not choice.alone)
        said = Answer(context.texts.say("screening.options", options=names), NAME)
        return Move((said, self.ask(context)), context.memory)

    def back(self, context: Context) -> Move:
        """Ask the question before the open one again; a new answer replaces the old one."""
        ids = [question.id for question in questions(context.protocol.screening)]
        asked = _asked(context)
        before = ids[max(0, ids.index(asked) - 1)] if asked in ids else None
        if before is None:
            return Move((self.ask(context),), context.memory)
        memory = asking(before, context.memory)
        return Move((self.ask(replace(context, memory=memory)),), memory)

    def skip(self, context: Context) -> Move:
        """A question that is skipped counts as not sure."""
        question = _question(_asked(context), context)
        if question is None:
            return self.stop(context)
        return next_step(_as_unsure(question, context), context)

    def start_over(self, context: Context) -> Move:
        """Forget the answers and begin anew."""
        memory = replace(context.memory, screening=Screened())
        return next_step(Answers(), replace(context, memory=memory))

    def stop(self, context: Context) -> Move:
        """Set the screening aside; a question it never asked is not kept."""
        tasks = context.memory.tasks
        left = tasks.finish() if _asked(context) == CONSENT else tasks.set_aside()
        text = context.texts.say("flow.stopped.candidate")
        answer = Answer(text, NAME, buttons=(replies.callback_button(context.texts),))
        return Move((answer,), replace(context.memory, tasks=left, awaiting="callback"))

    def correct(self, context: Context) -> Move | None:
        """ "Actually I do take Eliquis", said after the result, changes the result."""
        memory, turn = context.memory, context.turn
        if turn.told.get("do") == "start_over" and memory.screening.done:
            return self.start_over(context)
        if not memory.screening.done or memory.last_topic != NAME or turn.pressed:
            return None
        first = turn.subjects[0] if turn.subjects else None
        if first is None or first.topic not in _OWN or asks(turn.text):
            return None
        told = _read(turn.text, None, context)
        if not (told.findings or told.figures):
            return None
        return give_result(merge(memory.screening.answers, told), context)


def _why(question: Question, context: Context) -> Answer:
    why = why_text(question, context.protocol.name, context.texts)
    known = not question.general
    return Answer(why, NAME, known=known, general=question.general, sources=question.sources)


def _task(context: Context) -> Task:
    return context.memory.tasks.active or Task(NAME)


def _asked(context: Context) -> str | None:
    return _task(context).asked


def _question(asked: str | None, context: Context) -> Question | None:
    return next((one for one in questions(context.protocol.screening) if one.id == asked), None)


def _read(text: str, asked: str | None, context: Context) -> Answers:
    return read_answers(text, context.medicines, asked)


def _typed(context: Context) -> str:
    return "" if context.turn.pressed else context.turn.text


def _carried(context: Context) -> Answers:
    """What a button says that the patient has: it was offered beside an answer on just that."""
    named = context.turn.told.get("has", "").split(",")
    return Answers({one: Status.YES for one in named if one in GROUP_OF})


def _spoken(said: str, context: Context) -> str:
    """A pressed yes or no, in words."""
    if not context.turn.pressed:
        return said
    topic = context.turn.subjects[0].topic
    key = {"affirm": "yes", "deny": "no", "unsure": "unsure"}.get(topic)
    return context.texts.say(f"flow.spoken.{key}") if key else ""


def _added(told: Answers, question: Question, context: Context) -> Answers:
    """Add an answer to what is known.

    "No" to a question that was asked again for the rest is about the rest: it takes back neither
    what the patient has, or may have, nor a yes that was never explained.
    """
    known, screening = context.memory.screening.answers, context.protocol.screening
    held = {
        group
        for group in told.denied
        if is_open(group, screening, known)
        and any(known.findings.get(one) in _HELD for one in FINDINGS_OF[group])
    }
    news = replace(told, denied=told.denied - held, listed=told.listed | held)
    if WHICH in _task(context).given and told.denied:
        news = Answers(unplaced=dict.fromkeys(question.groups, ("",)))
    return merge(known, news)


def _with_thanks(move: Move, question: Question, context: Context) -> Move:
    """What fits another question is noted, so that asking this one again is no surprise."""
    active = move.memory.tasks.active
    if active is None or active.asked != question.id or len(move.answers) != 1:
        return move
    (asked,) = move.answers
    return replace(
        move,
        answers=(replace(asked, text=f"{context.texts.say('screening.noted')} {asked.text}"),),
    )


def _unnamed(told: Answers) -> bool:
    """Tell whether the answer is a yes that does not say to what."""
    return any(words == ("",) for words in told.unplaced.values()) and not told.findings


def _ask_which(question: Question, context: Context) -> Move:
    task = _task(context)
    once = replace(task, given={**task.given, WHICH: True})
    memory = replace(context.memory, tasks=context.memory.tasks.go_on(once))
    asked = ask_question(question, context)
    which = context.texts.say(f"screening.which.{question.id}")
    return Move((replace(asked, text=which),), memory)


def _as_unsure(question: Question, context: Context) -> Answers:
    screening, told = context.protocol.screening, context.memory.screening.answers
    still_open = frozenset(g for g in question.groups if is_open(g, screening, told))
    return merge(told, Answers(unsure=still_open or frozenset(question.groups)))


def _again(context: Context, key: str) -> Move:
    task = _task(context)
    again = replace(task, tries=task.tries + 1)
    memory = replace(context.memory, tasks=context.memory.tasks.go_on(again))
    asked = ScreeningFlow().ask(context)
    text = f"{context.texts.say(key)} {asked.text}"
    return Move((replace(asked, text=text),), memory)


def _take_consent(context: Context) -> Move | None:
    agreed = consent.read(context)
    if agreed is None:
        return None
    memory = replace(context.memory, consent=agreed)
    if not agreed:
        left = replace(memory, tasks=memory.tasks.finish(), awaiting="callback")
        return Move((consent.declined(NAME, context),), left)
    told = Answers.from_json(_task(context).given["told"])
    return next_step(merge(memory.screening.answers, told), replace(context, memory=memory))
