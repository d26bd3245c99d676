"""What an answer does to a request: it is read, corrected, chosen, or sent after a yes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, cast

from bot.care.booking.corrections import (
    chosen,
    corrects,
    named_field,
    new_time,
    read_appointment,
    says_as_it_is,
    says_both,
    wants_change,
)
from bot.care.booking.draft import Draft, Field, Preferred
from bot.care.booking.found import Problem, Trouble
from bot.care.booking.names import declines
from bot.care.booking.reading import Told, read_reason, read_told, told_reason
from bot.care.booking.request import Kind
from bot.care.booking.times import only_words, read_times
from bot.care.booking.wording import preferred
from bot.care.flows.booking_steps import (
    CHOICE,
    CONFIRM,
    DETAILS,
    FIELD,
    SEND,
    WHICH,
    ask_about,
    ask_field,
    ask_which,
    drop,
    fingerprint,
    next_step,
    open_question,
    problem_of,
    send,
)
from bot.care.flows.commands import read_yes_no, says
from bot.care.flows.flow import Move
from bot.care.flows.task import Task
from bot.care.turn import Context

# Longer than this, an answer is no time of day any more, and tells more than a correction.
_MOST_TIME_WORDS: Final = 12
_FOREIGN_WORDS: Final = 4
_STARTS: Final = frozenset({"book", "handoff", "reschedule"})
_MOST_REFUSING: Final = 4


def open_task(context: Context) -> Task:
    """Return the request that is open. Raises ValueError if there is none."""
    task = context.memory.tasks.active
    if task is None:
        raise ValueError("no request is open")
    return task


def read(text: str, asked: str | None, context: Context, *, opening: bool = False) -> Told:
    """Read what a message tells while `asked` is open; nothing behind a button."""
    if context.turn.pressed:
        return Told()
    field = "name" if asked == DETAILS or (asked == CONFIRM and corrects(text)) else asked
    known = field if field in ("name", "reach", "times") else None
    return read_told(
        text,
        asked=cast("Field | None", known),
        now=context.turn.now,
        country=context.protocol.country,
        hours=context.protocol.hours,
        opening=opening,
    )


def with_told(draft: Draft, told: Told, context: Context) -> Draft:
    """Add what a message tells; a new number or address replaces the one told before."""
    if told.name is not None:
        draft = replace(draft, name=told.name)
    reach = told.phone or told.email
    if reach is not None:
        second = told.email if told.phone and told.email else ""
        draft = replace(draft, reach=reach, second=second or "")
    if told.times is not None and draft.kind is not Kind.CANCEL:
        today = context.turn.now.date()
        draft = replace(draft, times=preferred(told.times, today, context.texts))
    return draft


def ask_about_problem(told: Told, draft: Draft, context: Context) -> Move | None:
    """Ask about the first thing that can't be taken as it is."""
    for field in ("name", "reach", "times"):
        problem = told.problems.get(field)
        if problem is None or (field == "times" and draft.kind is Kind.CANCEL):
            continue
        if field != "reach" and _asked_about(context) == field:
            return next_step(_left_open(field, problem, draft), context)
        return ask_about(problem, field, draft, context)
    return None


def _asked_about(context: Context) -> str | None:
    """The field whose answer was a problem the last time already."""
    task = context.memory.tasks.active
    return task.asked if task is not None and task.given.get("problem") else None


def _left_open(field: str, problem: Problem, draft: Draft) -> Draft:
    """Twice not to be taken: the name is left out, a time goes along in the patient's words."""
    if field == "name":
        return replace(draft, name="")
    return replace(draft, times=Preferred(problem.told, {}, problem.told))


def take_told(draft: Draft, told: Told, context: Context) -> Move:
    """Add what a message tells, and ask for the rest or read it back."""
    draft = with_told(draft, told, context)
    return ask_about_problem(told, draft, context) or next_step(draft, context)


