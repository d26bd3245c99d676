"""An id for each request, in every line that is logged while it is served, and in its response.

It goes on to Rasa and the actions with the message, so that one search finds all that happened.
"""

import re
import secrets
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.logs import request_id

HEADER: Final = "X-Request-ID"
# What a proxy in front may have given it already.
_GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_id() -> str:
    """Return an id of its own."""
    return secrets.token_hex(8)


class RequestIds:
    """Gives each request its id, or keeps the one that a proxy gave it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        own = given if _GIVEN.fullmatch(given) else new_id()

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = own
            await send(message)

        token = request_id.set(own)
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            request_id.reset(token)
