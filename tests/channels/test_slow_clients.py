"""Clients that are slow, never finish, or send more than anybody needs: others are still answered.

Raw sockets, as a well-behaved HTTP client cannot do this.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bot.gateway import connections, guard
from tests.channels.serving import Gateway

MANY = 200
START = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
BODY = (
    b"POST /api/conversations HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
)
QUICK = 1.0


@contextmanager
def connected(gateway: Gateway) -> Iterator[socket.socket]:
    host, port = gateway.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        yield connection


def answer(connection: socket.socket) -> bytes:
    """Everything until the server closes; b"" if it closes without a word."""
    told = b""
    try:
        while part := connection.recv(65536):
            told += part
    except ConnectionResetError:
        pass
    return told


def read_answer(connection: socket.socket) -> bytes:
    """One answer of /healthz, on a connection that stays open."""
    told = b""
    while not told.endswith(b"}"):
        part = connection.recv(65536)
        assert part, "the server closed the connection"
        told += part
    return told


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", QUICK)
    monkeypatch.setattr(connections, "LINGER_SECONDS", QUICK)
    monkeypatch.setattr(guard, "BODY_SECONDS", QUICK)


@pytest.mark.parametrize("begun", [b"", b"G", START, START + b"X-Slow: "])
@pytest.mark.usefixtures("impatient")
def test_a_head_that_does_not_come_is_not_waited_for(gateway: Gateway, begun: bytes) -> None:
    with connected(gateway) as connection:
        connection.sendall(begun)
        assert answer(connection) == b""


@pytest.mark.usefixtures("impatient")
def test_a_head_that_drips_gains_no_time(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(START)
        began = time.monotonic()
        with pytest.raises(OSError):  # reset or broken pipe, as it happens
            while time.monotonic() - began < 4:
                connection.sendall(b"X-Drip: 1\r\n")
                time.sleep(0.1)
        assert time.monotonic() - began < 3


@pytest.mark.usefixtures("impatient")
def test_the_second_request_of_a_connection_has_to_come_soon_too(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(START + b"\r\n")
        read_answer(connection)
        connection.sendall(START)
        assert answer(connection) == b""


@pytest.mark.usefixtures("impatient")
def test_a_body_that_does_not_come_is_refused(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(BODY + b'{"clinic":')
        told = answer(connection)
    assert told.startswith(b"HTTP/1.1 408")
    assert b'"request_timeout"' in told


@pytest.mark.usefixtures("impatient")
def test_the_rest_of_what_was_answered_is_not_waited_for(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(START + b"Content-Length: 100\r\n\r\nx")
        assert answer(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.usefixtures("impatient")
def test_a_connection_goes_on_when_the_rest_of_what_was_answered_came(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(START + b"Content-Length: 3\r\n\r\nx")
        read_answer(connection)
        connection.sendall(b"yz")
        time.sleep(2 * QUICK)
        connection.sendall(START + b"\r\n")
        assert read_answer(connection).startswith(b"HTTP/1.1 200")


def test_others_are_answered_while_many_wait(gateway: Gateway) -> None:
    with ExitStack() as stack:
        for number in range(MANY):
            connection = stack.enter_context(connected(gateway))
            connection.sendall((START, BODY, b"")[number % 3])
        began = time.monotonic()
        assert gateway.open().say("how much?")
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "head",
    [
        START + b"X-Long: " + b"x" * 40_000 + b"\r\n\r\n",
        START + b"X-Long: " + b"x" * 2_000_000,
        START + b"".join(b"X-%d: 1\r\n" % number for number in range(101)) + b"\r\n",
        b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"x" * 2_000_000,
    ],
)
def test_a_head_that_is_too_large_is_refused(gateway: Gateway, head: bytes) -> None:
    with connected(gateway) as connection:
        try:
            connection.sendall(head)
            told = answer(connection)
        except OSError:
            told = b""  # the server closed while it was still being sent
    assert not told or told.startswith(b"HTTP/1.1 431")


def test_as_many_headers_as_a_browser_sends_behind_proxies_are_taken(gateway: Gateway) -> None:
    head = START + b"".join(b"X-%d: %b\r\n" % (n, b"x" * 150) for n in range(90))
    with connected(gateway) as connection:
        connection.sendall(head + b"Connection: close\r\n\r\n")
        assert answer(connection).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        START + b"X-Bad\x00: 1\r\n\r\n",
        START + b"X-Fold: a\r\n b\r\n\r\n",
        START + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        START + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused(gateway: Gateway, head: bytes) -> None:
    with connected(gateway) as connection:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
        told = answer(connection)
    assert told == b"" or told.split(b" ")[1].startswith(b"4"), told
    assert gateway.http.get("/healthz").status_code == 200


def test_there_are_no_websockets(gateway: Gateway) -> None:
    upgrade = (
        b"Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with connected(gateway) as connection:
        connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n" + upgrade)
        assert b" 101 " not in answer(connection)
