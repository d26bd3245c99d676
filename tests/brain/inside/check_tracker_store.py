"""bot.brain.tracker_store against Rasa's own SQL store, on the database in STORE_URL."""

import asyncio
import os
import threading
import unittest
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from turns import DOMAIN, plain, retrieved, take_turn

from bot.brain import tracker_store
from bot.brain.tracker_store import LONGEST, WINDOW, WindowedTrackerStore

URL = os.environ["STORE_URL"]
TURNS = 60
PLACES = ("thigh", None, "calf")


def ours() -> WindowedTrackerStore:
    return WindowedTrackerStore(domain=DOMAIN, host=URL)


def rasas() -> SQLTrackerStore:
    return SQLTrackerStore(domain=DOMAIN, host=URL)


def talk(store: SQLTrackerStore, sender: str, number: int) -> Any:
    slots: dict[str, Any] = {"topic": f"t{number}"}
    if number % 7 == 0:
        slots["treatment"] = {"day": number, "where": PLACES[number % 3]}
    if number == 5:
        slots["tasks"] = [{"kind": "book"}]
    return take_turn(store, sender, f"question {number}", **slots)


class Store(unittest.TestCase):
    def setUp(self) -> None:
        self.sender, self.other = uuid4().hex, uuid4().hex

    def stored(self, sender: str) -> list[str]:
        """The texts of a conversation's messages as they stand in the database."""
        tracker = asyncio.run(rasas().retrieve_full_tracker(sender))
        return [event.text for event in tracker.events if event.type_name == "user"]

    def same(self, one: WindowedTrackerStore, other: SQLTrackerStore) -> None:
        """Both stores give the next turn the same slots, message and latest events."""
        a, b = retrieved(one, self.sender), retrieved(other, self.other)
        self.assertEqual(a.current_slot_values(), b.current_slot_values())
        self.assertEqual(a.latest_message.text, b.latest_message.text)
        self.assertEqual(a.latest_action_name, b.latest_action_name)
        self.assertEqual(a.active_loop_name, b.active_loop_name)
        self.assertEqual(plain(a, 5), plain(b, 5))
        # Rasa sends an action a copy that it makes by replaying the events.
        self.assertEqual(a.copy().current_slot_values(), b.copy().current_slot_values())

    def test_the_same_turns_give_the_same_events_and_slots(self) -> None:
        one, other = ours(), rasas()
        for number in range(TURNS):
            talk(one, self.sender, number)
            talk(other, self.other, number)
            self.same(one, other)
        whole = asyncio.run(one.retrieve_full_tracker(self.sender))
        plainly = asyncio.run(other.retrieve_full_tracker(self.other))
        self.assertEqual(plain(whole, 10_000), plain(plainly, 10_000))

    def test_after_a_restart_at_any_turn_it_is_the_same(self) -> None:
        other = rasas()
        for number in range(TURNS):
            talk(ours(), self.sender, number)
            talk(other, self.other, number)
            if number % 6 == 0:
                self.same(ours(), other)

    def test_two_workers_take_turns(self) -> None:
        workers = ours(), ours()
        for number in range(TURNS):
            talk(workers[number % 2], self.sender, number)
        self.assertEqual(self.stored(self.sender), [f"question {n}" for n in range(TURNS)])
        self.assertEqual(retrieved(ours(), self.sender).get_slot("topic"), f"t{TURNS - 1}")

    def test_what_two_workers_write_at_once_is_all_there_and_once(self) -> None:
        talk(ours(), self.sender, 0)
        failed: list[BaseException] = []

        def work(worker: int) -> None:
            store = ours()
            try:
                for number in range(25):
                    take_turn(store, self.sender, f"w{worker} {number}", **{slots[worker]: number})
            except BaseException as error:
                failed.append(error)

        slots = ("topic", "treatment")
        threads = [threading.Thread(target=work, args=(worker,)) for worker in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        said = self.stored(self.sender)
        for worker in (0, 1):
            told = [text for text in said if text.startswith(f"w{worker}")]
            self.assertEqual(told, [f"w{worker} {number}" for number in range(25)])
        last = retrieved(ours(), self.sender)
        self.assertEqual((last.get_slot("topic"), last.get_slot("treatment")), (24, 24))

    def test_a_tracker_may_be_saved_again(self) -> None:
        """Also after a save that cut the tracker which is kept in memory."""
        store = ours()
        for number in range(TURNS):
            asyncio.run(store.save(talk(store, self.sender, number)))
        self.assertEqual(self.stored(self.sender), [f"question {n}" for n in range(TURNS)])

    def test_a_turn_that_failed_leaves_nothing_behind(self) -> None:
        store = ours()
        talk(store, self.sender, 0)
        half = retrieved(store, self.sender)
        half.slots["topic"].value = "never saved"
        self.assertEqual(retrieved(store, self.sender).get_slot("topic"), "t0")

    def test_a_deleted_conversation_is_forgotten(self) -> None:
        store = ours()
        talk(store, self.sender, 0)
        with store.engine.begin() as connection:
            for table in ("events", "tracker_snapshots"):
                statement = f"DELETE FROM {table} WHERE sender_id = :sender"
                connection.execute(sa.text(statement), {"sender": self.sender})
        self.assertIsNone(retrieved(store, self.sender))
        self.assertEqual(talk(store, self.sender, 3).get_slot("treatment"), None)

    def test_a_conversation_that_rasas_store_wrote_goes_on(self) -> None:
        for number in range(8):
            talk(rasas(), self.sender, number)
        store = ours()
        talk(store, self.sender, 8)
        self.assertEqual(retrieved(store, self.sender).get_slot("tasks"), [{"kind": "book"}])
        self.assertEqual(self.stored(self.sender), [f"question {n}" for n in range(9)])

    def test_a_turn_never_gets_more_than_the_window_allows(self) -> None:
        store = ours()
        most = max(len(talk(store, self.sender, number).events) for number in range(TURNS))
        slots = len(DOMAIN.slots)  # at most one event for each comes before the latest ones
        self.assertLess(most, LONGEST + WINDOW)
        self.assertLessEqual(len(retrieved(ours(), self.sender).events), WINDOW + slots)

    def test_what_was_just_written_is_not_read_again(self) -> None:
        store = ours()
        talk(store, self.sender, 0)
        read: list[str] = []
        sa.event.listen(
            store.engine, "before_cursor_execute", lambda *told: read.append(str(told[2]))
        )
        talk(store, self.sender, 1)
        self.assertEqual([one for one in read if "FROM events" in one], [])

    def test_memory_is_let_go(self) -> None:
        store = ours()
        senders = [uuid4().hex for _ in range(5)]
        most, tracker_store.MOST_KEPT = tracker_store.MOST_KEPT, 3
        try:
            for sender in senders:
                talk(store, sender, 0)
            self.assertEqual(list(store._kept), senders[2:])
        finally:
            tracker_store.MOST_KEPT = most
        kept, tracker_store.KEPT_SECONDS = tracker_store.KEPT_SECONDS, -1.0
        try:
            talk(store, self.sender, 0)
            self.assertEqual(list(store._kept), [])
        finally:
            tracker_store.KEPT_SECONDS = kept
