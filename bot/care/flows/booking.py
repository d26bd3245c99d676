"""A request to the clinic as a task: what it needs, read back, and sent only after a yes.

Two flows share this: "book" (a consultation or a call back) and "reschedule" (move or cancel an
appointment). A request that was sent is kept, so that a later message can correct it.
"""

from dataclasses import dataclass, replace
from typing import Final

from bot.care import replies
from bot.care.answer import Answer
from bot.care.booking.corrections import read_appointment, wants_change, withdraws
from bot.care.booking.draft import Draft, Preferred
from bot.care.booking.reading import gives_reach, read_kind, told_reason, wants_contact
from bot.care.booking.request import Kind
from bot.care.flows.booking_answers import (
    TAKERS,
    ask_about_problem,
    in_other_language,
    open_task,
    press,
    read,
    take_answer,
    take_choice,
    take_told,
    with_new_time,
    with_told,
)
from bot.care.flows.booking_changes import after_sending, again_today, stored_today
from bot.care.flows.booking_steps import (
    CONFIRM,
    DETAILS,
    WHICH,
    ask_field,
    asking,
    draft_of,
    drop,
    next_step,
    open_question,
    opening,
    problem_of,
)
from bot.care.flows.commands import says
from bot.care.flows.digressions import asks
from bot.care.flows.flow import MOST_TRIES, Move
from bot.care.turn import Context

