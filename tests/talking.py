"""A conversation judged by the domain alone: the model's reading of each message is given."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.care.answer import Answer
from bot.care.booking.request import ContactRequest
from bot.care.dialogue import respond
from bot.care.memory import Memory
from bot.care.protocol import Protocol
from bot.care.turn import Effect, RemindersSet, RemindersStopped, Reminding, Subject, Turn
from bot.knowledge.importer import load_folder
from bot.knowledge.medicines import load_medicines
from bot.knowledge.rendering import render_protocol
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics

CLINICS = Path(__file__).parents[1] / "clinics"
# A Tuesday evening.
NOW = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("America/Los_Angeles"))


@cache
def protocols() -> dict[str, Protocol]:
    packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    return {pack.id: render_protocol(pack, general) for pack in packs}


class Conversation:
    """A conversation with one clinic; slots are written and read as the tracker would."""

    def __init__(
        self,
        clinic: str,
        *,
        staff_online: bool = False,
        can_mail: bool = False,
        reaches_away: bool = False,
    ) -> None:
        self.protocol = protocols()[clinic]
        self.slots: dict[str, object] = {}
        self.effects: list[Effect] = []
        # What the records would hold of the reminders.
        self.reminding: Reminding | None = None
        self._staff_online, self._can_mail = staff_online, can_mail
        self._reaches_away = reaches_away

    @property
    def requests(self) -> list[ContactRequest]:
        return [one for one in self.effects if isinstance(one, ContactRequest)]

    def say(self, text: str, *heard: str | tuple[str, float]) -> tuple[Answer, ...]:
        subjects = [Subject(one, 0.9) if isinstance(one, str) else Subject(*one) for one in heard]
        return self._turn(Turn(text, self._with_rivals(subjects), NOW, {}))

    def heard(
        self, text: str, *subjects: Subject, also_in: str | None = None
    ) -> tuple[Answer, ...]:
        """Say something that the model hears in just this way; a part may be in a language."""
        return self._turn(Turn(text, subjects, NOW, {}, also_in=also_in))

    def press(self, answer: Answer, title: str) -> tuple[Answer, ...]:
        button = next(b for b in answer.buttons if b.title == title)
        topic, _, told = button.payload.removeprefix("/").partition("{")
        return self.command(topic, json.loads("{" + told) if told else {})

    def check(self, answer: Answer, *titles: str) -> tuple[Answer, ...]:
        """Check options of a reply."""
        values = {choice.title: choice.value for choice in answer.choices}
        return self.command("affirm", {"picked": [values[title] for title in titles]})

    def command(self, topic: str, told: dict[str, Any]) -> tuple[Answer, ...]:
        picked = tuple(told.pop("picked", ()))
        text = f"/{topic}{json.dumps(told)}"
        return self._turn(Turn(text, (Subject(topic, 1.0),), NOW, told, picked=picked))

    def hear(self, text: str, *heard: tuple[str, str]) -> tuple[Answer, ...]:
        """Say something of which the model hears each topic in words of its own."""
        subjects = tuple(Subject(topic, 0.9, (), words) for topic, words in heard)
        return self._turn(Turn(text, subjects, NOW, {}))

    def _with_rivals(self, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
        rivals = (("heat", 0.2), ("bathing", 0.15))
        return tuple(
            s if s.confidence > 0.5 else Subject(s.topic, s.confidence, rivals) for s in subjects
        )

    def _turn(self, turn: Turn) -> tuple[Answer, ...]:
        outcome = respond(
            replace(
                turn,
                staff_online=self._staff_online,
                can_mail=self._can_mail,
                reaches_away=self._reaches_away,
                reminding=self.reminding,
            ),
            Memory.from_slots(self.slots),
            protocol=self.protocol,
            topics=load_topics(CLINICS / "topics.yml"),
            medicines=load_medicines(CLINICS / "medicines.yml"),
            texts=load_texts(CLINICS / "texts"),
        )
        # Through JSON, as the tracker store does.
        self.slots = json.loads(json.dumps(outcome.memory.to_slots()))
        self.effects += outcome.effects
        for effect in outcome.effects:
            if isinstance(effect, RemindersSet | RemindersStopped):
                topics = effect.topics if isinstance(effect, RemindersSet) else None
                self.reminding = Reminding(isinstance(effect, RemindersSet), topics)
        return outcome.answers
