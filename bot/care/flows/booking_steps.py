"""What a request says next: a question, a problem, the read-back, or that it is stored."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.care import replies
from bot.care.answer import Answer, Button
from bot.care.booking.draft import Draft, Field
from bot.care.booking.found import Problem, Trouble
from bot.care.booking.request import Kind
from bot.care.booking.wording import hours_in_words, opening_in_words, summary
from bot.care.flows.flow import Move
from bot.care.flows.task import Task
from bot.care.memory import Memory
from bot.care.screening import judge, result_text
from bot.care.turn import Context

DETAILS: Final = "details"
CONFIRM: Final = "confirm"
WHICH: Final = "which"
# Buttons of this task carry what they do: {"do": "book:send-1a2b3c"}.
SEND: Final = "send-"
CHOICE: Final = "choice-"
FIELD: Final = "field-"
_SKIP: Final = '/rephrase{"do": "skip"}'
_SKIPPABLE: Final = frozenset({"name", "times", "reason", "appointment"})


def flow_name(kind: Kind) -> str:
    """Return the topic that starts a request of this kind."""
    return "reschedule" if kind in (Kind.RESCHEDULE, Kind.CANCEL) else "book"


def draft_of(task: Task) -> Draft:
    """Return the request that a task is putting together."""
    return Draft.from_json(task.given["draft"])


def problem_of(task: Task) -> Problem | None:
    """Return what was wrong with the last answer, if it is still open."""
    plain = task.given.get("problem")
    if not plain:
        return None
    return Problem(Trouble(plain["trouble"]), plain["told"], tuple(plain["choices"]))


def asking(asked: str, draft: Draft, memory: Memory, problem: Problem | None = None) -> Memory:
    """Return the memory with this as the open question."""
    given: dict[str, Any] = {"draft": draft.to_json()}
    if problem is not None:
        choices = list(problem.choices)
        given["problem"] = {"trouble": problem.trouble, "told": problem.told, "choices": choices}
    task = Task(flow_name(draft.kind), asked, given)
    active = memory.tasks.active
    same = active is not None and active.name == task.name
    tasks = memory.tasks.go_on(task) if same else memory.tasks.begin(task)
    return replace(memory, tasks=tasks, awaiting=None, unplaced=0)


def next_step(draft: Draft, context: Context) -> Move:
    """Ask for what is missing, or read everything back."""
    missing = draft.missing(screened=context.memory.screening.done)
    memory = asking(missing or CONFIRM, draft, context.memory)
    return Move((open_question(replace(context, memory=memory)),), memory)


def ask_about(problem: Problem, field: str, draft: Draft, context: Context) -> Move:
    """Say what is wrong with an answer, and offer what was probably meant."""
    memory = asking(field, draft, context.memory, problem)
    return Move((open_question(replace(context, memory=memory)),), memory)


def open_question(context: Context) -> Answer:
    """Return the question that is open, in its own words or as the problem with the answer."""
    task = context.memory.tasks.active
    if task is None or task.asked is None:
        raise ValueError("no request is open")
    draft, problem = draft_of(task), problem_of(task)
    if problem is not None:
        return _problem(problem, draft, context)
    if task.asked == CONFIRM:
        return _read_back(draft, context)
    key = "new_times" if task.asked == "times" and draft.kind is Kind.RESCHEDULE else task.asked
    return Answer(
        context.texts.say(f"booking.ask.{key}"),
        flow_name(draft.kind),
        buttons=_buttons(task.asked, draft, context),
    )


def send(draft: Draft, context: Context) -> Move:
    """Store the request, and say what happens next."""
    texts, protocol, memory = context.texts, context.protocol, context.memory
    form = "phone" if protocol.phone else "none"
    urgent = texts.say(
        f"booking.urgent.{form}", phone=protocol.phone, emergency_number=protocol.emergency_number
    )
    opening = opening_in_words(protocol.hours, context.turn.now, protocol.name, texts)
    text = texts.say(
        "booking.done", clinic=protocol.name, reach=draft.reach, opening=opening, urgent=urgent
    )
    name = flow_name(draft.kind)
    today = context.turn.now.date().isoformat()
    kept = Task(name, None, {"draft": draft.to_json(), "day": today})
    memory = replace(
        memory, tasks=memory.tasks.keep(kept), last_topic=name, awaiting=None, unplaced=0
    )
    return Move((Answer(text, name),), memory, (draft.request(_screening(draft, context)),))


def payload(draft: Draft, what: str, intent: str = "affirm") -> str:
    """Return what a button of this task tells: `what` is done to the request."""
    return f"/{intent}{json.dumps({'do': f'{flow_name(draft.kind)}:{what}'})}"


def fingerprint(draft: Draft) -> str:
    """Return a mark of exactly this request, so that an old button can't send a changed one."""
    plain = json.dumps(draft.to_json(), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:8]


