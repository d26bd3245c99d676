"""A patient's rights over the record: everything that is stored, and its removal."""

import json
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.records.alerts import AlertRow
from bot.records.conversations import find_conversation, transcript
from bot.records.models import ButtonRow, ConversationRow, MessageRow, TrackerEventRow
from bot.records.plain import Conversation, Message
from bot.records.requests import RequestRow


def export_conversation(session: Session, conversation_id: str) -> dict[str, Any] | None:
    """Return everything stored on a conversation as plain JSON values, or None.

    {"conversation": {...}, "messages": [...], "requests": [...], "alerts": [...],
    "tracker_events": [...]}
    """
    conversation = find_conversation(session, conversation_id)
    if conversation is None:
        return None
    events = session.scalars(
        select(TrackerEventRow)
        .where(TrackerEventRow.sender_id == conversation_id)
        .order_by(TrackerEventRow.id)
    )
    requests = session.scalars(
        select(RequestRow)
        .where(RequestRow.conversation_id == conversation_id)
        .order_by(RequestRow.created_at)
    )
    alerts = session.scalars(
        select(AlertRow).where(AlertRow.conversation_id == conversation_id).order_by(AlertRow.seq)
    )
    return {
        "conversation": _conversation(conversation),
        "messages": [_message(message) for message in transcript(session, conversation_id)],
        "requests": [_request(request) for request in requests],
        "alerts": [_alert(alert) for alert in alerts],
        "tracker_events": [_event(event) for event in events],
    }


def delete_conversation(session: Session, conversation_id: str) -> bool:
    """Remove a conversation, its messages, buttons and requests, and Rasa's memory of it.

    Returns False when there was no such conversation.
    """
    session.execute(delete(TrackerEventRow).where(TrackerEventRow.sender_id == conversation_id))
    session.execute(delete(AlertRow).where(AlertRow.conversation_id == conversation_id))
    session.execute(delete(RequestRow).where(RequestRow.conversation_id == conversation_id))
    session.execute(delete(ButtonRow).where(ButtonRow.conversation_id == conversation_id))
    session.execute(delete(MessageRow).where(MessageRow.conversation_id == conversation_id))
    removed = session.scalar(
        delete(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .returning(ConversationRow.id)
    )
    return removed is not None


def delete_orphaned_events(session: Session) -> int:
    """Remove tracker events of conversations that do not exist; returns how many.

    Rasa may finish a turn, and save it, after the conversation was deleted.
    """
    known = exists().where(ConversationRow.id == TrackerEventRow.sender_id)
    removed = session.scalars(delete(TrackerEventRow).where(~known).returning(TrackerEventRow.id))
    return len(removed.all())


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "clinic": conversation.clinic_id,
        "channel": conversation.channel,
        "created_at": conversation.created_at.isoformat(),
        "last_at": conversation.last_at.isoformat(),
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.seq,
        "from": str(message.author),
        "text": message.text,
        "at": message.created_at.isoformat(),
        "reply_to": message.reply_to,
        "client_id": message.client_id,
        "outcome": message.outcome and str(message.outcome),
        "answer": message.answer,
    }


def _request(request: RequestRow) -> dict[str, Any]:
    return {
        "name": request.name,
        "reach": request.reach,
        "topic": request.topic,
        "created_at": request.created_at.isoformat(),
    }


def _alert(alert: AlertRow) -> dict[str, Any]:
    return {
        "message": alert.seq,
        "flag": alert.flag,
        "level": alert.level,
        "layer": alert.layer,
        "raised_at": alert.raised_at.isoformat(),
        "settled_at": alert.settled_at and alert.settled_at.isoformat(),
    }


def _event(event: TrackerEventRow) -> dict[str, Any]:
    return {
        "type": event.type_name,
        "timestamp": event.timestamp,
        "intent": event.intent_name,
        "action": event.action_name,
        "data": json.loads(event.data) if event.data else None,
    }
