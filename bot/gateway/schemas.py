"""The bodies of the public API, as in the OpenAPI description."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.care.answer import Input, State, Urgency
from bot.records.plain import Author, Message, Outcome

ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

MOST_CHOICES = 30

ClientId = Annotated[
    str,
    Field(
        pattern=ID_PATTERN,
        description="Chosen by the sender, once a message: sending it again does no harm.",
    ),
]


class Strict(BaseModel):
    """A request body: nothing but the named fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewConversation(Strict):
    """Which clinic to talk to."""

    clinic: str = Field(description="An id from /api/clinics.", examples=["glamour"])
    time_zone: str | None = Field(
        default=None,
        max_length=64,
        description="The patient's own, for reminders; a name that is not known is left out.",
        examples=["America/New_York"],
    )


class TextMessage(Strict):
    """A typed message."""

    text: str = Field(
        description="1 to 1,000 characters that can be seen.",
        json_schema_extra={"minLength": 1},
        examples=["May I go running tomorrow?"],
    )
    client_id: ClientId | None = None
    out_of_turn: bool = Field(
        default=False,
        description="One before it is not answered yet: take it only if it is a red flag.",
    )


class ButtonPress(Strict):
    """A pressed button."""

    button: str = Field(description="The `id` of a button of this conversation.")
    client_id: ClientId | None = None


class ChoicesMade(Strict):
    """Options that were checked."""

    choices: list[str] = Field(
        description="The `id`s of the checked options of one reply of this conversation.",
        min_length=1,
        max_length=MOST_CHOICES,
    )
    client_id: ClientId | None = None


class ErrorBody(BaseModel):
    """What went wrong: a code for programs, a sentence for people."""

    code: str
    message: str


class Problem(BaseModel):
    """The body of every error."""

    error: ErrorBody


class SourceOut(BaseModel):
    """Where a statement stands."""

    document: str
    section: str


class ButtonOut(BaseModel):
    """A suggested reply."""

    title: str
    id: str
    topic: str | None


class ChoiceOut(BaseModel):
    """An option to check; one that stands `alone` excludes all others."""

    title: str
    id: str
    alone: bool


class VerdictOut(BaseModel):
    """A timed aftercare rule applied to the patient's own date; `until` is the first safe day."""

    activity: str
    state: State
    until: date | None
    disputed: bool
    phase: str | None


class ReplyOut(BaseModel):
    """A reply."""

    text: str
    topic: str
    known: bool
    general: bool
    urgency: Urgency
    verdict: VerdictOut | None
    sources: list[SourceOut]
    buttons: list[ButtonOut]
    author: Literal[Author.ASSISTANT, Author.STAFF, Author.SYSTEM] = Field(alias="from")
    disputed: bool
    input: Input | None = Field(
        default=None,
        description="What it asks for besides text: `choices` to check, or a `date`.",
    )
    choices: list[ChoiceOut] = []
    id: int
    at: datetime


class SaidOut(BaseModel):
    """What the patient said."""

    text: str
    author: Literal[Author.PATIENT] = Field(alias="from")
    id: int
    at: datetime
    client_id: str | None
    answered: bool = Field(
        description="False: the assistant was down. With its `client_id` it may be sent again."
    )


class Replies(BaseModel):
    """The replies to a message, in the order asked."""

    replies: list[ReplyOut]


class Exchange(Replies):
    """A message and its replies."""

    said: SaidOut | None = Field(
        default=None, description="The message as recorded; only if it had a `client_id`."
    )
    ended: bool = Field(
        default=False, description="The conversation was deleted; to go on, begin a new one."
    )


class Started(Replies):
    """A new conversation, the token that opens it, and the greeting."""

    id: str
    token: str


class Outage(Exchange, Problem):
    """The assistant is down; the reply says how to reach the clinic."""


class Transcript(BaseModel):
    """All messages of a conversation, in order."""

    id: str
    clinic: str
    messages: list[ReplyOut | SaidOut]


class ClinicOut(BaseModel):
    """A clinic one can talk to."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    treatments: list[str]
    country: str
    time_zone: str
    phone: str | None
    website: str | None
    emergency_number: str


class ClinicDetails(ClinicOut):
    """What a chat window shows of a clinic. `hours` is null where it has published none."""

    crisis_line: str | None
    hours: dict[str, list[str]] | None
    open: bool | None
    opens_at: datetime | None = Field(description="The next opening, if it is closed.")
    max_text: int = Field(description="The most characters of a message.")


class Export(BaseModel):
    """Everything stored on a conversation."""

    conversation: dict[str, Any]
    messages: list[dict[str, Any]]
    treatments: list[dict[str, Any]]
    screenings: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    handover: dict[str, Any] | None
    events: list[dict[str, Any]]
    telegram: dict[str, Any] | None
    reminders: dict[str, Any] | None
    outbox: list[dict[str, Any]]
    tracker_events: list[dict[str, Any]]


class Alive(BaseModel):
    """The process runs."""

    status: Literal["alive"] = "alive"


Part = Literal["ok", "down"]


class Ready(BaseModel):
    """Whether each part can do its work."""

    status: Literal["ready", "not_ready"]
    database: Part
    rasa: Part
    actions: Part


class NotReady(Ready, Problem):
    """At least one part is down."""


def reply_out(message: Message) -> ReplyOut:
    """Return a recorded reply as the API shows it."""
    fields = {**(message.answer or {}), "from": message.author}
    return ReplyOut(text=message.text, id=message.seq, at=message.created_at, **fields)


def said_out(message: Message) -> SaidOut:
    """Return a patient's recorded message as the API shows it."""
    fields: dict[str, Any] = {"from": message.author, "client_id": message.client_id}
    answered = message.outcome is not Outcome.UNAVAILABLE
    return SaidOut(
        text=message.text, id=message.seq, at=message.created_at, answered=answered, **fields
    )


def message_out(message: Message) -> ReplyOut | SaidOut:
    """Return a recorded message of either side as the API shows it."""
    return said_out(message) if message.author is Author.PATIENT else reply_out(message)
