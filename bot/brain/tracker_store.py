"""A tracker store on Rasa's own tables whose cost does not grow with the conversation.

Rasa's SQL store loads and parses all events of a session at every turn, counts them again to save,
and its policies replay them all. No rule of ours looks further back than the latest message, and
all memory is in slots (bot/care/memory.py). So a turn gets the latest events and the slots as they
stand; older events stay in the database, for export and for a patient's copy.
"""

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import AllSlotsReset, Event, Restarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, sessionmaker

from bot.brain.tracker_engine import keeping_connections

# A turn writes about eight events. The window is cut where a turn begins. Rasa replays what is in
# it a dozen times for each message, so it is no longer than the rules need.
WINDOW = 12
# A tracker in memory grows to this many events before it is cut to the window again.
LONGEST = 20
# So many conversations, and so long after their latest turn, are kept in memory.
MOST_KEPT = 1_000
KEPT_SECONDS = 600.0


logger = logging.getLogger(__name__)


@dataclass
class Stored:
    """What the database holds of a tracker: the last event's id, and how many of its events."""

    last_event_id: int
    events: int


class SQLSnapshot(SQLTrackerStore.Base):  # type: ignore[misc]  # Rasa's types are not checked
    """The slots of a conversation after its last event."""

    __tablename__ = "tracker_snapshots"

    sender_id = sa.Column(sa.String(255), primary_key=True)
    last_event_id = sa.Column(sa.Integer, nullable=False)
    slots = sa.Column(sa.Text, nullable=False)


# Statements are written once: to SQLAlchemy a new one costs as much as its execution.
_events, _snapshots = SQLTrackerStore.SQLEvent.__table__, SQLSnapshot.__table__
_sender: Any = sa.bindparam("sender")
_last: Any = sa.bindparam("last")
_mine = _snapshots.c.sender_id == _sender
_values = {"last_event_id": _last, "slots": sa.bindparam("slots")}
ADD_EVENT = _events.insert()
ANY_EVENT = sa.select(_events.c.id).where(_events.c.sender_id == _sender).limit(1)
LATEST_EVENTS = (
    sa.select(_events.c.data)
    .where(_events.c.sender_id == _sender, _events.c.id <= _last)
    .order_by(_events.c.id.desc())
    .limit(sa.bindparam("most"))
)
SNAPSHOT = sa.select(_snapshots).where(_mine)
SNAPSHOT_TO_CHANGE = SNAPSHOT.with_for_update()
ADD_SNAPSHOT = _snapshots.insert().values(sender_id=_sender, **_values)
CHANGE = _snapshots.update().where(_mine).values(_values)
GO_ON = CHANGE.where(_snapshots.c.last_event_id == sa.bindparam("known"))


