"""Records as plain data: what the repositories take and return."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.care.answer import Answer


class Author(StrEnum):
    """Who wrote a message."""

    PATIENT = "patient"
    ASSISTANT = "assistant"
    STAFF = "staff"
    SYSTEM = "system"


class Outcome(StrEnum):
    """What became of a patient's message."""

    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"
    LEFT_TO_STAFF = "left_to_staff"
    # Never stored: the message had everything deleted, itself included.
    DELETED = "deleted"


class ConversationGoneError(Exception):
    """The conversation was deleted, so nothing can be recorded in it."""


class RecordedBeforeError(Exception):
    """What is recorded again was recorded, though nobody heard of it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation. Times have an offset; `last_seq` is the number of its last message."""

    id: str
    clinic_id: str
    channel: str
    created_at: datetime
    last_at: datetime
    last_seq: int
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class PatientMessage:
    """What a patient sent, to be recorded. `client_id` makes sending it twice harmless."""

    text: str
    outcome: Outcome
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and who gives it, to be recorded."""

    answer: Answer
    author: Author = Author.ASSISTANT


@dataclass(frozen=True, slots=True)
class StoredButton:
    """A button or an option of reply `seq`, with the payload that never leaves the gateway.

    A button's payload begins with a slash, an option's does not.
    """

    id: str
    seq: int
    payload: str
    title: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """A recorded message.

    `answer` is null for a patient's message; for a reply it holds the delivered answer's fields
    but for `text`, with `buttons` as [{"title", "id", "topic"}].
    """

    seq: int
    author: Author
    text: str
    created_at: datetime
    answer: dict[str, Any] | None = None
    reply_to: int | None = None
    client_id: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange as it was recorded: what the patient said, if anything, and the replies."""

    said: Message | None
    replies: list[Message]
