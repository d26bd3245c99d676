"""What a task of several turns consists of."""

from dataclasses import dataclass
from typing import Protocol

from bot.care.answer import Answer
from bot.care.memory import Memory
from bot.care.turn import Context, Effect

# Not understood so often in a row, a question is let go or a person is offered.
MOST_TRIES = 2


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a task: what is said, the new memory (its task included), and effects."""

    answers: tuple[Answer, ...]
    memory: Memory
    effects: tuple[Effect, ...] = ()


class Flow(Protocol):
    """A task: how it begins, takes an answer, asks, and stops.

    `said` is the message without the questions in it that belong to other subjects; it is empty
    when a button was pressed.
    """

    @property
    def name(self) -> str:
        """The task's name, which is the topic that starts it."""

    @property
    def own_topics(self) -> frozenset[str]:
        """Topics that a statement (not a question) may sound like while it answers this task."""

    def begin(self, context: Context) -> Move:
        """Start, with what the message already tells."""

    def resume(self, context: Context) -> Move:
        """Take up the task again, after it was set aside."""

    def reads(self, said: str, context: Context) -> bool:
        """Tell whether the text surely answers what is open."""

    def take(self, said: str, context: Context) -> Move | None:
        """Take an answer; None if there is none in the message."""

    def not_understood(self, context: Context) -> Move:
        """Ask again in other words, or let the question go."""

    def ask(self, context: Context) -> Answer:
        """Return the open question once more, after something else was answered."""

    def why(self, context: Context) -> Move:
        """Say why the open question is asked, and ask it again."""

    def explain(self, context: Context) -> Move:
        """Say what the open question means, and ask it again."""

    def back(self, context: Context) -> Move:
        """Ask the question before the open one again."""

    def skip(self, context: Context) -> Move:
        """Leave the open question without an answer, if that can be."""

    def start_over(self, context: Context) -> Move:
        """Forget what was given, and begin anew."""

    def stop(self, context: Context) -> Move:
        """Stop for now or for good, and say so."""

    def correct(self, context: Context) -> Move | None:
        """Take a correction after the task is over; None if the message is none."""
