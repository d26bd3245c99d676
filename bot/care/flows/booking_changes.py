"""A request that was sent: corrected, asked for again on the same day, or taken back."""

from dataclasses import replace

from bot.care.answer import Answer
from bot.care.booking.corrections import corrects, named_field, wants_change, withdraws
from bot.care.booking.draft import Draft
from bot.care.booking.reading import Told, told_reason
from bot.care.flows.booking_answers import read, take_told, with_told
from bot.care.flows.booking_steps import (
    CONFIRM,
    WHICH,
    ask_field,
    asking,
    draft_of,
    flow_name,
    next_step,
    open_question,
)
from bot.care.flows.commands import says
from bot.care.flows.digressions import asks
from bot.care.flows.flow import Move
from bot.care.turn import Context, RequestWithdrawn


def stored_today(name: str, context: Context) -> Draft | None:
    """Return the request of this task that was sent today, at the clinic, if any."""
    kept = context.memory.tasks.kept(name)
    today = context.turn.now.date().isoformat()
    return draft_of(kept) if kept and kept.given.get("day") == today else None


def again_today(stored: Draft, new: Draft, told: Told, context: Context) -> Move:
    """A second request on a day changes the first, unless it is for somebody else."""
    if _is_somebody_else(stored, told):
        return next_step(with_told(new, told, context), context)
    if told:
        return take_told(_for_change(stored), told, context)
    memory = asking(WHICH, _for_change(stored), context.memory)
    asked = open_question(replace(context, memory=memory))
    read_back = open_question(replace(context, memory=asking(CONFIRM, stored, context.memory)))
    first = context.texts.say("booking.already_today", clinic=context.protocol.name)
    text = "\n".join([first, *read_back.text.split("\n")[1:-1], asked.text])
    return Move((replace(asked, text=text),), memory)


def after_sending(stored: Draft, context: Context) -> Move | None:
    """Take a button, a correction or a withdrawal; None if the message is about other things."""
    turn, texts = context.turn, context.texts
    name = flow_name(stored.kind)
    if turn.pressed:
        mine = turn.told.get("do", "").startswith(f"{name}:")
        return _is_sent(name, context) if mine else None
    if withdraws(turn.text, texts):
        return _withdraw(stored, context)
    if asks(turn.text) or context.before.last_topic != name:
        return None
    if context.before.awaiting is None and _says_yes(context):
        # Said once more because no answer came, or in a second tab.
        return _is_sent(name, context)
    return _correct(_for_change(stored), context)


def _is_sent(name: str, context: Context) -> Move:
    done = context.texts.say("booking.already", clinic=context.protocol.name)
    return Move((Answer(done, name),), context.memory)


def _says_yes(context: Context) -> bool:
    text, texts = context.turn.text, context.texts
    return says(text, "send", texts) or (says(text, "yes", texts) and not says(text, "no", texts))


def _correct(draft: Draft, context: Context) -> Move | None:
    text, texts = context.turn.text, context.texts
    told = read(text, "name" if corrects(text) else None, context)
    if _is_somebody_else(draft, told):
        return next_step(
            with_told(Draft(draft.kind, reason=told_reason(text)), told, context), context
        )
    if told:
        return take_told(draft, told, context)
    named = named_field(text, texts)
    if named is None or named not in draft.fields() or not wants_change(text, texts):
        return None
    return ask_field(named, draft, context)


def _is_somebody_else(stored: Draft, told: Told) -> bool:
    """Tell whether both name and reach are others than those of the request that was sent."""
    reach = told.phone or told.email
    return bool(reach and told.name) and (told.name != stored.name and reach != stored.reach)


def _withdraw(stored: Draft, context: Context) -> Move:
    name, memory = flow_name(stored.kind), context.memory
    text = context.texts.say("booking.withdrawn", clinic=context.protocol.name)
    left = replace(memory, tasks=memory.tasks.forget(name), awaiting=None)
    return Move((Answer(text, name),), left, (RequestWithdrawn(stored.kind.family),))


def _for_change(stored: Draft) -> Draft:
    """A request that was sent, as the draft of the one that replaces it."""
    return replace(stored, replaces=stored.reach)
