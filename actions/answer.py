"""The one action: every topic of every clinic is answered here."""

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.effects import Case, carry_out, worth_storing
from actions.knowledge import Knowledge
from actions.tracker_reading import read_turn
from bot.care.dialogue import respond
from bot.care.memory import Memory
from bot.care.turn import Outcome, Reminding
from bot.logs import request_id
from bot.records.reminders import reminding
from bot.settings import load_settings

logger = logging.getLogger(__name__)


class ActionAnswer(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """Tracker in, domain call, replies out."""

    def __init__(self) -> None:
        settings = load_settings()
        self._knowledge = Knowledge.of(settings)
        self._notified = frozenset(settings.notify)

    def name(self) -> str:
        """Return the name that the rules use."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer the latest message; the gateway's metadata says which clinic is asked."""
        message: dict[str, Any] = tracker.latest_message
        metadata = message.get("metadata") or {}
        request_id.set(str(metadata.get("request") or "-"))
        protocol = self._knowledge.protocol(metadata.get("clinic", ""))
        now = self._knowledge.clock.now(protocol.zone)
        memory = Memory.from_slots(tracker.slots)
        outcome = respond(
            read_turn(message, now, self._knowledge.languages, self._reminding(tracker, memory)),
            memory,
            protocol=protocol,
            topics=self._knowledge.topics,
            texts=self._knowledge.texts,
            medicines=self._knowledge.medicines,
        )
        effects = worth_storing(memory, outcome)
        if effects:
            number = int(metadata.get("message", 0))
            clinic = protocol.clinic_id
            about = Case(clinic, tracker.sender_id, number, now, clinic in self._notified)
            with self._knowledge.database.write() as session:
                carry_out(effects, session, about)
        logger.info(
            "answered conversation=%s request=%s topics=%s",
            *(tracker.sender_id, request_id.get(), _topics(outcome)),
        )
        for answer in outcome.answers:
            dispatcher.utter_message(json_message=answer.to_payload())
        slots = outcome.memory.to_slots()
        return [
            SlotSet(name, value)
            for name, value in slots.items()
            if tracker.slots.get(name) != value
        ]

    def _reminding(self, tracker: Tracker, memory: Memory) -> Reminding | None:
        """Look the reminders up, where any were set: the patient may have ended them elsewhere."""
        if memory.reminders is None or memory.reminders.state != "set":
            return None
        with self._knowledge.database.read() as session:
            return reminding(session, tracker.sender_id)


def _topics(outcome: Outcome) -> str:
    return ",".join(answer.topic for answer in outcome.answers)
