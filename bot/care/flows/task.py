"""The state of a task of several turns, as plain data and as a slot's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """A task under way or set aside.

    `asked` names what was asked last, `given` holds what was given so far (plain JSON), `tries`
    counts the answers in a row that were not understood.
    """

    name: str
    asked: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "name": self.name,
            "asked": self.asked,
            "given": dict(self.given),
            "tries": self.tries,
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Task":
        """Build a task from `to_json`'s values. Raises KeyError when it has no name."""
        return cls(
            str(plain["name"]),
            plain.get("asked"),
            plain.get("given") or {},
            int(plain.get("tries") or 0),
        )


@dataclass(frozen=True, slots=True)
class Tasks:
    """The task under way, if any, and those set aside, latest first.

    `done` are finished tasks that a later message may still correct, one of a name.
    """

    active: Task | None = None
    aside: tuple[Task, ...] = ()
    done: tuple[Task, ...] = ()

    def begin(self, task: Task) -> "Tasks":
        """Put a task on top; the one under way is set aside, an older one of its name goes."""
        others = [one for one in (self.active, *self.aside) if one and one.name != task.name]
        return replace(self, active=task, aside=tuple(others))

    def go_on(self, task: Task) -> "Tasks":
        """Replace the state of the task under way."""
        return replace(self, active=task)

    def set_aside(self) -> "Tasks":
        """Leave the task under way for later."""
        aside = (self.active, *self.aside) if self.active else self.aside
        return replace(self, active=None, aside=aside)

    def finish(self) -> "Tasks":
        """Forget the task under way."""
        return replace(self, active=None)

    def resume(self) -> "Tasks":
        """Take up the latest task that was set aside."""
        if not self.aside:
            return self
        return replace(self, active=self.aside[0], aside=self.aside[1:])

    def keep(self, task: Task) -> "Tasks":
        """Finish the task under way, and keep how it ended."""
        others = self.forget(task.name).done
        return replace(self, active=None, done=(task, *others))

    def kept(self, name: str) -> Task | None:
        """Return how the task of this name ended, if that is kept."""
        return next((one for one in self.done if one.name == name), None)

    def forget(self, name: str) -> "Tasks":
        """Keep nothing of how the task of this name ended."""
        return replace(self, done=tuple(one for one in self.done if one.name != name))

    def to_json(self) -> dict[str, Any] | None:
        """Return plain JSON values, None if there is no task at all."""
        if self == Tasks():
            return None
        return {
            "active": self.active.to_json() if self.active else None,
            "aside": [one.to_json() for one in self.aside],
            "done": [one.to_json() for one in self.done],
        }

    @classmethod
    def from_json(cls, plain: object) -> "Tasks":
        """Build the tasks from `to_json`'s values; anything else counts as none."""
        if not isinstance(plain, Mapping):
            return cls()
        active = plain.get("active")
        aside, done = plain.get("aside") or (), plain.get("done") or ()
        return cls(
            Task.from_json(active) if active else None,
            tuple(Task.from_json(one) for one in aside),
            tuple(Task.from_json(one) for one in done),
        )
