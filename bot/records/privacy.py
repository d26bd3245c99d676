"""A patient's rights over the record: everything that is stored, and its removal."""

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.care.turn import Reminding
from bot.records.alerts import AlertRow
from bot.records.conversations import find_conversation, transcript
from bot.records.events import EventRow, events_of
from bot.records.handover import Handover, HandoverRow, find_handover
from bot.records.models import (
    ButtonRow,
    ConversationRow,
    MessageRow,
    TrackerEventRow,
    TrackerSnapshotRow,
)
from bot.records.outbox import OutboxRow, Sending, sendings_of
from bot.records.plain import Conversation, Message
from bot.records.reminders import RemindersRow, reminding
from bot.records.requests import RequestRow, StoredRequest, requests_of_conversation
from bot.records.screenings import ScreeningRow, screenings_of
from bot.records.telegram_chats import Chat, TelegramChatRow, TelegramMessageRow, chat_of
from bot.records.treatments import TreatmentRow, treatments_of
from bot.records.unplaced import forget_unplaced

# Every table with rows of a conversation, besides the conversation itself and Rasa's events.
TABLES: Final = (
    RemindersRow,
    OutboxRow,
    TreatmentRow,
    ScreeningRow,
    EventRow,
    HandoverRow,
    AlertRow,
    RequestRow,
    TelegramMessageRow,
    TelegramChatRow,
    ButtonRow,
    MessageRow,
)


def export_conversation(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """Return everything stored on a conversation as plain JSON values, or None.

    {"conversation": {...}, "messages": [...], "treatments": [...], "screenings": [...],
    "requests": [...], "alerts": [...], "handover": {...} or None, "events": [...],
    "telegram": {...} or None, "reminders": {...} or None,
    "outbox": [...], "tracker_events": [...]}
    """
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        return None
    clinic_id = conversation.clinic_id
    alerts = session.scalars(
        select(AlertRow).where(AlertRow.conversation_id == conversation_id).order_by(AlertRow.seq)
    )
    handover = find_handover(session, conversation_id)
    chat = chat_of(session, conversation_id)
    tracker = [_event(event) for event in _tracker_events(session, conversation_id)]
    export = {
        "conversation": _conversation(conversation),
        "messages": [_message(message) for message in transcript(session, conversation_id)],
        "treatments": [asdict(one) for one in treatments_of(session, clinic_id, conversation_id)],
        "screenings": [asdict(one) for one in screenings_of(session, clinic_id, conversation_id)],
        "requests": [_request(one) for one in requests_of_conversation(session, conversation_id)],
        "alerts": [_alert(alert) for alert in alerts],
        "handover": handover and _handover(handover),
        "events": [asdict(one) for one in events_of(session, clinic_id, conversation_id)],
        "telegram": chat and _chat(chat),
        "reminders": _reminders(reminding(session, conversation_id)),
        "outbox": [_sending(one) for one in sendings_of(session, conversation_id)],
        "tracker_events": tracker,
    }
    return _as_json(export)


def delete_conversation(session: Session, conversation_id: str) -> bool:
    """Remove all that is stored of a conversation, Rasa's memory of it included.

    Returns False when there was no such conversation.
    """
    _forget_unplaced(session, conversation_id)
    for rasa in (TrackerEventRow, TrackerSnapshotRow):
        session.execute(delete(rasa).where(rasa.sender_id == conversation_id))
    for table in TABLES:
        session.execute(delete(table).where(table.conversation_id == conversation_id))
    removed = session.scalar(
        delete(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .returning(ConversationRow.id)
    )
    return removed is not None


def orphaned_trackers(session: Session) -> list[str]:
    """Return the ids of conversations that Rasa remembers and that do not exist.

    Rasa may finish a turn, and save it, after the conversation was deleted.
    """
    found = set[str]()
    for table in (TrackerEventRow, TrackerSnapshotRow):
        known = exists().where(ConversationRow.id == table.sender_id)
        found |= set(session.scalars(select(table.sender_id).where(~known).distinct()))
    return sorted(found)


def delete_trackers(session: Session, conversation_ids: Collection[str]) -> int:
    """Remove what Rasa remembers of conversations; returns how many events."""
    events, snapshots = TrackerEventRow, TrackerSnapshotRow
    removed = session.scalars(
        delete(events).where(events.sender_id.in_(conversation_ids)).returning(events.id)
    )
    number = len(removed.all())
    session.execute(delete(snapshots).where(snapshots.sender_id.in_(conversation_ids)))
    return number


def _forget_unplaced(session: Session, conversation_id: str) -> None:
    """Remove what was kept for review of the conversation's messages, by its redacted text.

    It is not tied to the conversation, so that nobody can be found by it; its words lead back.
    """
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        return
    said = [m.text for m in transcript(session, conversation_id) if m.answer is None]
    heard = [_event(event)["data"] for event in _tracker_events(session, conversation_id)]
    said += [data["text"] for data in heard if data and isinstance(data.get("text"), str)]
    first_day = conversation.created_at.date()
    forget_unplaced(session, conversation.clinic_id, said, since=first_day)


def _tracker_events(session: Session, conversation_id: str) -> list[TrackerEventRow]:
    query = select(TrackerEventRow).where(TrackerEventRow.sender_id == conversation_id)
    return list(session.scalars(query.order_by(TrackerEventRow.id)))


def _as_json(export: dict[str, Any]) -> dict[str, Any]:
    """Return the export with dates and times as ISO text."""
    plain: dict[str, Any] = json.loads(json.dumps(export, default=lambda value: value.isoformat()))
    return plain


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "clinic": conversation.clinic_id,
        "channel": conversation.channel,
        "created_at": conversation.created_at,
        "last_at": conversation.last_at,
    }


def _chat(chat: Chat) -> dict[str, Any]:
    return {"chat_id": chat.chat_id, "blocked": chat.blocked}


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.seq,
        "from": str(message.author),
        "text": message.text,
        "at": message.created_at,
        "reply_to": message.reply_to,
        "client_id": message.client_id,
        "outcome": message.outcome and str(message.outcome),
        "answer": message.answer,
    }


