"""bot.brain.whole_turns: while the tracker store fails, Rasa's REST channel gives no replies."""

import asyncio
import json
import unittest
from types import SimpleNamespace
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from turns import DOMAIN

from bot.brain.tracker_store import WindowedTrackerStore
from bot.brain.whole_turns import WholeTurns, fail_without_tracker


class BrokenStore(WindowedTrackerStore):
    """A store whose database has just gone away."""

    def __init__(self) -> None:
        super().__init__(domain=DOMAIN, db=":memory:")
        self.failing: set[str] = set()

    async def retrieve(self, sender_id: str) -> Any:
        if "retrieve" in self.failing:
            raise ConnectionError
        return await super().retrieve(sender_id)

    async def save(self, tracker: Any) -> None:
        if "save" in self.failing:
            raise ConnectionError
        await super().save(tracker)


class WholeTurn(unittest.TestCase):
    def setUp(self) -> None:
        fail_without_tracker()
        self.broken = BrokenStore()
        self.store = Agent._create_tracker_store(self.broken, DOMAIN)

    def test_a_turn_is_answered(self) -> None:
        self.assertEqual(self.replies_of_a_turn(), ["an answer"])

    def test_what_cannot_be_read_is_not_taken_for_a_new_conversation(self) -> None:
        self.broken.failing = {"retrieve"}
        self.assertEqual(self.replies_of_a_turn(), [])

    def test_what_cannot_be_saved_is_not_answered(self) -> None:
        self.broken.failing = {"save"}
        self.assertEqual(self.replies_of_a_turn(), [])

    def replies_of_a_turn(self) -> list[str]:
        """Send a message through the channel to a processor that does what Rasa's does."""

        async def handle(message: UserMessage) -> None:
            tracker = await self.store.get_or_create_tracker("a", append_action_listen=False)
            await message.output_channel.send_text_message("a", "an answer")
            await self.store.save(tracker)

        self.assertEqual(WholeTurns.name(), "rest")
        routes = WholeTurns().blueprint(handle)._future_routes
        receive = next(route.handler for route in routes if route.uri == "/webhook")
        request = SimpleNamespace(json={"sender": "a", "message": "hello"}, args={})
        return [one["text"] for one in json.loads(asyncio.run(receive(request)).body)]
