"""A tracker store on Rasa's own tables whose cost does not grow with the conversation.

Rasa's SQL store loads and parses all events of a session at every turn, counts them again to save,
and its policies replay them all. No rule of ours looks further back than the latest message, and
all memory is in slots (bot/care/memory.py). So a turn gets the latest events and the slots as they
stand; older events stay in the database, for export and for a patient's copy.
"""

import json
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import AllSlotsReset, Event, Restarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

# A turn writes about seven events. The window is cut where a turn begins.
WINDOW = 40
# A tracker in memory grows to this many events before it is cut to the window again.
LONGEST = 2 * WINDOW
# So many conversations, and so long after their latest turn, are kept in memory.
MOST_KEPT = 1_000
KEPT_SECONDS = 600.0


@dataclass
class Stored:
    """What the database holds of a tracker: the last event's id, and how many of its events."""

    last_event_id: int
    events: int


class WindowedTrackerStore(SQLTrackerStore):  # type: ignore[misc]  # Rasa's types are not checked
    """Appends new events, and gives each turn the latest ones and a snapshot of the slots.

    The snapshot names the event after which it was taken. A tracker that is kept in memory is used
    only while that is still the event it ended with: when another worker took a turn, or the
    conversation was deleted, it is read anew.
    """

    class SQLSnapshot(SQLTrackerStore.Base):  # type: ignore[misc]
        """The slots of a conversation after its last event."""

        __tablename__ = "tracker_snapshots"

        sender_id = sa.Column(sa.String(255), primary_key=True)
        last_event_id = sa.Column(sa.Integer, nullable=False)
        slots = sa.Column(sa.Text, nullable=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept: OrderedDict[str, tuple[DialogueStateTracker, float]] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker with the latest events, or None for an unknown conversation."""
        kept = self._kept.pop(sender_id, None)
        with self.session_scope() as session:
            snapshot = session.get(self.SQLSnapshot, sender_id)
            if snapshot is None:
                return self._without_snapshot(session, sender_id)
            if kept and _stored(kept[0]).last_event_id == snapshot.last_event_id:
                return kept[0]
            return self._read(session, snapshot)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events and bring the snapshot up to date."""
        await self.stream_events(tracker)
        stored: Stored | None = getattr(tracker, "stored", None)
        with self.session_scope() as session:
            if stored is None:
                # Made by create_tracker, or with all events of the conversation.
                new: list[Event] = list(self._additional_events(session, tracker))
            else:
                new = list(islice(tracker.events, stored.events, None))
            if not new:
                return
            rows = [self._row(tracker.sender_id, event) for event in new]
            session.add_all(rows)
            session.flush()  # takes the database's lock on SQLite before the snapshot is read
            last = int(rows[-1].id)
            before = self._write_snapshot(session, tracker, new, last)
            session.commit()
        tracker.stored = Stored(last, len(tracker.events))
        # If another worker took a turn in between, what this tracker knows is not all there is.
        if before == (stored.last_event_id if stored else 0):
            self._keep(tracker, last)

    def _row(self, sender_id: str, event: Event) -> Any:
        data: dict[str, Any] = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )

    def _write_snapshot(
        self, session: Session, tracker: DialogueStateTracker, new: list[Event], last: int
    ) -> int:
        """Bring the snapshot up to date; returns the event that it stood at before, or 0."""
        query = sa.select(self.SQLSnapshot).filter_by(sender_id=tracker.sender_id)
        snapshot: Any = session.execute(query.with_for_update()).scalar_one_or_none()
        if snapshot is None:
            slots = json.dumps(tracker.current_slot_values())
            row = self.SQLSnapshot(sender_id=tracker.sender_id, last_event_id=last, slots=slots)
            session.add(row)
            return 0
        before = int(snapshot.last_event_id)
        # Of slots, only those set now: another worker may have set others in between.
        snapshot.slots = json.dumps(_after(json.loads(snapshot.slots), tracker, new))
        snapshot.last_event_id = last
        return before

    def _read(self, session: Session, snapshot: Any) -> DialogueStateTracker:
        newest = (
            session.query(self.SQLEvent.data)
            .filter(self.SQLEvent.sender_id == snapshot.sender_id)
            .filter(self.SQLEvent.id <= snapshot.last_event_id)
            .order_by(self.SQLEvent.id.desc())
            .limit(WINDOW)
            .all()
        )
        events = [json.loads(row.data) for row in reversed(newest)]
        begin = _turn_begin(events) if len(events) == WINDOW else 0
        tracker = DialogueStateTracker.from_dict(
            snapshot.sender_id, events[begin:], self.domain.slots
        )
        _set_slots(tracker, json.loads(snapshot.slots))
        tracker.stored = Stored(snapshot.last_event_id, len(tracker.events))
        return tracker

    def _without_snapshot(self, session: Session, sender_id: str) -> DialogueStateTracker | None:
        """Return a conversation that Rasa's own store wrote, or None if there is none."""
        rows = self._event_query(session, sender_id, fetch_events_from_all_sessions=True).all()
        if not rows:
            return None
        events = [json.loads(row.data) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.stored = Stored(int(rows[-1].id), len(tracker.events))
        return tracker

    def _keep(self, tracker: DialogueStateTracker, last: int) -> None:
        """Keep a saved tracker for the next turn, and let go of those that nobody came back to."""
        if len(tracker.events) > LONGEST:
            tracker = self._cut(tracker)
            tracker.stored = Stored(last, len(tracker.events))
        now = time.monotonic()
        self._kept[tracker.sender_id] = (tracker, now)
        self._kept.move_to_end(tracker.sender_id)
        while self._kept:
            oldest, (_, since) = next(iter(self._kept.items()))
            if len(self._kept) <= MOST_KEPT and now - since <= KEPT_SECONDS:
                return
            del self._kept[oldest]

    def _cut(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = [event.as_dict() for event in islice(tracker.events, _cut_at(tracker), None)]
        cut = DialogueStateTracker.from_dict(
            tracker.sender_id, events[_turn_begin(events) :], self.domain.slots
        )
        _set_slots(cut, tracker.current_slot_values())
        return cut


def _stored(tracker: DialogueStateTracker) -> Stored:
    stored: Stored = tracker.stored
    return stored


def _cut_at(tracker: DialogueStateTracker) -> int:
    return max(0, len(tracker.events) - WINDOW)


def _turn_begin(events: list[dict[str, Any]]) -> int:
    """Return where the first whole turn begins: at the listening before a patient's message."""
    for place, event in enumerate(events):
        if event["event"] == "action" and event.get("name") == "action_listen":
            return place
    return 0


def _set_slots(tracker: DialogueStateTracker, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name in tracker.slots:
            tracker.slots[name].value = value


def _after(
    slots: dict[str, Any], tracker: DialogueStateTracker, new: Iterable[Event]
) -> dict[str, Any]:
    """Return the slots of a snapshot after new events of this tracker."""
    if any(isinstance(event, AllSlotsReset | Restarted) for event in new):
        return dict(tracker.current_slot_values())
    return {**slots, **{event.key: event.value for event in new if isinstance(event, SlotSet)}}
