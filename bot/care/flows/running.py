"""What a message means to the task under way: an answer, a command, or another question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.care.answer import Answer, Button
from bot.care.flows.booking import BookingFlow, is_wished
from bot.care.flows.commands import GO_ON, Command, read_command, read_yes_no, says
from bot.care.flows.digressions import Split, asks, split
from bot.care.flows.flow import Flow, Move
from bot.care.flows.screening import ScreeningFlow
from bot.care.memory import Memory
from bot.care.subjects import LEANING, SMALL_TALK, fills_what_was_asked, is_sure
from bot.care.turn import Context, Effect

FLOWS: Final[Mapping[str, Flow]] = {
    flow.name: flow for flow in (ScreeningFlow(), BookingFlow("book"), BookingFlow("reschedule"))
}


@dataclass(frozen=True, slots=True)
class Step:
    """What a task makes of a message: topics to answer first, then what the task says."""

    topics: tuple[str, ...]
    answers: tuple[Answer, ...]
    memory: Memory
    effects: tuple[Effect, ...] = ()


def take(context: Context) -> Step | None:
    """Let the task under way take the message; None if no task has to do with it."""
    flow = _active(context)
    addressed = _addressed(context)
    if addressed is not None and addressed != flow:
        return _take_button(addressed, context)
    command = read_command(context)
    if flow is None:
        return _without_task(command, context)
    if command is not None:
        return _command(flow, command, context)
    if _tells_a_date(flow, context):
        return _aside(flow, (context.before.last_topic or flow.name,), context)
    return _dropped(flow, context) or _parted(flow, context)


def _parted(flow: Flow, context: Context) -> Step:
    """Part the message into what is the task's and what starts or asks something else."""
    parts = split(flow, context)
    mine = tuple(topic for topic in parts.topics if flow_of(topic, context) == flow.name)
    parts = replace(parts, topics=tuple(one for one in parts.topics if one not in mine))
    started = start(parts.topics, context)
    if started is not None:
        return started
    return _offer_the_rest(_answered(flow, parts, context), context)


def _answered(flow: Flow, parts: Split, context: Context) -> Step:
    """Take the answer in the message; what else it asks is answered first."""
    pressed_elsewhere = context.turn.pressed and bool(parts.topics)
    may_answer = not pressed_elsewhere and (parts.said or context.turn.pressed)
    move = flow.take(parts.said, context) if may_answer else None
    if move is None and parts.topics:
        return _aside(flow, parts.topics, context)
    move = move or _noted(flow, context) or flow.not_understood(context)
    return Step(parts.topics, move.answers, move.memory, move.effects)


def _noted(flow: Flow, context: Context) -> Move | None:
    """ "Ok, fine" answers what was said before the question: it is asked again, as it stands."""
    if context.turn.pressed or not says(context.turn.text, "noted", context.texts):
        return None
    return Move((flow.ask(context),), context.memory)


def flow_of(topic: str, context: Context) -> str | None:
    """Return the task that a topic starts; a person who is not there now is asked to call."""
    if topic == "handoff":
        return None if context.turn.staff_online else "book"
    return topic if topic in FLOWS else None


def start(topics: tuple[str, ...], context: Context) -> Step | None:
    """Start the task that one of these topics is about; the others are answered first."""
    for topic in topics:
        name = flow_of(topic, context)
        if name is not None:
            others = tuple(one for one in topics if flow_of(one, context) != name)
            return begin(name, context, others)
    return None


def begin(topic: str, context: Context, others: tuple[str, ...] = ()) -> Step:
    """Start the task of a topic; one under way is set aside, one set aside is taken up."""
    flow = FLOWS[topic]
    tasks = context.memory.tasks
    waiting = next((task for task in tasks.aside if task.name == topic), None)
    if waiting is not None:
        memory = replace(context.memory, tasks=tasks.begin(waiting))
        move = flow.resume(replace(context, memory=memory))
    else:
        move = flow.begin(context)
    return Step(others, move.answers, move.memory, move.effects)


