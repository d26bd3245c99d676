"""What a screening says next: consent, a question with its options, or the result."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from bot.care import replies
from bot.care.answer import Answer, Button, Choice, Input
from bot.care.flows.flow import Move
from bot.care.flows.task import Task, Tasks
from bot.care.memory import Memory, Screened
from bot.care.screening import (
    Answers,
    Question,
    is_open,
    judge,
    open_questions,
    option_texts,
    question_text,
    questions,
    result_text,
)
from bot.care.screening.answers import told_of
from bot.care.screening.model import GROUP_OF, Status
from bot.care.turn import Context, ScreeningDone

NAME: Final = "candidate"
ALONE: Final = ("none", "unsure")
# So many options are named in a sentence.
MOST_REST: Final = 4
_STOP: Final = '/deny{"do": "stop"}'
_WHY: Final = '/rephrase{"do": "why"}'
_START_OVER: Final = '/candidate{"do": "start_over"}'


def next_step(told: Answers, context: Context) -> Move:
    """Ask the next open question, or say what the answers come to."""
    left = open_questions(context.protocol.screening, told)
    if not left:
        return give_result(told, context)
    memory = replace(context.memory, screening=Screened(told))
    memory = replace(asking(left[0].id, memory), last_topic=NAME, awaiting=None, unplaced=0)
    return Move((ask_question(left[0], replace(context, memory=memory)),), memory)


def asking(question: str, memory: Memory) -> Memory:
    """Return the memory with this question as the open one."""
    active = memory.tasks.active
    task = Task(NAME, question)
    tasks = memory.tasks
    tasks = tasks.go_on(task) if active and active.name == NAME else tasks.begin(task)
    return replace(memory, tasks=tasks)


def ask_question(question: Question, context: Context) -> Answer:
    """Ask one question, or the part of it that is still open, with options to check."""
    texts = context.texts
    every = [one.id for one in questions(context.protocol.screening)]
    number = every.index(question.id) + 1
    progress = texts.say("screening.progress", number=number, count=len(every))
    options = _options(question, context)
    return Answer(
        f"{progress} {_asked_text(question, options, context)}",
        NAME,
        sources=() if question.general else question.sources,
        buttons=(
            Button(texts.say("flow.button.why"), _WHY),
            Button(texts.say("flow.button.stop"), _STOP),
        ),
        input=Input.CHOICES,
        choices=choices_of(question, context),
    )


def choices_of(question: Question, context: Context) -> tuple[Choice, ...]:
    """Return the options of a question that are still open."""
    options = _options(question, context)
    return tuple(Choice(title, one, alone=one in ALONE) for one, title in options.items())


def _options(question: Question, context: Context) -> dict[str, str]:
    """Return the options of the groups that are open, without what was told already."""
    screening, told = context.protocol.screening, context.memory.screening.answers
    left = [group for group in question.groups if is_open(group, screening, told)]
    return {
        one: title
        for one, title in option_texts(question, context.texts).items()
        if not left or one in ALONE or (GROUP_OF[one] in left and told_of(one, told) is None)
    }


def _asked_text(question: Question, options: Mapping[str, str], context: Context) -> str:
    """Name the rest alone, where part of a question was answered and the rest is short."""
    texts, told = context.texts, context.memory.screening.answers
    rest = [title for one, title in options.items() if one not in ALONE]
    groups = [group for group in question.groups if any(GROUP_OF.get(o) == group for o in options)]
    if len(question.groups) > 1:
        return question_text(question, texts, groups[0] if len(groups) == 1 else None)
    if len(rest) < len(question.options) and told.groups() & set(groups) and len(rest) <= MOST_REST:
        return texts.say("screening.rest", options=", ".join(rest))
    return question_text(question, texts)


def give_result(told: Answers, context: Context) -> Move:
    """Say what the answers come to, and keep them for the clinic."""
    screening, texts, memory = context.protocol.screening, context.texts, context.memory
    result = judge(screening, told)
    answer = Answer(
        result_text(result, context.protocol.name, texts),
        NAME,
        known=not result.general,
        general=result.general,
        sources=result.sources,
        disputed=result.disputed,
        buttons=(
            replies.callback_button(texts),
            Button(texts.say("flow.button.start_over"), _START_OVER),
        ),
    )
    done = replace(
        memory,
        tasks=_without_screening(memory.tasks),
        screening=Screened(told, done=True),
        last_topic=NAME,
        awaiting="callback",
        unplaced=0,
    )
    return Move((answer,), done, (ScreeningDone(told, result),))


def _without_screening(tasks: Tasks) -> Tasks:
    active = tasks.active if tasks.active and tasks.active.name != NAME else None
    return Tasks(active, tuple(task for task in tasks.aside if task.name != NAME))


def from_options(picked: Collection[str], question: Question) -> Answers:
    """Checked options as answers; beside a finding, "none of these" does not count."""
    findings = [one for one in picked if one in GROUP_OF]
    groups = frozenset(question.groups)
    if not findings:
        if "unsure" in picked:
            return Answers(unsure=groups)
        return Answers(denied=groups) if "none" in picked else Answers()
    answered = frozenset(GROUP_OF[one] for one in findings)
    unsure = groups - answered if "unsure" in picked else frozenset[str]()
    # What was not checked is answered too, but in the groups where one names what one has.
    listed = frozenset() if question.id == "veins" else answered
    return Answers(dict.fromkeys(findings, Status.YES), listed=listed, unsure=unsure)