class WindowedTrackerStore(SQLTrackerStore):  # type: ignore[misc]  # Rasa's types are not checked
    """Appends new events, and gives each turn the latest ones and a snapshot of the slots.

    The snapshot names the event after which it was taken. A tracker that is kept in memory is used
    only while that is still the event it ended with: when another worker took a turn, or the
    conversation was deleted, it is read anew.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.engine: Engine = keeping_connections(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)
        self._kept: OrderedDict[str, tuple[DialogueStateTracker, float]] = OrderedDict()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker with the latest events, or None for an unknown conversation."""
        kept = self._kept.pop(sender_id, None)
        with self.engine.connect() as connection:
            snapshot = connection.execute(SNAPSHOT, {"sender": sender_id}).one_or_none()
            if snapshot is not None:
                if kept and _stored(kept[0]).last_event_id == snapshot.last_event_id:
                    return kept[0]
                return self._read(connection, snapshot)
            if connection.execute(ANY_EVENT, {"sender": sender_id}).first() is None:
                return None
        with self.session_scope() as session:
            return self._without_snapshot(session, sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events and bring the snapshot up to date."""
        await self.stream_events(tracker)
        stored: Stored | None = getattr(tracker, "stored", None)
        new = self._unsaved(tracker) if stored is None else _since(tracker, stored)
        if not new:
            return
        known = stored.last_event_id if stored else 0
        with self.engine.begin() as connection:
            last = self._append(connection, tracker.sender_id, new)
            alone = self._write_snapshot(connection, tracker, new, known=known, last=last)
        logger.info(
            "turn conversation=%s request=%s events=%d",
            *(tracker.sender_id, _request(tracker), len(new)),
        )
        tracker.stored = Stored(last, len(tracker.events))
        # If another worker took a turn in between, what this tracker knows is not all there is.
        if alone:
            self._keep(tracker, last)

    def _unsaved(self, tracker: DialogueStateTracker) -> list[Event]:
        """Return the new events of a tracker that create_tracker made, or one with all events."""
        with self.engine.connect() as connection:
            if connection.execute(ANY_EVENT, {"sender": tracker.sender_id}).first() is None:
                return list(tracker.events)
        with self.session_scope() as session:
            return list(self._additional_events(session, tracker))

    def _append(self, connection: Connection, sender_id: str, new: Sequence[Event]) -> int:
        """Write the events in their order; returns the last one's id."""
        # On SQLite this takes the database's lock, before the snapshot is read.
        rows = [_row(sender_id, event) for event in new]
        if rows[:-1]:
            connection.execute(ADD_EVENT, rows[:-1])
        last: Any = connection.execute(ADD_EVENT, rows[-1])
        return int(last.inserted_primary_key[0])

    def _write_snapshot(
        self,
        connection: Connection,
        tracker: DialogueStateTracker,
        new: Sequence[Event],
        *,
        known: int,
        last: int,
    ) -> bool:
        """Bring the snapshot up to date; tells whether it still stood at the event `known`."""
        sender = {"sender": tracker.sender_id}
        values = {"last": last, "slots": json.dumps(tracker.current_slot_values())}
        if known and connection.execute(GO_ON, {**sender, **values, "known": known}).rowcount == 1:
            return True
        snapshot = connection.execute(SNAPSHOT_TO_CHANGE, sender).one_or_none()
        if snapshot is None:
            connection.execute(ADD_SNAPSHOT, {**sender, **values})
            return not known
        # Of slots, only those set now: another worker set others in between.
        values["slots"] = json.dumps(_after(json.loads(snapshot.slots), tracker, new))
        connection.execute(CHANGE, {**sender, **values})
        return False

    def _read(self, connection: Connection, snapshot: Any) -> DialogueStateTracker:
        window = {"sender": snapshot.sender_id, "last": snapshot.last_event_id, "most": WINDOW}
        latest = connection.execute(LATEST_EVENTS, window).scalars().all()
        events = [json.loads(data) for data in reversed(latest)]
        begin = _turn_begin([_is_listening(**event) for event in events])
        tracker = DialogueStateTracker.from_dict(
            snapshot.sender_id, events[begin if len(events) == WINDOW else 0 :], self.domain.slots
        )
        for name, value in json.loads(snapshot.slots).items():
            if name in tracker.slots:
                tracker.slots[name].value = value
        _tell_slots_first(tracker)
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
            _cut(tracker)
            tracker.stored = Stored(last, len(tracker.events))
        now = time.monotonic()
        self._kept[tracker.sender_id] = (tracker, now)
        self._kept.move_to_end(tracker.sender_id)
        while self._kept:
            oldest, (_, since) = next(iter(self._kept.items()))
            if len(self._kept) <= MOST_KEPT and now - since <= KEPT_SECONDS:
                return
            del self._kept[oldest]


def _request(tracker: DialogueStateTracker) -> str:
    """Return the id of the gateway's request that the turn belongs to."""
    metadata = getattr(tracker.latest_message, "metadata", None) or {}
    return str(metadata.get("request", "-"))


def _row(sender_id: str, event: Event) -> dict[str, Any]:
    data: dict[str, Any] = event.as_dict()
    return {
        "sender_id": sender_id,
        "type_name": event.type_name,
        "timestamp": data.get("timestamp"),
        "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
        "action_name": data.get("name"),
        "data": json.dumps(data),
    }


def _stored(tracker: DialogueStateTracker) -> Stored:
    stored: Stored = tracker.stored
    return stored


def _since(tracker: DialogueStateTracker, stored: Stored) -> list[Event]:
    return list(islice(tracker.events, stored.events, None))


def _cut(tracker: DialogueStateTracker) -> None:
    """Forget all events but the window's; what the tracker knows from them stays."""
    before = len(tracker.events) - WINDOW
    latest = list(islice(tracker.events, before, None))
    for _ in range(before + _turn_begin([_is_listening(**event.as_dict()) for event in latest])):
        tracker.events.popleft()
    _tell_slots_first(tracker)


def _tell_slots_first(tracker: DialogueStateTracker) -> None:
    """Begin the window with the slots as they stand.

    Rasa makes copies of a tracker by replaying its events, one of them for the action.
    """
    moment = tracker.events[0].timestamp if tracker.events else None
    known = [slot for slot in tracker.slots.values() if slot.value != slot.initial_value]
    tracker.events.extendleft(SlotSet(slot.name, slot.value, moment) for slot in known)


def _turn_begin(listening: Sequence[bool]) -> int:
    """Return where the first whole turn begins: at the listening before a patient's message."""
    return listening.index(True) if True in listening else 0


def _is_listening(event: str, name: str | None = None, **_rest: Any) -> bool:
    return event == "action" and name == "action_listen"


def _after(
    slots: dict[str, Any], tracker: DialogueStateTracker, new: Iterable[Event]
) -> dict[str, Any]:
    """Return the slots of a snapshot after new events of this tracker."""
    if any(isinstance(event, AllSlotsReset | Restarted) for event in new):
        return dict(tracker.current_slot_values())
    return {**slots, **{event.key: event.value for event in new if isinstance(event, SlotSet)}}