def take_answer(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    """The answer to a question for name, reach or time."""
    asked = open_task(context).asked
    if asked == DETAILS and draft.reason is None:
        draft = replace(draft, reason=told_reason(said))
    if told:
        return take_told(draft, told, context)
    if asked == DETAILS and read_yes_no(context) is False:
        return drop(context)
    if asked == DETAILS and read_yes_no(context):
        return Move((open_question(context),), context.memory)
    if asked == "name" and declines(said):
        return next_step(replace(draft, name=""), context)
    if asked == "times":
        return _take_time_words(said, draft, context)
    return None


def _take_time_words(said: str, draft: Draft, context: Context) -> Move | None:
    """Words that nobody understood are kept for staff; no preference is one too."""
    if read_yes_no(context) is False or _unsure(context):
        return next_step(replace(draft, times=Preferred()), context)
    if read_yes_no(context) or not said or len(said.split()) > _MOST_TIME_WORDS:
        return None
    times = preferred(only_words(said), context.turn.now.date(), context.texts)
    return next_step(replace(draft, times=times), context)


def _take_reason(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    if told and len(said.split()) <= _MOST_TIME_WORDS:
        return take_told(draft, told, context)
    if not said:
        return None
    draft = with_told(draft, told, context)
    reason = "" if _unsure(context) or read_yes_no(context) is False else read_reason(said)
    return next_step(replace(draft, reason=reason), context)


def _take_appointment(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    """ "Friday at 10, can I come on Monday instead?" tells the new time too."""
    draft = with_told(draft, replace(told, times=None), context)
    which = read_appointment(said, context.turn.now)
    if which is None:
        if told.name or told.phone or told.email:
            return next_step(draft, context)
        short = said and len(said.split()) <= _MOST_TIME_WORDS and read_yes_no(context) is None
        which = "" if _unsure(context) else said if short else None
    if which is None:
        return None
    draft = with_new_time(replace(draft, appointment=which), said, context)
    return next_step(draft, context)


def with_new_time(draft: Draft, said: str, context: Context) -> Draft:
    """Add the new time for an appointment: "move it from Friday to Monday morning"."""
    wish = new_time(said, context.turn.now) if draft.kind is Kind.RESCHEDULE else ""
    if not wish:
        return draft
    times, _ = read_times(wish, context.turn.now, context.protocol.hours, asked=True)
    if times is None or isinstance(times, Problem):
        return draft
    return replace(draft, times=preferred(times, context.turn.now.date(), context.texts))


def _take_share(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    agreed = read_yes_no(context)
    if agreed is None:
        return take_told(draft, told, context) if told else None
    return next_step(replace(draft, share=agreed), context)


def _take_confirmation(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    """Yes sends it; no drops it; anything else may correct it."""
    texts = context.texts
    if told:
        return take_told(draft, told, context)
    if says(context.turn.text, "wrong", texts):
        return ask_which(draft, context)
    named = named_field(said, texts)
    if wants_change(said, texts) and named in draft.fields():
        return ask_field(named, draft, context)
    agreed = says(said, "send", texts) or read_yes_no(context)
    if agreed:
        return send(draft, context)
    if agreed is None and not wants_change(said, texts):
        return None
    # What only sounds like a no may be a correction that was not understood.
    short = len(said.split()) <= _MOST_REFUSING or says(said, "no", texts)
    refuses = agreed is False and short
    return drop(context, "booking.declined") if refuses else ask_which(draft, context)


def _take_which(said: str, told: Told, draft: Draft, context: Context) -> Move | None:
    """What to change: a field by its name, a new value, or nothing after all."""
    if told:
        return take_told(draft, told, context)
    named = named_field(said, context.texts)
    if named in draft.fields():
        return ask_field(named, draft, context)
    if read_yes_no(context) is False:
        return next_step(draft, context)
    return None


def take_choice(said: str, draft: Draft, context: Context) -> Move | None:
    """Take an answer to what was unclear; None if the message is none."""
    problem = problem_of(open_task(context))
    if problem is None:
        return None
    if problem.trouble is Trouble.TIME_CLOSED:
        return as_it_is(draft, context) if says_as_it_is(said, context.texts) else None
    agreed = read_yes_no(context)
    if problem.trouble is Trouble.EMAIL_TYPO and agreed is not None:
        return choose(0 if agreed else 1, draft, context)
    if len(problem.choices) > 1 and says_both(said, context.texts):
        first, second, *_ = problem.choices
        return next_step(replace(draft, reach=first, second=second), context)
    number = chosen(said, problem.choices, context.texts)
    return choose(number, draft, context) if number is not None else None


def choose(number: int, draft: Draft, context: Context) -> Move:
    """Take one of the numbers or addresses that were offered."""
    problem = problem_of(open_task(context))
    if problem is None or number >= len(problem.choices):
        return Move((open_question(context),), context.memory)
    return next_step(replace(draft, reach=problem.choices[number], second=""), context)


def as_it_is(draft: Draft, context: Context) -> Move:
    """Take a time although the clinic is closed then."""
    problem = problem_of(open_task(context))
    words = problem.told if problem is not None else ""
    return next_step(replace(draft, times=Preferred(words, {}, words)), context)


def in_other_language(said: str, context: Context) -> bool:
    """Tell whether a message is a sentence in another language; a name may sound like one."""
    return context.turn.language is not None and len(said.split()) >= _FOREIGN_WORDS


def _unsure(context: Context) -> bool:
    first = context.turn.subjects[0] if context.turn.subjects else None
    return first is not None and first.topic == "unsure"


def press(draft: Draft, context: Context) -> Move | None:
    """Do what a button of this task says; None if it belongs elsewhere."""
    do = context.turn.told.get("do", "").partition(":")[2]
    if do.startswith(SEND):
        return _send_what_was_seen(draft, do.removeprefix(SEND), context)
    if do.startswith(FIELD):
        return ask_field(cast(Field, do.removeprefix(FIELD)), draft, context)
    if do.startswith(CHOICE):
        return choose(int(do.removeprefix(CHOICE)), draft, context)
    button = _BUTTONS.get(do)
    if button is not None:
        return button(draft, context)
    if context.turn.subjects[0].topic in _STARTS:
        return Move((open_question(context),), context.memory)
    # A plain "no" of an earlier reply ends it while nothing was told yet.
    return drop(context) if read_yes_no(context) is False and not draft.begun else None


def _send_what_was_seen(draft: Draft, seen: str, context: Context) -> Move:
    move = next_step(draft, context)
    if draft.missing(screened=context.memory.screening.done) is not None:
        return move
    if seen == fingerprint(draft):
        return send(draft, context)
    (asked,) = move.answers
    text = f"{context.texts.say('booking.stale')}\n{asked.text}"
    return replace(move, answers=(replace(asked, text=text),))


def _press_drop(draft: Draft, context: Context) -> Move:
    return drop(context, "booking.declined") if draft.begun else drop(context)


def _press_time(what: str) -> Callable[[Draft, Context], Move]:
    def press_time(draft: Draft, context: Context) -> Move:
        said = context.texts.say(f"booking.when.{what}")
        return next_step(replace(draft, times=Preferred(said, {what: True}, said)), context)

    return press_time


def _press_share(*, agreed: bool) -> Callable[[Draft, Context], Move]:
    def press_share(draft: Draft, context: Context) -> Move:
        return next_step(replace(draft, share=agreed), context)

    return press_share


_BUTTONS: Final[Mapping[str, Callable[[Draft, Context], Move]]] = {
    "drop": _press_drop,
    "change": ask_which,
    "as_it_is": as_it_is,
    "any_time": _press_time("any_time"),
    "soonest": _press_time("soonest"),
    "share_yes": _press_share(agreed=True),
    "share_no": _press_share(agreed=False),
}

Taker = Callable[[str, Told, Draft, Context], Move | None]
TAKERS: Final[Mapping[str, Taker]] = {
    "reason": _take_reason,
    "appointment": _take_appointment,
    "share": _take_share,
    CONFIRM: _take_confirmation,
    WHICH: _take_which,
}
