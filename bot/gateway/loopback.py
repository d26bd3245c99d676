"""HTTP to a process on the same machine, under httpx: a sixth of the gateway's time was httpcore.

What httpcore does for any address and any asynchronous library (timeouts, traces and locks at every
step, a lookup of which library runs) is not needed for one POST to Rasa. Requests, answers and
errors are httpx's as before; the parser is the one that uvicorn uses.
"""

import asyncio
from collections import defaultdict
from typing import Any

import httpx
from httptools import HttpParserError, HttpResponseParser

# Idle connections are closed before the other side does it: Rasa's server waits for 5 seconds.
KEPT_SECONDS = 3.0

type Origin = tuple[str, int]


class LoopbackTransport(httpx.AsyncBaseTransport):
    """Plain HTTP/1.1 over connections that are kept for a while; at most so many at once."""

    def __init__(self, most: int) -> None:
        self._slots = asyncio.Semaphore(most)
        self._idle: defaultdict[Origin, list[_Connection]] = defaultdict(list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and return its whole response. Raises httpx.TransportError."""
        timeout = request.extensions.get("timeout", {})
        origin = (request.url.host, request.url.port or 80)
        message = _written(request, await request.aread())
        async with self._slots:
            connection = self._kept(origin) or await _connected(origin, timeout.get("connect"))
            try:
                async with asyncio.timeout(timeout.get("read")):
                    response = await connection.exchange(message)
            except TimeoutError:
                connection.close()
                raise httpx.ReadTimeout("", request=request) from None
            except BaseException:
                connection.close()
                raise
        if connection.is_open:
            self._idle[origin].append(connection)
        return response

    async def aclose(self) -> None:
        """Close the connections that are idle."""
        for connection in (one for kept in self._idle.values() for one in kept):
            connection.close()
        self._idle.clear()

    def _kept(self, origin: Origin) -> "_Connection | None":
        now = asyncio.get_running_loop().time()
        kept = self._idle[origin]
        while kept:
            connection = kept.pop()  # the one used last: the others may then grow old
            if connection.is_open and now - connection.used <= KEPT_SECONDS:
                return connection
            connection.close()
        return None


def _written(request: httpx.Request, body: bytes) -> bytes:
    """Return the request as it goes over the wire, in one piece."""
    head = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    head += [b"%b: %b" % (name, value) for name, value in request.headers.raw]
    return b"\r\n".join([*head, b"", body])


async def _connected(origin: Origin, seconds: float | None) -> "_Connection":
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            _, connection = await loop.create_connection(_Connection, *origin)
    except TimeoutError:
        raise httpx.ConnectTimeout("") from None
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    return connection


class _Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self) -> None:
        self.is_open = False
        self.used = 0.0
        self._loop = asyncio.get_running_loop()
        self._transport: Any = None
        self._answered: asyncio.Future[httpx.Response] | None = None
        self._begin()

    async def exchange(self, message: bytes) -> httpx.Response:
        """Send a request and return its response. Raises httpx.TransportError."""
        self._begin()
        self._answered = self._loop.create_future()
        self._transport.write(message)
        response = await self._answered
        self.used = self._loop.time()
        return response

    def close(self) -> None:
        """Close it, whatever is under way."""
        self.is_open = False
        self._transport.close()

    def _begin(self) -> None:
        self._parser = HttpResponseParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._ends_with_connection = False

    def _fail(self, error: httpx.TransportError) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)
        self.close()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self._answered is None or self._answered.done():
            self.close()  # more than was asked for
            return
        try:
            self._parser.feed_data(data)
        except HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(str(error)))

    def connection_lost(self, _error: Exception | None) -> None:
        if self._ends_with_connection:
            self.on_message_complete()
        self._fail(httpx.RemoteProtocolError("the connection was closed before the response ended"))

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        names = {name.lower() for name, _ in self._headers}
        self._ends_with_connection = not names & {b"content-length", b"transfer-encoding"}

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        if self._answered is None or self._answered.done():
            return
        status, keep = self._parser.get_status_code(), self._parser.should_keep_alive()
        if status < httpx.codes.OK:  # 100 Continue: the response comes after it
            self._headers, self._ends_with_connection = [], False
            return
        self._answered.set_result(
            httpx.Response(status, headers=self._headers, content=b"".join(self._body))
        )
        if not keep:
            self.close()
