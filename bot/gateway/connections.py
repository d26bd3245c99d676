"""How long and how large the beginning of a request may be, before anything of ours sees it.

uvicorn has limits for neither with its fast parser: a client that sends a header byte by byte, or
headers without end, would be waited for, and kept in memory, for as long as it likes.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# As much as nginx takes by default; a token is some 150 bytes.
MOST_HEAD_BYTES: Final = 32_768
MOST_HEADERS: Final = 100
HEAD_SECONDS = 10.0
# So long the rest of a request is taken that was answered already, so that the answer is read.
LINGER_SECONDS = 2.0
# So long a connection is kept on which nothing is sent. Who sends lets go of it sooner (nginx and
# browsers by their settings, our tests after 5 s), or a message meets a connection being closed.
IDLE_SECONDS = 15
_TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class GuardedConnection(HttpToolsProtocol):
    """A connection whose request line and headers have to come soon and be small.

    The body is bounded by `bot.gateway.guard.BodyGuard`, an idle connection by uvicorn itself.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head_bytes = 0
        self._reading_head = True
        self._reading_body = False
        self._deadline: asyncio.TimerHandle | None = None
        self._lingering: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first request."""
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._head_is_there()
        self._body_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is a head that does not end."""
        if self._reading_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._reading_head and self._head_bytes > MOST_HEAD_BYTES:
            self._refuse()

    def on_message_begin(self) -> None:
        """Count anew; a further request on the same connection has a deadline of its own."""
        self._expect_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Go on with the request, if its head is not too large."""
        self._head_is_there()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > MOST_HEAD_BYTES or len(self.headers) > MOST_HEADERS:
            self._refuse()
            return
        self._reading_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless the request was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of the body, unless the request was refused."""
        self._body_is_there()
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, but not for what is left of one that was answered."""
        super().on_response_complete()
        if self.cycle.response_complete and self._reading_body:
            self._lingering = self.loop.call_later(LINGER_SECONDS, self._close)

    def _expect_head(self) -> None:
        self._reading_head = True
        self._head_bytes = 0
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _head_is_there(self) -> None:
        self._reading_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _body_is_there(self) -> None:
        self._reading_body = False
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None

    def _give_up(self) -> None:
        self._deadline = None
        self._close()

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _refuse(self) -> None:
        self._head_is_there()
        if not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()


# What uvicorn is started with, here and in the tests. There are no websockets, and no answer
# names the server's program.
GUARDED: Final[dict[str, Any]] = {
    "http": GuardedConnection,
    "ws": "none",
    "server_header": False,
    "timeout_keep_alive": IDLE_SECONDS,
}