# Topics that say nothing on what a request is about.
_NO_REASON: Final = frozenset({"book", "handoff", "reschedule", "treatment_record", "contact"})
# What a statement may sound like while it answers.
_STARTS: Final = frozenset({"book", "handoff", "reschedule"})
_NOTHING_ELSE: Final = frozenset({"book", "handoff", "contact", "out_of_scope", "greet", "thanks"})
_OWN: Final = frozenset({"book", "handoff", "reschedule", "contact", "reminders", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class BookingFlow:
    """A request as a task; `name` is "book" or "reschedule"."""

    name: str
    own_topics: frozenset[str] = _OWN | {"treatment_record", "complaint"}

    def begin(self, context: Context) -> Move:
        """Start with what the message tells; a request of today is shown first."""
        stored = stored_today(self.name, context)
        told = read(context.turn.text, None, context, opening=True)
        if stored is not None:
            return again_today(stored, self._new(context), told, context)
        draft = with_told(self._new(context), told, context)
        if self.name == "reschedule":
            # A day beside "my appointment" is the day it is on.
            draft = with_new_time(replace(draft, times=None), context.turn.text, context)
        move = ask_about_problem(told, draft, context) or next_step(draft, context)
        if draft.reach or told.problems:
            return move
        memory = move.memory
        if self.name == "book" and not (draft.name or draft.times):
            memory = asking(DETAILS, draft, memory)
        topic = _topic_of(context, self.name)
        return Move((opening(draft, topic, replace(context, memory=memory)),), memory)

    def resume(self, context: Context) -> Move:
        """Go on where it was left, with what the message tells."""
        task = open_task(context)
        told = read(context.turn.text, None, context)
        if told:
            return take_told(draft_of(task), told, context)
        return Move((open_question(context),), context.memory)

    def reads(self, said: str, context: Context) -> bool:
        """Tell whether the text answers what is open, or corrects what was told."""
        asked = open_task(context).asked
        if asked in ("reason", "appointment"):
            return not asks(said) or read_appointment(said, context.turn.now) is not None
        if asked in (CONFIRM, WHICH):
            steers = wants_change(said, context.texts) or says(said, "send", context.texts)
            return steers or bool(read(said, asked, context))
        return bool(read(said, asked, context))

    def take(self, said: str, context: Context) -> Move | None:
        """Take an answer, a choice, a correction, or the yes to what was read back."""
        task = open_task(context)
        draft = draft_of(task)
        if context.turn.pressed:
            return press(draft, context)
        if problem_of(task) is not None:
            move = take_choice(said, draft, context)
            if move is not None:
                return move
        if withdraws(said, context.texts):
            return drop(context, "booking.declined" if draft.begun else "booking.dropped")
        told = read(said, task.asked, context)
        if not told and in_other_language(said, context):
            return self._other_language(context)
        taker = TAKERS.get(task.asked or "", take_answer)
        return taker(said, told, draft, context)

    def not_understood(self, context: Context) -> Move:
        """Ask again in other words; the second time, leave open what can be left open."""
        task = open_task(context)
        heard = {subject.topic for subject in context.turn.subjects}
        if heard & _STARTS:
            # "Please call me back", said once more.
            return Move((open_question(context),), context.memory)
        if task.tries + 1 >= MOST_TRIES and task.asked not in ("reach", DETAILS, CONFIRM, WHICH):
            return self.skip(context)
        tasks = context.memory.tasks.go_on(replace(task, tries=task.tries + 1))
        memory = replace(context.memory, tasks=tasks)
        asked = open_question(context)
        key = f"booking.not_understood.{task.asked}"
        if problem_of(task) is not None or key not in context.texts:
            return Move((asked,), memory)
        again = context.texts.say(key)
        whole = task.asked in (CONFIRM, WHICH, "share", "reach")
        text = again if whole else f"{again} {asked.text}"
        if task.asked == "reach" and task.tries and context.protocol.phone:
            text = f"{text} {self._urgent(context)}"
        return Move((replace(asked, text=text, buttons=asked.buttons),), memory)

    def ask(self, context: Context) -> Answer:
        """Return the open question once more."""
        return open_question(context)

    def why(self, context: Context) -> Move:
        """Say why the open question is asked."""
        key = f"booking.why.{open_task(context).asked}"
        key = key if key in context.texts else "booking.why.confirm"
        said = Answer(context.texts.say(key, clinic=context.protocol.name), self.name)
        return Move((said, open_question(context)), context.memory)

    def explain(self, context: Context) -> Move:
        """What is asked for is plain; what it is for may not be."""
        return self.why(context)

    def back(self, context: Context) -> Move:
        """Ask for what was told last again."""
        task = open_task(context)
        draft = draft_of(task)
        told = [one for one in draft.fields() if getattr(draft, one) is not None]
        before = told[-1] if told and task.asked not in told else None
        if before is None:
            return Move((open_question(context),), context.memory)
        return ask_field(before, draft, context)

    def skip(self, context: Context) -> Move:
        """Leave the open question without an answer; a way to be reached is needed."""
        task = open_task(context)
        draft = draft_of(task)
        match task.asked:
            case "name":
                draft = replace(draft, name="")
            case "times":
                draft = replace(draft, times=Preferred())
            case "reason":
                draft = replace(draft, reason="")
            case "appointment":
                draft = replace(draft, appointment="")
            case "share":
                draft = replace(draft, share=False)
            case "reach":
                asked = open_question(context)
                need = context.texts.say("booking.needs_reach")
                return Move((replace(asked, text=f"{need} {asked.text}"),), context.memory)
            case _:
                return Move((open_question(context),), context.memory)
        return next_step(draft, context)

    def start_over(self, context: Context) -> Move:
        """Forget what was told, and begin anew."""
        kept = draft_of(open_task(context))
        draft = Draft(kept.kind, topic=kept.topic, replaces=kept.replaces)
        if self.name == "book":
            memory = asking(DETAILS, draft, context.memory)
            return Move((open_question(replace(context, memory=memory)),), memory)
        return next_step(draft, context)

    def stop(self, context: Context) -> Move:
        """Leave it, unsent; what was told is kept for now."""
        draft = draft_of(open_task(context))
        if not draft.begun:
            return drop(context)
        left = context.memory.tasks.set_aside()
        answer = Answer(context.texts.say("booking.stopped"), self.name)
        return Move((answer,), replace(context.memory, tasks=left, awaiting=None))

    def correct(self, context: Context) -> Move | None:
        """Change or withdraw a request that was sent; a button of it sends nothing twice."""
        kept = context.memory.tasks.kept(self.name)
        if kept is None:
            return None
        return after_sending(draft_of(kept), context)

    def _new(self, context: Context) -> Draft:
        turn, last = context.turn, context.before.last_topic
        topic = last if last and last not in _NO_REASON else None
        if turn.pressed:
            return Draft(Kind.CALL_BACK if self.name == "book" else Kind.RESCHEDULE, topic=topic)
        kind = read_kind(turn.text, _topic_of(context, self.name))
        if self.name == "book":
            return Draft(kind, topic=topic, reason=told_reason(turn.text))
        return Draft(kind, appointment=read_appointment(turn.text, turn.now))

    def _other_language(self, context: Context) -> Move:
        language = context.turn.language or ""
        said = replies.other_language(language, context.protocol, context.texts)
        return Move((replace(said, buttons=()), open_question(context)), context.memory)

    def _urgent(self, context: Context) -> str:
        return context.texts.say(
            "booking.urgent.phone",
            phone=context.protocol.phone,
            emergency_number=context.protocol.emergency_number,
        )


def is_wished(context: Context) -> bool:
    """Tell whether a message gives a number or address to be contacted at, whatever else it says.

    It follows an offer, asks for it in so many words, or says nothing else.
    """
    turn = context.turn
    protocol = context.protocol
    if turn.pressed or not gives_reach(
        turn.text, now=turn.now, country=protocol.country, hours=protocol.hours
    ):
        return False
    heard = {subject.topic for subject in turn.subjects}
    offered = context.before.awaiting == "callback"
    return offered or wants_contact(turn.text) or heard <= _NOTHING_ELSE


def _topic_of(context: Context, name: str) -> str:
    """The topic that started it: "handoff" is a wish for a person who is not there now."""
    heard = {subject.topic for subject in context.turn.subjects}
    return "handoff" if name == "book" and "handoff" in heard and "book" not in heard else name
