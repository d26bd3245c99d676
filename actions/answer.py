"""The one action: every topic of every clinic is answered here."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.knowledge import Knowledge
from actions.tracker_reading import read_turn
from bot.care.dialogue import respond
from bot.care.memory import Memory
from bot.records.requests import add_request
from bot.records.unplaced import add_unplaced
from bot.settings import load_settings


class ActionAnswer(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """Tracker in, domain call, replies out."""

    def __init__(self) -> None:
        self._knowledge = Knowledge.of(load_settings())

    def name(self) -> str:
        """Return the name that the rules use."""
        return "action_answer"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[EventType]:
        """Answer the latest message; the gateway's metadata says which clinic is asked."""
        message: dict[str, Any] = tracker.latest_message
        protocol = self._knowledge.protocol(message.get("metadata", {}).get("clinic", ""))
        now = self._knowledge.clock.now(protocol.zone)
        outcome = respond(
            read_turn(message, now, self._knowledge.languages),
            Memory.from_slots(tracker.slots),
            protocol=protocol,
            topics=self._knowledge.topics,
            texts=self._knowledge.texts,
        )
        if outcome.callback is not None:
            with self._knowledge.database.write() as session:
                add_request(session, protocol.clinic_id, tracker.sender_id, outcome.callback, now)
        if outcome.unplaced is not None:
            with self._knowledge.database.write() as session:
                add_unplaced(session, protocol.clinic_id, now.date(), outcome.unplaced)
        for answer in outcome.answers:
            dispatcher.utter_message(json_message=answer.to_payload())
        slots = outcome.memory.to_slots()
        return [
            SlotSet(name, value)
            for name, value in slots.items()
            if tracker.slots.get(name) != value
        ]