def drop_button(draft: Draft, context: Context) -> Button:
    """Return the button that ends it all, before anything is sent."""
    return Button(context.texts.say("button.no_thanks"), payload(draft, "drop", "deny"), "deny")


def _read_back(draft: Draft, context: Context) -> Answer:
    texts, clinic = context.texts, context.protocol.name
    lines = (
        texts.say("booking.read_back", clinic=clinic),
        summary(draft, texts),
        texts.say("booking.consent", clinic=clinic),
    )
    sent = payload(draft, SEND + fingerprint(draft))
    buttons = (
        Button(texts.say("booking.button.send"), sent),
        Button(texts.say("booking.button.change"), payload(draft, "change", "rephrase")),
        Button(texts.say("booking.button.drop"), payload(draft, "drop", "deny")),
    )
    return Answer("\n".join(lines), flow_name(draft.kind), buttons=buttons)


def _buttons(asked: str, draft: Draft, context: Context) -> tuple[Button, ...]:
    texts = context.texts
    if asked == WHICH:
        return tuple(
            Button(texts.say(f"booking.field.{one}"), payload(draft, FIELD + one, "rephrase"))
            for one in draft.fields()
            if one != "share" or context.memory.screening.done
        )
    if asked == "share":
        return tuple(
            Button(texts.say(f"booking.button.{one}"), payload(draft, one))
            for one in ("share_yes", "share_no")
        )
    buttons: list[Button] = []
    if asked == "times" and draft.kind is not Kind.RESCHEDULE:
        buttons += [
            Button(texts.say(f"booking.button.{one}"), payload(draft, one))
            for one in ("any_time", "soonest")
        ]
    elif asked in _SKIPPABLE:
        buttons.append(Button(texts.say("booking.button.skip"), _SKIP))
    return (*buttons, drop_button(draft, context))


def _problem(problem: Problem, draft: Draft, context: Context) -> Answer:
    texts, protocol = context.texts, context.protocol
    first = problem.choices[0] if problem.choices else ""
    hours = hours_in_words(protocol.hours, texts) if protocol.hours else ""
    text = texts.say(
        f"booking.problem.{problem.trouble}",
        told=problem.told[:40],
        first=first,
        clinic=protocol.name,
        hours=hours,
    )
    titles = list(problem.choices)
    if problem.trouble is Trouble.EMAIL_TYPO:
        titles[1] = texts.say("booking.button.keep_address", address=titles[1])
    buttons = [Button(one, payload(draft, f"{CHOICE}{n}")) for n, one in enumerate(titles)]
    if problem.trouble is Trouble.TIME_CLOSED:
        as_it_is = texts.say("booking.button.as_it_is")
        buttons.append(Button(as_it_is, payload(draft, "as_it_is")))
    buttons.append(drop_button(draft, context))
    return Answer(text, flow_name(draft.kind), buttons=tuple(buttons))


def _screening(draft: Draft, context: Context) -> Mapping[str, Any] | None:
    """The summary that goes along, if the patient agreed."""
    if not draft.share:
        return None
    answers = context.memory.screening.answers
    result = judge(context.protocol.screening, answers)
    return {
        "outcome": str(result.outcome),
        "summary": result_text(result, context.protocol.name, context.texts),
        "answers": answers.to_json(),
    }


def ask_field(field: Field, draft: Draft, context: Context) -> Move:
    """Ask for one part of the request, told before or not."""
    memory = asking(field, draft, context.memory)
    return Move((open_question(replace(context, memory=memory)),), memory)


def ask_which(draft: Draft, context: Context) -> Move:
    """Ask what is to be changed."""
    memory = asking(WHICH, draft, context.memory)
    return Move((open_question(replace(context, memory=memory)),), memory)


def drop(context: Context, key: str = "booking.dropped") -> Move:
    """End it, unsent, and forget what was told."""
    left = context.memory.tasks.finish()
    answer = Answer(context.texts.say(key), "deny")
    return Move((answer,), replace(context.memory, tasks=left, awaiting=None))


def opening(draft: Draft, topic: str, context: Context) -> Answer:
    """Return the first reply: what can be done here, and everything that is needed."""
    texts, protocol = context.texts, context.protocol
    if topic == "handoff" or draft.kind is Kind.CONSULTATION:
        told = replies.published(topic, protocol, texts, symptom=False)
        first = told or replies.chat(topic, protocol, texts)
    else:
        first = Answer(texts.say(f"booking.begin.{draft.kind}", clinic=protocol.name), topic)
    asked = open_question(context)
    return replace(first, text=f"{first.text} {asked.text}", buttons=asked.buttons)
