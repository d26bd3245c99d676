"""A stand-in for Rasa and the action server: real HTTP servers that speak their contract.

The real stack is exercised by tests/conversations and tests/tables; the stand-in is for what
the real one does not do on demand: hang, fail, and answer garbage.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Reply = dict[str, Any]
Answering = Callable[[dict[str, Any]], bytes]

BUTTON = {"title": "Cost", "payload": "/cost", "topic": "cost"}
CHOICES = [
    {"title": "Pregnant", "value": "pregnant", "alone": False},
    {"title": "Having IVF", "value": "ivf", "alone": False},
    {"title": "None of these", "value": "none", "alone": True},
]
SOURCE = {"document": "Sclerotherapy FAQ", "section": "Pricing"}
VERDICT = {
    "activity": "exercise",
    "state": "avoid",
    "until": "2026-11-25",
    "disputed": False,
    "phase": None,
}


def custom(text: str, topic: str = "cost", **fields: Any) -> Reply:
    """One item of the REST channel's answer, as `action_answer` gives it."""
    whole = {
        "text": text,
        "topic": topic,
        "known": True,
        "general": False,
        "urgency": "none",
        "verdict": None,
        "sources": [SOURCE],
        "buttons": [BUTTON],
        "disputed": False,
        **fields,
    }
    return {"custom": whole}


def echo(message: dict[str, Any]) -> bytes:
    """Repeat each sentence of the message in a reply of its own."""
    sentences = [part for part in message["message"].split("? ") if part]
    return json.dumps([custom(f"You said: {part}") for part in sentences]).encode()


@dataclass
class StandIn:
    """A running server, the messages it got, and how it answers (`answering`, `status`)."""

    address: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    answering: Answering = echo
    status: int = 200
    delay: float = 0.0

    def reset(self) -> None:
        self.messages.clear()
        self.answering, self.status, self.delay = echo, 200, 0.0

    def said_in(self, conversation: str) -> list[str]:
        return [body["message"] for body in self.messages if body["sender"] == conversation]


@contextmanager
def running(port: int = 0) -> Iterator[StandIn]:
    """Serve on loopback until the end of the block."""
    state = StandIn("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            known = self.path in {"/webhooks/rest/", "/health"}
            self._send(200 if known else 404, b'{"status": "ok"}')

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert self.path == "/webhooks/rest/webhook"
            state.messages.append(body)
            time.sleep(state.delay)
            self._send(state.status, state.answering(body))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128
        connections: ClassVar[set[socket.socket]] = set()

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            self.connections.add(connection)
            return connection, address

        def shutdown_request(self, request: Any) -> None:
            self.connections.discard(request)
            super().shutdown_request(request)

        def handle_error(self, *_args: object) -> None:
            pass  # a client that gave up waiting is what some tests are about

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        for connection in tuple(server.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # as when the process dies
        thread.join()
