"""Recording what was said: a patient's message and its replies. The caller commits.

Every message of every patient is written here, so the statements are made once, and name the
columns themselves: a mapped object for each row cost twice as much.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.care.answer import Answer, Button, Choice
from bot.records.models import ButtonRow, ConversationRow, MessageRow
from bot.records.plain import (
    Author,
    ConversationGoneError,
    Message,
    Outcome,
    PatientMessage,
    Recorded,
    Reply,
)

BUTTON_ID_BYTES = 8

# One statement takes the numbers and locks the row, so two writers never get the same ones.
_RESERVE: Final = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("conversation"))
    .values(last_seq=ConversationRow.last_seq + bindparam("count"), last_at=bindparam("now"))
    .returning(ConversationRow.last_seq)
)
_SETTLE: Final = (
    update(MessageRow)
    .where(
        MessageRow.conversation_id == bindparam("conversation"),
        MessageRow.seq == bindparam("number"),
    )
    .values(outcome=bindparam("became"))
)
_ADD_MESSAGES: Final = insert(MessageRow)
_ADD_BUTTONS: Final = insert(ButtonRow)


def record_exchange(
    session: Session,
    conversation_id: str,
    now: datetime,
    said: PatientMessage | None,
    replies: Sequence[Reply],
) -> Recorded:
    """Append a patient's message and its replies; without one, replies that nobody asked for.

    Raises ConversationGoneError.
    """
    drafts = len(replies) + (said is not None)
    seq = _reserve(session, conversation_id, drafts, now)
    if said is None:
        return Recorded(None, _add(session, conversation_id, [], _drafts(replies, seq, now, None)))
    first = _of_patient(said, seq, now)
    answers = _drafts(replies, seq + 1, now, seq)
    return Recorded(first, _add(session, conversation_id, [first], answers))


def record_late_replies(
    session: Session,
    conversation_id: str,
    now: datetime,
    replies: Sequence[Reply],
    *,
    to: Message,
    outcome: Outcome,
) -> Recorded:
    """Append replies to a patient's message recorded earlier, and its new outcome.

    Raises ConversationGoneError.
    """
    seq = _reserve(session, conversation_id, len(replies), now)
    session.connection().execute(
        _SETTLE, {"conversation": conversation_id, "number": to.seq, "became": outcome}
    )
    answers = _drafts(replies, seq, now, to.seq)
    return Recorded(replace(to, outcome=outcome), _add(session, conversation_id, [], answers))


def is_recorded(
    session: Session,
    conversation_id: str,
    at: datetime,
    said: PatientMessage,
    *,
    retry_of: Message | None = None,
) -> bool:
    """Tell whether what a patient said at a moment is recorded: a try that seemed to fail may be.

    With `retry_of`, a message recorded earlier, whether its late replies are.
    """
    query = select(MessageRow.seq).where(
        MessageRow.conversation_id == conversation_id, MessageRow.created_at == at
    )
    if retry_of is None:
        query = query.where(MessageRow.text == said.text, MessageRow.client_id == said.client_id)
    else:
        query = query.where(MessageRow.reply_to == retry_of.seq)
    return session.scalar(query.limit(1)) is not None


def unrecorded(
    said: PatientMessage | None, replies: Sequence[Reply], first_seq: int, now: datetime
) -> Recorded:
    """Return an exchange as if recorded: for a conversation that keeps nothing, or not yet.

    The replies cannot offer buttons, as nothing would lead back from them.
    """
    first = _of_patient(said, first_seq, now) if said else None
    answers = [
        Message(seq, reply.author, reply.answer.text, now, _public(reply.answer, ()))
        for seq, reply in enumerate(replies, start=first_seq + 1)
    ]
    return Recorded(first, answers)


type _Draft = tuple[Message, list[StoredButtonValues]]
type StoredButtonValues = dict[str, Any]


def _reserve(session: Session, conversation_id: str, count: int, now: datetime) -> int:
    values = {"conversation": conversation_id, "count": count, "now": now}
    last: int | None = session.connection().scalar(_RESERVE, values)
    if last is None:
        raise ConversationGoneError(conversation_id)
    return last - count + 1


def _of_patient(said: PatientMessage, seq: int, now: datetime) -> Message:
    return Message(
        seq, Author.PATIENT, said.text, now, client_id=said.client_id, outcome=said.outcome
    )


def _drafts(
    replies: Iterable[Reply], first_seq: int, now: datetime, reply_to: int | None
) -> Iterator[_Draft]:
    for seq, reply in enumerate(replies, start=first_seq):
        offered = [_offer(seq, button) for button in _all_buttons(reply.answer)]
        fields = _public(reply.answer, offered)
        yield Message(seq, reply.author, reply.answer.text, now, fields, reply_to), offered


def _add(
    session: Session, conversation_id: str, before: list[Message], drafts: Iterable[_Draft]
) -> list[Message]:
    """Store messages and replies with their buttons; return the replies."""
    replies, buttons = list[Message](), list[StoredButtonValues]()
    for message, offered in drafts:
        replies.append(message)
        buttons += [{**one, "conversation_id": conversation_id} for one in offered]
    connection = session.connection()
    if rows := [_row(conversation_id, message) for message in (*before, *replies)]:
        connection.execute(_ADD_MESSAGES, rows)
    if buttons:
        connection.execute(_ADD_BUTTONS, buttons)
    return replies


def _row(conversation_id: str, message: Message) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "seq": message.seq,
        "author": message.author,
        "text": message.text,
        "answer": message.answer,
        "reply_to": message.reply_to,
        "client_id": message.client_id,
        "outcome": message.outcome,
        "created_at": message.created_at,
    }


def _offer(seq: int, button: Button) -> StoredButtonValues:
    return {
        "id": secrets.token_urlsafe(BUTTON_ID_BYTES),
        "seq": seq,
        "payload": button.payload,
        "title": button.title,
        "topic": button.topic,
    }


def _all_buttons(answer: Answer) -> Iterator[Button]:
    yield from answer.buttons
    yield from (_as_button(choice) for choice in answer.choices)


def _as_button(choice: Choice) -> Button:
    return Button(choice.title, choice.value)


def _public(answer: Answer, offered: Sequence[StoredButtonValues]) -> dict[str, Any]:
    fields = answer.to_payload()
    del fields["text"], fields["effect"]
    buttons, choices = offered[: len(answer.buttons)], offered[len(answer.buttons) :]
    fields["buttons"] = [
        {"title": one["title"], "id": one["id"], "topic": one["topic"]} for one in buttons
    ]
    # Without `offered` (nothing is recorded) there is nothing to press.
    fields["choices"] = [
        {"title": one["title"], "id": one["id"], "alone": choice.alone}
        for one, choice in zip(choices, answer.choices if offered else (), strict=True)
    ]
    return fields
