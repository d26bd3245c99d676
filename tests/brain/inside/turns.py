"""Turns as Rasa's processor takes them, with the events of a real one. Runs in Rasa's Python."""

import asyncio
from typing import Any

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [ask]
actions: [action_answer]
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
slots:
  treatment: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  tasks: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  topic: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)


def take_turn(store: SQLTrackerStore, sender: str, text: str, **slots: Any) -> DialogueStateTracker:
    """One message: retrieve, let the events of a turn happen, save. Returns what was retrieved."""
    return asyncio.run(_take_turn(store, sender, text, slots))


async def _take_turn(
    store: SQLTrackerStore, sender: str, text: str, slots: dict[str, Any]
) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update(SessionStarted())
        tracker.update(ActionExecuted("action_listen"))
    intent = {"name": "ask", "confidence": 0.9}
    tracker.update(UserUttered(text, intent, parse_data={"text": text, "intent": intent}), DOMAIN)
    tracker.update(ActionExecuted("action_answer"), DOMAIN)
    tracker.update(BotUttered(metadata={}, data={"custom": {"text": f"about {text}"}}))
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    tracker.update(ActionExecuted("action_listen"), DOMAIN)
    await store.save(tracker)
    return tracker


def retrieved(store: SQLTrackerStore, sender: str) -> DialogueStateTracker | None:
    """The tracker as the next turn would get it."""
    return asyncio.run(store.retrieve(sender))


def plain(tracker: DialogueStateTracker, last: int) -> list[dict[str, Any]]:
    """The last events, without what differs between two runs of the same turns."""
    events = [event.as_dict() for event in list(tracker.events)[-last:]]
    for event in events:
        for name in ("timestamp", "message_id", "metadata"):
            event.pop(name, None)
        event.get("parse_data", {}).pop("message_id", None)
    return events
