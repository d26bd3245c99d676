"""A thin front before the emulator: mends its gaps, and fails when a test wants it to.

Mended: getMe lacks `is_bot`, sendMessage's result `date`, a callback `chat_instance`, and its
message has the date in milliseconds; updates are forgotten when fetched, not when acknowledged; a
removed keyboard stays; webhooks come without their secret; setMyCommands, sendChatAction and
leaveChat are missing.
What the emulator can't send (edited messages, pictures, groups, membership) a test gives as it
was recorded (`give`). All updates are numbered here.
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import httpx

Json = dict[str, Any]
MISSING = {"setMyCommands", "sendChatAction", "leaveChat", "answerCallbackQuery"}
LONGEST_POLL = 2.0
WAIT_SECONDS = 60.0
TOO_MANY = (429, {"error_code": 429, "description": "Too Many Requests: retry after 1"})
BROKEN = (500, {"error_code": 500, "description": "Internal Server Error"})
BLOCKED = (403, {"error_code": 403, "description": "Forbidden: bot was blocked by the user"})
UNKNOWN = (401, {"error_code": 401, "description": "Unauthorized"})


@dataclass(frozen=True)
class Call:
    """A call of the bot: the method and its parameters, those in JSON read."""

    token: str
    method: str
    values: Json
    at: float


@dataclass
class Shown:
    """A message in a chat as the person sees it now; `edits` is how often it was changed."""

    id: int
    text: str
    keyboard: list[tuple[str, str]]
    edits: int = 0

    @property
    def titles(self) -> list[str]:
        return [title for title, _ in self.keyboard]


@dataclass
class Front:
    """The running front. `fail` decides on a call: None, or a status and a body."""

    address: str
    emulator: httpx.Client
    tokens: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    fail: Callable[[Call], tuple[int, Json] | None] = lambda _call: None
    webhooks: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Where a webhook's host leads: to these gateways in turn.
    gateways: list[str] = field(default_factory=list)
    _waiting: defaultdict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    _chats: defaultdict[tuple[str, int], list[Shown]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _number: int = 1000
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _under_way: int = 0
    _closed: bool = False

    def chat(self, token: str, chat_id: int) -> list[Shown]:
        """What the bot's messages in a chat look like now."""
        return list(self._chats[(token, chat_id)])

    def called(self, method: str, **values: Any) -> list[Call]:
        """The calls of a method with these values."""
        return [
            call
            for call in list(self.calls)
            if call.method == method
            and all(call.values.get(name) == value for name, value in values.items())
        ]

    def wait(self, until: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
        """Wait until something is so, and return it."""
        end = time.monotonic() + seconds
        with self._changed:
            while not (found := until()):
                left = end - time.monotonic()
                assert left > 0, f"not within {seconds} s; calls: {self.calls[-8:]}"
                self._changed.wait(min(left, 0.05))
        return found

    def give(self, token: str, update: Json, *, times: int = 1, number: int | None = None) -> int:
        """Have an update delivered, perhaps several times; returns its number."""
        with self._changed:
            if number is None:
                self._number += 1
                number = self._number
            numbered = {**update, "update_id": number}
            if token not in self.webhooks:
                self._waiting[token] += [numbered] * times
                self._changed.notify_all()
                return number
        for _ in range(times):
            self.deliver(token, numbered)
        return number

    def deliver(self, token: str, update: Json) -> httpx.Response:
        """Post an update to the bot's webhook, as Telegram does: until it is taken."""
        for attempt in range(100):
            response = self.post(token, update, to=self.gateways[attempt % len(self.gateways)])
            if response is not None and response.is_success:
                self.gateways.append(self.gateways.pop(0))
                return response
            time.sleep(0.1)
        raise AssertionError("no gateway takes the update")

    def post(
        self, token: str, update: Json, *, to: str, secret: str | None = None
    ) -> httpx.Response | None:
        """Post an update once; None when nobody listens."""
        url, agreed = self.webhooks[token]
        headers = {"X-Telegram-Bot-Api-Secret-Token": agreed if secret is None else secret}
        try:
            return httpx.post(
                to + httpx.URL(url).path, json=update, headers=headers, trust_env=False
            )
        except httpx.HTTPError:
            return None

    def take_from_emulator(self, token: str, update: Json) -> None:
        """Number an update of the emulator, mend it, and have it delivered."""
        message = update.get("callback_query", {}).get("message")
        if message is not None:
            message["date"] = int(time.time())
            update["callback_query"]["chat_instance"] = "1"
        for wrapper in ("message", "callback_query"):
            update.get(wrapper, {}).pop("botToken", None)
        self.give(token, update)

    def handle(self, call: Call, raw: bytes) -> tuple[int, Json]:
        """Answer a call of the bot; none once it is closed."""
        with self._changed:
            if self._closed:
                return BROKEN
            self._under_way += 1
        try:
            return self._answer(call, raw)
        finally:
            with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Wait for the calls under way: after it nothing is asked of the emulator any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.wait(lambda: not self._under_way)

    def _answer(self, call: Call, raw: bytes) -> tuple[int, Json]:
        if call.token not in self.tokens:
            return UNKNOWN
        failed = self.fail(call)
        self._note(call)
        if failed is not None:
            return failed
        if call.method == "getUpdates":
            return 200, {"ok": True, "result": self._updates(call)}
        if call.method == "setWebhook":
            url, secret = call.values["url"], call.values.get("secret_token", "")
            self.webhooks[call.token] = (url, secret)
            raw = f"url={self.address}/hook/{call.token}".encode()
        if call.method == "deleteWebhook":
            self.webhooks.pop(call.token, None)
        if call.method in MISSING:
            return 200, {"ok": True, "result": True}
        return 200, {"ok": True, "result": self._forward(call, raw)}

    def _forward(self, call: Call, raw: bytes) -> Any:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/bot{call.token}/{call.method}"
        answer = self.emulator.post(path, content=raw, headers=headers)
        answer.raise_for_status()
        result = answer.json()["result"]
        if call.method == "getMe":
            return {**result, "is_bot": True}
        if call.method == "sendMessage":
            chat = int(call.values["chat_id"])
            mended = {
                "message_id": result["message_id"],
                "date": int(time.time()),
                "chat": {"id": chat, "type": "private" if chat > 0 else "group"},
                "text": call.values["text"],
            }
            with self._changed:
                shown = Shown(mended["message_id"], mended["text"], _keyboard(call))
                self._chats[(call.token, chat)].append(shown)
                self._changed.notify_all()
            return mended
        if call.method in {"editMessageText", "editMessageReplyMarkup"}:
            self._edit(call)
        return True

    def _edit(self, call: Call) -> None:
        with self._changed:
            for shown in self._chats[(call.token, int(call.values["chat_id"]))]:
                if shown.id == int(call.values["message_id"]):
                    shown.text = call.values.get("text", shown.text)
                    shown.keyboard = _keyboard(call)
                    shown.edits += 1
            self._changed.notify_all()

    def _updates(self, call: Call) -> list[Json]:
        offset = int(call.values.get("offset") or 0)
        with self._changed:
            kept = [one for one in self._waiting[call.token] if one["update_id"] >= offset]
            self._waiting[call.token] = kept
        end = time.monotonic() + min(float(call.values.get("timeout") or 0), LONGEST_POLL)
        while True:
            fetched = self.emulator.post(f"/bot{call.token}/getUpdates").json()["result"]
            for update in fetched:
                self.take_from_emulator(call.token, update)
            with self._changed:
                waiting = self._waiting[call.token][:100]
                if waiting or self._closed or time.monotonic() >= end:
                    return waiting
                self._changed.wait(0.03)

    def _note(self, call: Call) -> None:
        with self._changed:
            self.calls.append(call)
            self._changed.notify_all()


def too_many(seconds: int = 1) -> tuple[int, Json]:
    """Telegram's answer to a bot that says too much."""
    return 429, {**TOO_MANY[1], "ok": False, "parameters": {"retry_after": seconds}}


def _keyboard(call: Call) -> list[tuple[str, str]]:
    rows = (call.values.get("reply_markup") or {}).get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]


def _values(raw: bytes) -> Json:
    values: Json = dict(parse_qsl(raw.decode(), keep_blank_values=True))
    for name in ("reply_markup", "commands", "allowed_updates", "link_preview_options"):
        if name in values:
            values[name] = json.loads(values[name])
    return values


@contextmanager
def running(emulator: str) -> Iterator[Front]:
    """Serve on loopback before an emulator until the end of the block."""
    with httpx.Client(base_url=emulator, timeout=30, trust_env=False) as client:
        front = Front("", client)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/hook/"):
                    front.take_from_emulator(self.path.removeprefix("/hook/"), json.loads(raw))
                    self._send(200, {"ok": True})
                    return
                token, _, method = self.path.removeprefix("/bot").partition("/")
                call = Call(token, method, _values(raw), time.monotonic())
                status, body = front.handle(call, raw)
                self._send(status, {"ok": status < 300, **body})

            def _send(self, status: int, body: Json) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()

            def log_message(self, *_args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_args: object) -> None:
                pass  # a bot that is stopped hangs up while it polls

        server = Server(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        front.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield front
        finally:
            front.close()
            server.shutdown()
            server.server_close()
            thread.join()
