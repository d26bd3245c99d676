"""The form of a pack's reminders, and of what general.yml says for all clinics."""

from datetime import time
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from bot.knowledge.facts import Strict
from bot.knowledge.prose import ProseText

Day = Annotated[int, Field(ge=0, le=366)]
SPOKEN = "en"


class ReminderForm(Strict):
    """What the document asks on certain days: `days` after the treatment, or a fact's first day."""

    topic: str
    days: list[Day] = Field(default=[])
    fact: str | None = None
    text: dict[str, ProseText]
    sources: list[str] = Field(min_length=1)
    books: bool = False

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if bool(self.days) == (self.fact is not None):
            raise ValueError("give either days or fact; one of them says when")
        return self

    @field_validator("text")
    @classmethod
    def _spoken(cls, text: dict[str, str]) -> dict[str, str]:
        if SPOKEN not in text:
            raise ValueError(f"there is no text in {SPOKEN!r}; add it")
        return text


class GeneralRemindersForm(Strict):
    """When reminders are sent, on the patient's clock. "09:00" has to be quoted in YAML."""

    hour: time
    quiet_from: time
    quiet_until: time
    late_hours: int = Field(ge=1, le=240)
    check_in_day: Annotated[int, Field(ge=1, le=30)] | None = None

    @model_validator(mode="after")
    def _by_day(self) -> Self:
        if not self.quiet_until <= self.hour < self.quiet_from:
            raise ValueError(
                f"hour {self.hour:%H:%M} lies in the quiet time; "
                f"choose one from {self.quiet_until:%H:%M} to {self.quiet_from:%H:%M}"
            )
        return self
