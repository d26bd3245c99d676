"""What stands before the routes: how large a body may be, of which type, how long it may take."""

import asyncio
from collections.abc import Mapping
from email.message import Message as Header

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gateway.errors import error_response
from bot.gateway.refusals import Code, Refusal

JSON = "application/json"
# From the end of the head to the end of the body; the largest takes a slow phone a few seconds.
BODY_SECONDS = 20.0
FORM = "application/x-www-form-urlencoded"
FORM_PATHS = "/staff/"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class BodyGuard:
    """Refuses bodies that are too large, or not JSON, before anything parses them.

    The staff console takes forms instead. `larger` holds the limits of paths with one of their own.
    """

    def __init__(self, app: ASGIApp, max_body: int, larger: Mapping[str, int]) -> None:
        self.app = app
        self._max_body = max_body
        self._larger = dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] not in BODY_METHODS:
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await self._read(Headers(scope=scope), receive, scope["path"])
        except TimeoutError:
            late = Refusal(Code.REQUEST_TIMEOUT)
            await error_response(scope["app"], late)(scope, receive, send)
            return
        except Refusal as refusal:
            await error_response(scope["app"], refusal)(scope, receive, send)
            return
        if body is not None:
            await self.app(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive, path: str) -> bytes | None:
        """Return the whole body, or None when the client went away. Raises Refusal."""
        expected = FORM if path.startswith(FORM_PATHS) else JSON
        limit = self._limit(path)
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise Refusal(Code.BODY_TOO_LARGE, limit=limit)
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > limit:
                raise Refusal(Code.BODY_TOO_LARGE, limit=limit)
            more = message.get("more_body", False)
        if body and _content_type(headers) != expected:
            raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
        return bytes(body)

    def _limit(self, path: str) -> int:
        own = (most for prefix, most in self._larger.items() if path.startswith(prefix))
        return next(own, self._max_body)


def _content_type(headers: Headers) -> str:
    header = Header()
    header["content-type"] = headers.get("content-type", "")
    return header.get_content_type()


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
