"""Tables of conversations, and Rasa's own table of tracker events."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.database import Base, UtcDateTime

ID_LENGTH = 64


class ConversationRow(Base):
    """One patient's conversation with one clinic over one channel."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    # No foreign key: importing or removing a clinic's pack leaves patients' records alone.
    clinic_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    # The patient's own, where their browser tells it; else reminders go by the clinic's.
    time_zone: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_seq: Mapped[int] = mapped_column(default=0)
    # The gravest level of a red flag in it: none, soon, urgent or emergency.
    urgency: Mapped[str] = mapped_column(String(16), default="none")


class MessageRow(Base):
    """A message of a conversation; `seq` counts from 1 in each conversation."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        CheckConstraint("author IN ('patient', 'assistant', 'staff', 'system')", name="author"),
        CheckConstraint("outcome IN ('answered', 'unavailable', 'left_to_staff')", name="outcome"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    # Of a reply: the rest of the answer as it was delivered.
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Of a reply: the `seq` of the patient's message; null for a reply that nobody asked for.
    reply_to: Mapped[int | None]
    # Of a patient's message: the id its sender gave it, and what became of it.
    client_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    outcome: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ButtonRow(Base):
    """A button that was offered: its opaque id, and the payload the dialogue engine gets."""

    __tablename__ = "buttons"
    __table_args__ = (
        ForeignKeyConstraint(
            ["conversation_id", "seq"],
            ["messages.conversation_id", "messages.seq"],
            ondelete="CASCADE",
        ),
    )

    conversation_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int]
    payload: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    topic: Mapped[str | None] = mapped_column(String(ID_LENGTH))


class TrackerEventRow(Base):
    """An event of Rasa's tracker. Rasa writes this table; here it is only exported and deleted.

    The columns are those of Rasa 3.6's SQLTrackerStore, which creates the table if it is missing.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(String(255), index=True)
    type_name: Mapped[str] = mapped_column(String(255))
    timestamp: Mapped[float | None] = mapped_column(Float)
    intent_name: Mapped[str | None] = mapped_column(String(255))
    action_name: Mapped[str | None] = mapped_column(String(255))
    data: Mapped[str | None] = mapped_column(Text)


class TrackerSnapshotRow(Base):
    """What Rasa remembers of a conversation after its last event; see bot/brain/tracker_store.py.

    Rasa writes this table; here it is only deleted, with the events it is made of.
    """

    __tablename__ = "tracker_snapshots"

    sender_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    last_event_id: Mapped[int] = mapped_column(Integer)
    slots: Mapped[str] = mapped_column(Text)
