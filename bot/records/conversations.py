"""Conversations and their messages. The caller owns the transaction."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.care.answer import Answer, Button, Choice
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


def belongs_to(session: Session, clinic_id: str, conversation_id: str) -> bool:
    """Tell whether the clinic has this conversation (still)."""
    query = select(ConversationRow.id).where(
        ConversationRow.id == conversation_id, ConversationRow.clinic_id == clinic_id
    )
    return session.scalar(query) is not None


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


def unrecorded(replies: Sequence[Reply], first_seq: int, now: datetime) -> list[Message]:
    """Return replies as if recorded: for a conversation that keeps nothing, or not yet.

    They cannot offer buttons, as nothing would lead back from them.
    """
    return [
        Message(seq, reply.author, reply.answer.text, now, _public(reply.answer, ()))
        for seq, reply in enumerate(replies, start=first_seq)
    ]


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


def last_seq(session: Session, conversation_id: str) -> int | None:
    """Return the number of a conversation's last message, or None if there is no such one."""
    return session.scalar(
        select(ConversationRow.last_seq).where(ConversationRow.id == conversation_id)
    )


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
        for button in (*answer.buttons, *_as_buttons(answer.choices))
    ]


def _as_buttons(choices: Iterable[Choice]) -> Iterator[Button]:
    return (Button(choice.title, choice.value) for choice in choices)


def _public(answer: Answer, offered: Sequence[ButtonRow]) -> dict[str, Any]:
    fields = answer.to_payload()
    del fields["text"], fields["effect"]
    buttons, choices = offered[: len(answer.buttons)], offered[len(answer.buttons) :]
    fields["buttons"] = [{"title": row.title, "id": row.id, "topic": row.topic} for row in buttons]
    fields["choices"] = [
        {"title": row.title, "id": row.id, "alone": choice.alone}
        for row, choice in zip(choices, answer.choices, strict=True)
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
    return Conversation(
        row.id, row.clinic_id, row.channel, row.created_at, row.last_at, row.last_seq
    )
