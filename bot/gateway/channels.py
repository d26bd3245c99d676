"""Channels: ways to reach a patient. Of the web: the response, or the open event streams."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.gateway.hub import Event, Hub
from bot.gateway.schemas import ReplyOut, reply_out
from bot.records.plain import Message

logger = logging.getLogger(__name__)

WEB = "web"


@dataclass(frozen=True, slots=True)
class Can:
    """What a channel is able to do, so that nothing else has to know which one it is.

    `longest`: the most characters of a message, None for any number; `options`: replies may have
    options to check; `outside`: what is written passes through systems that are not the clinic's,
    and the patient is told so first; `away`: what is pushed reaches a patient who is away;
    `keeps`: a message that can't be answered now is kept by the channel until it can.
    """

    longest: int | None = None
    options: bool = True
    outside: bool = False
    away: bool = False
    keeps: bool = False


ON_THE_WEB = Can()


class Channel(Protocol):
    """A way to reach a patient: its name, and how it shows replies."""

    @property
    def name(self) -> str:
        """The channel's name in the records and in Rasa's metadata."""

    @property
    def can(self) -> Can:
        """What the channel is able to do."""

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Show recorded replies to the patient."""


def reply_event(message: Message) -> Event:
    """Return the event that shows a recorded reply."""
    return Event("reply", reply_out(message).model_dump(mode="json", by_alias=True), message.seq)


@dataclass(slots=True)
class WebResponse:
    """Collects the replies for the response to the request that asked."""

    shown: list[ReplyOut] = field(default_factory=list)
    name: str = WEB
    can: Can = ON_THE_WEB

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Keep the replies for the response."""
        self.shown = [reply_out(reply) for reply in replies]


@dataclass(frozen=True, slots=True)
class WebPush:
    """Sends replies that nobody asked for to the conversation's open event streams."""

    hub: Hub
    name: str = WEB
    can: Can = ON_THE_WEB

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Publish the replies."""
        for reply in replies:
            self.hub.publish(conversation_id, reply_event(reply))


@dataclass(frozen=True, slots=True)
class NoPush:
    """A channel that is not running now: what is pushed stays in the transcript."""

    name: str
    can: Can = ON_THE_WEB

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Log that nothing was shown."""
        logger.warning("not pushed, no channel %s conversation=%s", self.name, conversation_id)


def push_channel(channels: Mapping[str, Channel], name: str) -> Channel:
    """Return the channel of this name that pushes, or one that says that it is missing."""
    return channels.get(name) or NoPush(name)
