"""The web as a channel: replies go back as the response, or into the open event streams."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.gateway.hub import Event, Hub
from bot.gateway.schemas import ReplyOut, reply_out
from bot.records.plain import Message

WEB = "web"


def reply_event(message: Message) -> Event:
    """Return the event that shows a recorded reply."""
    return Event("reply", reply_out(message).model_dump(mode="json", by_alias=True), message.seq)


@dataclass(slots=True)
class WebResponse:
    """Collects the replies for the response to the request that asked."""

    shown: list[ReplyOut] = field(default_factory=list)
    name: str = WEB

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Keep the replies for the response."""
        self.shown = [reply_out(reply) for reply in replies]


@dataclass(frozen=True, slots=True)
class WebPush:
    """Sends replies that nobody asked for to the conversation's open event streams."""

    hub: Hub
    name: str = WEB

    async def show(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Publish the replies."""
        for reply in replies:
            self.hub.publish(conversation_id, reply_event(reply))
