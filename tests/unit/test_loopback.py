"""The gateway's own HTTP transport answers and fails as httpx's does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.cli.ports import any_free_port
from bot.gateway import loopback
from bot.gateway.loopback import LoopbackTransport

# What a machine may stand still for meanwhile; only the server that says nothing is waited for.
PATIENT = 30.0
SILENCE = 0.4
JSON = b'[{"custom": {"text": "\xc3\xa9"}}]'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# What a server says to one request, in the pieces in which it comes, and whether it then closes.
SAID: dict[str, tuple[tuple[bytes, ...], bool]] = {
    "with a length": ((HEAD + b"Content-Length: 28\r\n\r\n" + JSON,), False),
    "in pieces": (
        (HEAD[:9], HEAD[9:] + b"Content-Le", b"ngth: 28\r\n\r\n" + JSON[:4], JSON[4:]),
        False,
    ),
    "chunked": (
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1c\r\n" + JSON + b"\r\n0\r\n", b"\r\n"),
        False,
    ),
    "until it closes": ((HEAD + b"\r\n" + JSON,), True),
    "with Connection: close": (
        (HEAD + b"Connection: close\r\nContent-Length: 28\r\n\r\n" + JSON,),
        True,
    ),
    "continue first": (
        (b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"Content-Length: 28\r\n\r\n" + JSON),
        False,
    ),
    "an error": ((b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno",), False),
    "nothing to say": ((b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",), False),
    "cut short": ((HEAD + b"Content-Length: 90\r\n\r\n" + JSON,), True),
    "cut short in its head": ((HEAD,), True),
    "cut short in a chunk": ((HEAD + b"Transfer-Encoding: chunked\r\n\r\n1c\r\n[",), True),
    "silent": ((), False),
    "closed at once": ((), True),
    "garbage": ((b"what is this\r\n\r\n",), False),
}

type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook?a=b"


def client(transport: httpx.AsyncBaseTransport | None, reads: float = PATIENT) -> httpx.AsyncClient:
    timeout = httpx.Timeout(PATIENT, read=reads)
    return httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False)


async def request_of(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    return head + await reader.readexactly(length)


async def outcome(transport: httpx.AsyncBaseTransport | None, said: str) -> tuple[object, ...]:
    """What two requests in a row come to, and what the server got."""
    pieces, closes = SAID[said]
    got: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                got.append(await request_of(reader))
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.005)
                if closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    found: list[object] = []
    reads = PATIENT if pieces or closes else SILENCE
    async with serving(handle) as address, client(transport, reads) as http:
        for number in range(2):
            try:
                response = await http.post(address, json={"text": f"né {number}"})
                found.append((response.status_code, response.content))
            except httpx.HTTPError as error:
                found.append(type(error))
        port = address.split(":")[2].partition("/")[0].encode()
    return (found, [one.replace(port, b"PORT") for one in got])


@pytest.mark.parametrize("said", SAID)
def test_the_same_as_httpx(said: str) -> None:
    async def both() -> tuple[object, object]:
        return await outcome(None, said), await outcome(LoopbackTransport(5), said)

    theirs, ours = asyncio.run(both())
    assert ours == theirs


def test_nobody_there() -> None:
    async def ask() -> None:
        async with client(LoopbackTransport(5)) as http:
            await http.post(f"http://127.0.0.1:{any_free_port()}/", json={})

    with pytest.raises(httpx.ConnectError):
        asyncio.run(ask())


@pytest.mark.parametrize(("kept", "pause", "connections"), [(PATIENT, 0.0, 1), (0.1, 0.3, 2)])
def test_a_connection_is_used_again_while_it_is_fresh(
    kept: float, pause: float, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback, "KEPT_SECONDS", kept)
    opened: list[object] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(writer)
        try:
            while await request_of(reader):
                writer.write(SAID["with a length"][0][0])
        except asyncio.IncompleteReadError:
            writer.close()

    async def ask() -> None:
        async with serving(handle) as address, client(LoopbackTransport(5)) as http:
            await http.post(address, json={})
            await asyncio.sleep(pause)
            await http.post(address, json={})

    asyncio.run(ask())
    assert len(opened) == connections


def test_a_message_given_up_leaves_no_answer_to_the_next() -> None:
    """The answer to a request that was cancelled must not be taken for the next one's."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await request_of(reader)
                await asyncio.sleep(0.1 if b"slow" in request else 0)
                body = b'"slow"' if b"slow" in request else b'"fast"'
                writer.write(HEAD + b"Content-Length: 6\r\n\r\n" + body)
        except asyncio.IncompleteReadError:
            writer.close()

    async def ask() -> list[str]:
        async with serving(handle) as address, client(LoopbackTransport(5)) as http:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await http.post(address, json="slow")
            said = [(await http.post(address, json="fast")).json()]
            await asyncio.sleep(0.15)
            return [*said, (await http.post(address, json="fast")).json()]

    assert asyncio.run(ask()) == ["fast", "fast"]


def test_no_more_at_once_than_allowed() -> None:
    now, most = [0], [0]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await request_of(reader):
                now[0] += 1
                most[0] = max(most[0], now[0])
                await asyncio.sleep(0.01)
                now[0] -= 1
                writer.write(SAID["with a length"][0][0])
        except asyncio.IncompleteReadError:
            writer.close()

    async def ask() -> None:
        async with serving(handle) as address, client(LoopbackTransport(3)) as http:
            await asyncio.gather(*(http.post(address, json={}) for _ in range(12)))

    asyncio.run(ask())
    assert most[0] == 3
