"""Conversations and their messages. The caller owns the transaction."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.care.answer import Answer
from bot.records.models import ButtonRow, ConversationRow, MessageRow
from bot.records.plain import (
    Author,
    Conversation,
    ConversationGoneError,
    Message,
    Outcome,
    PatientMessage,
    Reply,
    StoredButton,
)

BUTTON_ID_BYTES = 8


def open_conversation(
    session: Session, clinic_id: str, channel: str, now: datetime
) -> Conversation:
    """Begin a conversation with a random id."""
    row = ConversationRow(
        id=str(uuid4()),
        clinic_id=clinic_id,
        channel=channel,
        created_at=now,
        last_at=now,
        last_seq=0,
    )
    session.add(row)
    session.flush()
    return _conversation(row)


def find_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Return the conversation, or None when it does not exist (any more)."""
    row = session.get(ConversationRow, conversation_id)
    return _conversation(row) if row else None


def record_exchange(
    session: Session,
    conversation_id: str,
    now: datetime,
    said: PatientMessage | None,
    replies: Sequence[Reply],
) -> list[Message]:
    """Append a patient's message and its replies; without one, replies that nobody asked for.

    Returns the replies as recorded. Raises ConversationGoneError.
    """
    drafts = len(replies) + (said is not None)
    seq = _reserve(session, conversation_id, drafts, now)
    reply_to = None
    if said is not None:
        reply_to = seq
        session.add(_patient_row(conversation_id, seq, now, said))
        seq += 1
    return _add_replies(session, conversation_id, now, replies, first_seq=seq, reply_to=reply_to)


def record_late_replies(
    session: Session,
    conversation_id: str,
    now: datetime,
    replies: Sequence[Reply],
    *,
    reply_to: int,
    outcome: Outcome,
) -> list[Message]:
    """Append replies to a patient's message recorded earlier, and its new outcome.

    Returns the replies as recorded. Raises ConversationGoneError.
    """
    seq = _reserve(session, conversation_id, len(replies), now)
    session.execute(
        update(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.seq == reply_to)
        .values(outcome=outcome)
    )
    return _add_replies(session, conversation_id, now, replies, first_seq=seq, reply_to=reply_to)


def transcript(session: Session, conversation_id: str) -> list[Message]:
    """Return all messages of a conversation in order."""
    return _messages(session, _of(conversation_id))


def unasked_after(session: Session, conversation_id: str, seq: int) -> list[Message]:
    """Return the replies that nobody asked for after message `seq`, in order."""
    return _messages(
        session,
        _of(conversation_id).where(
            MessageRow.seq > seq,
            MessageRow.author != Author.PATIENT,
            MessageRow.reply_to.is_(None),
        ),
    )


def replies_to(session: Session, conversation_id: str, seq: int) -> list[Message]:
    """Return the replies to the patient's message `seq`, in order."""
    return _messages(session, _of(conversation_id).where(MessageRow.reply_to == seq))


def find_by_client_id(session: Session, conversation_id: str, client_id: str) -> Message | None:
    """Return the patient's message that was sent with this id, if any."""
    found = _messages(session, _of(conversation_id).where(MessageRow.client_id == client_id))
    return found[0] if found else None


def find_message(session: Session, conversation_id: str, seq: int) -> str | None:
    """Return the text of a conversation's message, or None if there is none of that number."""
    row = session.get(MessageRow, (conversation_id, seq))
    return row.text if row else None


def find_button(session: Session, conversation_id: str, button_id: str) -> StoredButton | None:
    """Return a button that was offered in this very conversation, or None."""
    row = session.get(ButtonRow, (conversation_id, button_id))
    return StoredButton(row.id, row.payload, row.title, row.topic) if row else None


def _reserve(session: Session, conversation_id: str, count: int, now: datetime) -> int:
    # One statement takes the numbers and locks the row, so two writers never get the same ones.
    last: int | None = session.scalar(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(last_seq=ConversationRow.last_seq + count, last_at=now)
        .returning(ConversationRow.last_seq)
    )
    if last is None:
        raise ConversationGoneError(conversation_id)
    return last - count + 1


def _patient_row(conversation_id: str, seq: int, now: datetime, said: PatientMessage) -> MessageRow:
    return MessageRow(
        conversation_id=conversation_id,
        seq=seq,
        author=Author.PATIENT,
        text=said.text,
        client_id=said.client_id,
        outcome=said.outcome,
        created_at=now,
    )


def _add_replies(
    session: Session,
    conversation_id: str,
    now: datetime,
    replies: Iterable[Reply],
    *,
    first_seq: int,
    reply_to: int | None,
) -> list[Message]:
    rows: list[MessageRow] = []
    buttons: list[ButtonRow] = []
    for seq, reply in enumerate(replies, start=first_seq):
        offered = _offer(conversation_id, seq, reply.answer)
        buttons += offered
        rows.append(
            MessageRow(
                conversation_id=conversation_id,
                seq=seq,
                author=reply.author,
                text=reply.answer.text,
                answer=_public(reply.answer, offered),
                reply_to=reply_to,
                created_at=now,
            )
        )
    session.add_all(rows)
    session.flush()
    session.add_all(buttons)
    session.flush()
    return [_message(row) for row in rows]


def _offer(conversation_id: str, seq: int, answer: Answer) -> list[ButtonRow]:
    return [
        ButtonRow(
            conversation_id=conversation_id,
            id=secrets.token_urlsafe(BUTTON_ID_BYTES),
            seq=seq,
            payload=button.payload,
            title=button.title,
            topic=button.topic,
        )
        for button in answer.buttons
    ]


def _public(answer: Answer, offered: Iterable[ButtonRow]) -> dict[str, Any]:
    fields = answer.to_payload()
    del fields["text"]
    fields["buttons"] = [
        {"title": button.title, "id": button.id, "topic": button.topic} for button in offered
    ]
    return fields


def _of(conversation_id: str) -> Select[MessageRow]:
    return select(MessageRow).where(MessageRow.conversation_id == conversation_id)


def _messages(session: Session, query: Select[MessageRow]) -> list[Message]:
    return [_message(row) for row in session.scalars(query.order_by(MessageRow.seq))]


def _message(row: MessageRow) -> Message:
    return Message(
        seq=row.seq,
        author=Author(row.author),
        text=row.text,
        created_at=row.created_at,
        answer=row.answer,
        reply_to=row.reply_to,
        client_id=row.client_id,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


def _conversation(row: ConversationRow) -> Conversation:
    return Conversation(row.id, row.clinic_id, row.channel, row.created_at, row.last_at)
