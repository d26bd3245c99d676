"""What a turn changed that is worth a record: the treatment as told, and the steps of tasks."""

from dataclasses import dataclass
from typing import Final, Literal

from bot.care.booking.request import ContactRequest, Family
from bot.care.flows.task import Tasks
from bot.care.memory import Memory
from bot.care.moments import Moment
from bot.care.rules import VeinKind
from bot.care.turn import Effect, Outcome, ScreeningDone

Step = Literal["started", "finished", "abandoned"]
SCREENING: Final = "candidate"


@dataclass(frozen=True, slots=True)
class TreatmentTold:
    """The patient's treatment as it is known after a message that told something of it."""

    kind: str | None
    when: Moment | None
    vein_kind: VeinKind | None


@dataclass(frozen=True, slots=True)
class TaskStep:
    """A task was started, came to its end, or was left without one (it may be taken up again)."""

    step: Step
    task: str


def treatment_told(before: Memory, after: Memory) -> TreatmentTold | None:
    """Return the treatment if the turn told something new of it, else None."""
    known = (after.treatment_kind, after.treated, after.vein_kind)
    if known == (before.treatment_kind, before.treated, before.vein_kind) or not any(known):
        return None
    return TreatmentTold(*known)


def task_steps(before: Memory, outcome: Outcome) -> tuple[TaskStep, ...]:
    """Return what became of tasks in a turn, in the order started, finished, abandoned.

    A result that is only corrected is no new task.
    """
    was, now = before.tasks, outcome.memory.tasks
    done = {task for effect in outcome.effects if (task := _ends(effect)) is not None}
    if before.screening.done and SCREENING not in _names(was):
        done -= {SCREENING}
    started = (_names(now) | done) - _names(was)
    abandoned = (_names(was) - _names(now) - done) | _set_aside(was, now)
    steps: tuple[tuple[Step, set[str]], ...] = (
        ("started", started),
        ("finished", done),
        ("abandoned", abandoned),
    )
    return tuple(TaskStep(step, name) for step, names in steps for name in sorted(names))


def _ends(effect: Effect) -> str | None:
    """Return the task that comes to its end with an effect."""
    match effect:
        case ScreeningDone():
            return SCREENING
        case ContactRequest():
            return "book" if effect.kind.family is Family.CONTACT else "reschedule"
        case _:
            return None


def _names(tasks: Tasks) -> set[str]:
    return {task.name for task in (tasks.active, *tasks.aside) if task is not None}


def _set_aside(was: Tasks, now: Tasks) -> set[str]:
    """Return the task that was stopped for now: set aside, with nothing in its place."""
    if was.active is None or now.active is not None:
        return set()
    return {was.active.name} & {task.name for task in now.aside}