def _request(request: StoredRequest) -> dict[str, Any]:
    return {
        "kind": request.kind,
        "name": request.name,
        "reach": request.reach,
        "other_reach": request.other_reach,
        "appointment": request.appointment,
        "preferred": request.preferred,
        "times": request.times,
        "topic": request.topic,
        "reason": request.reason,
        "screening": request.screening,
        "status": request.status,
        "note": request.note,
        "consent_at": request.consent_at,
        "changed_at": request.changed_at,
        "created_at": request.created_at,
    }


def _alert(alert: AlertRow) -> dict[str, Any]:
    return {
        "message": alert.seq,
        "flag": alert.flag,
        "level": alert.level,
        "layer": alert.layer,
        "raised_at": alert.raised_at,
        "settled_at": alert.settled_at,
        "handled_at": alert.handled_at,
    }


def _handover(handover: Handover) -> dict[str, Any]:
    """Without who of the staff it was: that is their data."""
    return {
        "state": handover.state,
        "reason": handover.reason,
        "asked_at": handover.asked_at,
        "held_at": handover.held_at,
    }


def _reminders(found: Reminding | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"on": found.on, "topics": found.topics and list(found.topics)}


def _sending(sending: Sending) -> dict[str, Any]:
    return {
        "kind": sending.kind,
        "about": sending.key,
        "due_at": sending.due_at,
        "state": sending.state,
        "detail": sending.detail,
    }


def _event(event: TrackerEventRow) -> dict[str, Any]:
    return {
        "type": event.type_name,
        "timestamp": event.timestamp,
        "intent": event.intent_name,
        "action": event.action_name,
        "data": json.loads(event.data) if event.data else None,
    }
