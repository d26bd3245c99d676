"""Conversations, and what was said in them; exchanges.py adds to it. The caller commits."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.records.models import ButtonRow, ConversationRow, MessageRow
from bot.records.plain import Author, Conversation, Message, Outcome, StoredButton


def open_conversation(
    session: Session,
    clinic_id: str,
    channel: str,
    now: datetime,
    time_zone: str | None = None,
) -> Conversation:
    """Begin a conversation with a random id. `time_zone`: the patient's, if it is known."""
    row = ConversationRow(
        id=str(uuid4()),
        clinic_id=clinic_id,
        channel=channel,
        time_zone=time_zone,
        created_at=now,
        last_at=now,
        last_seq=0,
    )
    session.add(row)
    session.flush()
    return to_conversation(row)


def find_conversation(session: Session, conversation_id: str) -> Conversation | None:
    """Return the conversation, or None when it does not exist (any more)."""
    row = session.get(ConversationRow, conversation_id)
    return to_conversation(row) if row else None


def belongs_to(session: Session, clinic_id: str, conversation_id: str) -> bool:
    """Tell whether the clinic has this conversation (still)."""
    query = select(ConversationRow.id).where(
        ConversationRow.id == conversation_id, ConversationRow.clinic_id == clinic_id
    )
    return session.scalar(query) is not None


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


def replies_after(session: Session, conversation_id: str, seq: int) -> list[Message]:
    """Return all that was said to the patient after message `seq`, in order."""
    return _messages(
        session,
        _of(conversation_id).where(MessageRow.seq > seq, MessageRow.author != Author.PATIENT),
    )


def last_reply(session: Session, conversation_id: str) -> Message | None:
    """Return what was said to the patient last."""
    query = _of(conversation_id).where(MessageRow.author != Author.PATIENT)
    row = session.scalar(query.order_by(MessageRow.seq.desc()).limit(1))
    return _message(row) if row else None


def patient_wrote_after(session: Session, conversation_id: str, seq: int) -> bool:
    """Tell whether the patient said something after message `seq`."""
    query = _of(conversation_id).where(MessageRow.seq > seq, MessageRow.author == Author.PATIENT)
    return session.scalar(query.limit(1)) is not None


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


def find_buttons(session: Session, conversation_id: str, ids: Sequence[str]) -> list[StoredButton]:
    """Return the buttons and options of these ids that this very conversation was offered.

    In the order of `ids`.
    """
    query = select(ButtonRow).where(
        ButtonRow.conversation_id == conversation_id, ButtonRow.id.in_(ids)
    )
    found = [StoredButton(r.id, r.seq, r.payload, r.title, r.topic) for r in session.scalars(query)]
    return sorted(found, key=lambda one: ids.index(one.id))


def offered_last(session: Session, conversation_id: str, payload: str) -> bool:
    """Tell whether the very last message of a conversation offers a button of this payload."""
    query = (
        select(ButtonRow.id)
        .join(ConversationRow, ConversationRow.id == ButtonRow.conversation_id)
        .where(
            ButtonRow.conversation_id == conversation_id,
            ButtonRow.seq == ConversationRow.last_seq,
            ButtonRow.payload == payload,
        )
    )
    return session.scalar(query.limit(1)) is not None


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


def to_conversation(row: ConversationRow) -> Conversation:
    """Return a row as plain data."""
    return Conversation(
        id=row.id,
        clinic_id=row.clinic_id,
        channel=row.channel,
        created_at=row.created_at,
        last_at=row.last_at,
        last_seq=row.last_seq,
        time_zone=row.time_zone,
    )