def _addressed(context: Context) -> Flow | None:
    """The task that a pressed button belongs to ("book:send-1a2b"), open or not."""
    if not context.turn.pressed:
        return None
    name, parted, _ = context.turn.told.get("do", "").partition(":")
    return FLOWS.get(name) if parted else None


def _take_button(flow: Flow, context: Context) -> Step:
    """A button of a task that is not the one under way: take it up, or say that it is over."""
    if any(task.name == flow.name for task in context.memory.tasks.aside):
        return begin(flow.name, context)
    move = flow.correct(context)
    if move is None:
        nothing = Answer(context.texts.say("flow.nothing_open"), "affirm")
        return Step((), (nothing,), context.memory)
    return Step((), move.answers, move.memory, move.effects)


def _active(context: Context) -> Flow | None:
    task = context.memory.tasks.active
    return FLOWS.get(task.name) if task else None


def _without_task(command: Command | None, context: Context) -> Step | None:
    """Take up a task that was set aside, or correct one that is done."""
    aside = context.memory.tasks.aside
    agreed = context.before.awaiting == "go_on" and read_yes_no(context)
    if aside and (command == "go_on" or agreed):
        return begin(aside[0].name, context)
    if command == "go_on" and context.turn.pressed:
        return Step((), (Answer(context.texts.say("flow.nothing_open"), "affirm"),), context.memory)
    for flow in FLOWS.values():
        move = flow.correct(context)
        if move is not None:
            return Step((), move.answers, move.memory, move.effects)
    return _wished(context)


def _wished(context: Context) -> Step | None:
    """Start a request where a number is given for it, whatever topic the model heard."""
    turn = context.turn
    starts = any(flow_of(subject.topic, context) for subject in turn.subjects)
    if turn.pressed or starts or not is_wished(context):
        return None
    asked = [
        subject.topic
        for subject in turn.subjects
        if subject.words and asks(subject.words) and is_sure(subject, turn)
    ]
    others = tuple(dict.fromkeys(one for one in asked if one not in SMALL_TALK | LEANING))
    return begin("book", context, others)


def _command(flow: Flow, command: Command, context: Context) -> Step:
    match command:
        case "go_on":
            move = Move((flow.ask(context),), context.memory)
        case "stop":
            move = flow.stop(context)
        case "why":
            move = flow.why(context)
        case "explain":
            move = flow.explain(context)
        case "back":
            move = flow.back(context)
        case "start_over":
            move = flow.start_over(context)
        case _:
            move = flow.skip(context)
    return _offer_the_rest(Step((), move.answers, move.memory, move.effects), context)


def _dropped(flow: Flow, context: Context) -> Step | None:
    """Leave the task for the question behind "never mind, ..."; None if that is not the message."""
    lead, _, rest = context.turn.text.partition(",")
    if not rest or not says(lead, "stop", context.texts):
        return None
    topics = split(flow, context).topics
    if not topics or any(flow_of(topic, context) for topic in topics):
        return None
    move = flow.stop(context)
    return _offer_the_rest(Step(topics, (), move.memory, move.effects), context)


def _tells_a_date(flow: Flow, context: Context) -> bool:
    """A question in between may have asked for a date, and this is it."""
    return fills_what_was_asked(context) and not flow.reads(context.turn.text, context)


def _aside(flow: Flow, topics: tuple[str, ...], context: Context) -> Step:
    """Answer what was asked in between, then ask the open question again."""
    return Step(topics, (flow.ask(context),), context.memory)


def _offer_the_rest(step: Step, context: Context) -> Step:
    """Once a task is over, offer to go on with the one that was set aside for it."""
    tasks = step.memory.tasks
    was_aside = context.memory.tasks.aside
    if tasks.active is not None or not tasks.aside or tasks.aside != was_aside:
        return step
    texts = context.texts
    ask = Answer(
        texts.say(f"flow.go_on.{tasks.aside[0].name}"),
        tasks.aside[0].name,
        buttons=(
            Button(texts.say("flow.button.go_on"), GO_ON),
            Button(texts.say("button.no_thanks"), "/deny", "deny"),
        ),
    )
    memory = replace(step.memory, awaiting="go_on")
    return replace(step, answers=(*step.answers, ask), memory=memory)
