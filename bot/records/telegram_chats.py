"""Telegram chats: which conversation each is, and what was sent to it. One chat, one conversation.

The records are the outbox: replies after `shown_seq` are still to be sent, also after a restart.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.database import Base, UtcDateTime
from bot.records.conversations import open_conversation, replies_after
from bot.records.models import ID_LENGTH, ConversationRow
from bot.records.plain import Message
from bot.records.telegram_updates import TelegramUpdateRow
from bot.records.upsert import insert_if_missing

# Stands for Telegram's id of a message while it is being sent.
BEGUN = 0


class TelegramChatRow(Base):
    """The chat of a conversation. `chat_id` is Telegram's, and all that is kept of the person."""

    __tablename__ = "telegram_chats"
    __table_args__ = (UniqueConstraint("clinic_id", "chat_id"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    # The number of the last message that was shown, or passed over.
    shown_seq: Mapped[int] = mapped_column(default=0)
    # Since when the patient does not want to hear from the bot.
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TelegramMessageRow(Base):
    """A part of a reply as it was sent; a long reply has several parts, counted from 0."""

    __tablename__ = "telegram_messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            ondelete="CASCADE",
        ),
    )

    conversation_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger)
    # The ids of the options that are checked now.
    checked: Mapped[list[str]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat with a clinic's bot and its conversation."""

    conversation_id: str
    clinic_id: str
    chat_id: int
    shown_seq: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of reply `seq` as Telegram has it."""

    conversation_id: str
    seq: int
    part: int
    message_id: int
    checked: tuple[str, ...]


def open_chat(session: Session, clinic_id: str, chat_id: int, channel: str, now: datetime) -> Chat:
    """Begin a conversation for a chat that has none."""
    conversation = open_conversation(session, clinic_id, channel, now)
    row = TelegramChatRow(
        conversation_id=conversation.id, clinic_id=clinic_id, chat_id=chat_id, shown_seq=0
    )
    session.add(row)
    session.flush()
    return _chat(row)


def find_chat(session: Session, clinic_id: str, chat_id: int) -> Chat | None:
    """Return a chat of a clinic's bot, or None when it has no conversation (any more)."""
    row = session.scalar(
        select(TelegramChatRow).where(
            TelegramChatRow.clinic_id == clinic_id, TelegramChatRow.chat_id == chat_id
        )
    )
    return _chat(row) if row else None


def chat_of(session: Session, conversation_id: str) -> Chat | None:
    """Return the chat of a conversation, or None when it has none."""
    row = session.get(TelegramChatRow, conversation_id)
    return _chat(row) if row else None


def chats_to_send_to(session: Session, clinic_ids: Collection[str]) -> list[tuple[str, int]]:
    """Return (clinic, chat) of all chats with messages that were not shown yet."""
    query = (
        select(TelegramChatRow.clinic_id, TelegramChatRow.chat_id)
        .join(ConversationRow, ConversationRow.id == TelegramChatRow.conversation_id)
        .where(
            TelegramChatRow.clinic_id.in_(clinic_ids),
            ConversationRow.last_seq > TelegramChatRow.shown_seq,
        )
    )
    return [(clinic, chat) for clinic, chat in session.execute(query)]


class Told(Enum):
    """Whether a chat was told what an update led to."""

    YES = "yes"
    NOT_YET = "not yet"
    AWAY = "away"  # the database could not say


def told_of(session: Session, key: tuple[str, int], update_id: int) -> Told:
    """Tell whether an update of a chat, (clinic, chat), is handled and its replies are shown."""
    handled = exists().where(
        TelegramUpdateRow.clinic_id == key[0],
        TelegramUpdateRow.update_id == update_id,
        TelegramUpdateRow.handled_at.is_not(None),
    )
    shown = ~exists().where(
        TelegramChatRow.clinic_id == key[0],
        TelegramChatRow.chat_id == key[1],
        ConversationRow.id == TelegramChatRow.conversation_id,
        ConversationRow.last_seq > TelegramChatRow.shown_seq,
    )
    return Told.YES if session.scalar(select(handled & shown)) else Told.NOT_YET


def to_send(session: Session, chat: Chat) -> tuple[list[Message], list[Sent]]:
    """Return the replies that were not shown yet, in order, and the parts that are out already."""
    query = select(TelegramMessageRow).where(
        TelegramMessageRow.conversation_id == chat.conversation_id,
        TelegramMessageRow.seq > chat.shown_seq,
    )
    replies = replies_after(session, chat.conversation_id, chat.shown_seq)
    return replies, [_sent(row) for row in session.scalars(query)]


def note_sent(session: Session, conversation_id: str, seq: int, part: int, message_id: int) -> None:
    """Keep under which id a part of a reply was sent. Does nothing if the reply is gone."""
    values = {"conversation_id": conversation_id, "seq": seq, "part": part}
    if session.get(TelegramChatRow, conversation_id) is not None:
        row = {**values, "message_id": message_id, "checked": []}
        insert_if_missing(session, TelegramMessageRow, row)
        begun = session.get(TelegramMessageRow, (conversation_id, seq, part))
        if begun is not None and begun.message_id == BEGUN:
            begun.message_id = message_id


def note_begun(session: Session, conversation_id: str, seq: int, part: int) -> None:
    """Keep that a part is about to be sent: whoever finds that does not send it again."""
    note_sent(session, conversation_id, seq, part, BEGUN)


def note_not_sent(session: Session, conversation_id: str, seq: int, part: int) -> None:
    """Take back what `note_begun` kept: Telegram did not take the part."""
    session.execute(
        delete(TelegramMessageRow).where(
            TelegramMessageRow.conversation_id == conversation_id,
            TelegramMessageRow.seq == seq,
            TelegramMessageRow.part == part,
            TelegramMessageRow.message_id == BEGUN,
        )
    )


def note_shown(session: Session, conversation_id: str, seq: int) -> None:
    """Note that all messages up to `seq` were shown, or are not to be."""
    session.execute(
        update(TelegramChatRow)
        .where(TelegramChatRow.conversation_id == conversation_id, TelegramChatRow.shown_seq < seq)
        .values(shown_seq=seq)
    )


def find_sent(session: Session, conversation_id: str, message_id: int) -> Sent | None:
    """Return what was sent to a conversation's chat under Telegram's id, if it is known."""
    row = session.scalar(
        select(TelegramMessageRow).where(
            TelegramMessageRow.conversation_id == conversation_id,
            TelegramMessageRow.message_id == message_id,
        )
    )
    return _sent(row) if row else None


def note_checked(session: Session, sent: Sent, checked: Sequence[str]) -> None:
    """Keep which options of a sent reply are checked now."""
    session.execute(
        update(TelegramMessageRow)
        .where(
            TelegramMessageRow.conversation_id == sent.conversation_id,
            TelegramMessageRow.seq == sent.seq,
            TelegramMessageRow.part == sent.part,
        )
        .values(checked=list(checked))
    )


def note_blocked(session: Session, conversation_id: str, since: datetime | None) -> None:
    """Note that the patient blocked the bot, or (None) lets it write again."""
    session.execute(
        update(TelegramChatRow)
        .where(TelegramChatRow.conversation_id == conversation_id)
        .values(blocked_at=since)
    )


def _chat(row: TelegramChatRow) -> Chat:
    blocked = row.blocked_at is not None
    return Chat(row.conversation_id, row.clinic_id, row.chat_id, row.shown_seq, blocked)


def _sent(row: TelegramMessageRow) -> Sent:
    return Sent(row.conversation_id, row.seq, row.part, row.message_id, tuple(row.checked))
