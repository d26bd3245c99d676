"""One of several workers that write to the same conversation: worker.py SENDER NAME TURNS.

Counts in a slot what the store gave it; anything that gets lost or doubled shows in the count.
"""

import asyncio
import os
import random
import sys

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered

from bot.brain.lock_store import ConversationLockStore
from bot.brain.tracker_store import WindowedTrackerStore

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [ask]
session_config: {session_expiration_time: 0, carry_over_slots_to_new_session: true}
slots:
  count: {type: any, influence_conversation: false, mappings: [{type: custom}]}
"""
)


async def work(sender: str, name: str, turns: int) -> None:
    store: SQLTrackerStore = WindowedTrackerStore(domain=DOMAIN, host=os.environ["STORE_URL"])
    locks = ConversationLockStore()
    # Both begin when both are there.
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(turns):
        async with locks.lock(sender, lock_lifetime=120):
            tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
            text, intent = f"{name} {number}", {"name": "ask", "confidence": 0.9}
            tracker.update(UserUttered(text, intent), DOMAIN)
            tracker.update(SlotSet("count", (tracker.get_slot("count") or 0) + 1))
            tracker.update(ActionExecuted("action_listen"), DOMAIN)
            await store.save(tracker)
        # A patient takes a moment too, and the other worker gets its turn.
        await asyncio.sleep(random.random() * 0.015)


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
