"""A real gateway for the tests: uvicorn on a free port, in a thread."""

import asyncio
import json
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.database import Database
from bot.gateway.app import create_app
from bot.gateway.connections import GUARDED
from bot.gateway.services import Services
from bot.knowledge.models import ClinicRow
from bot.migrations.schema import upgrade
from bot.settings import Environment, Settings
from tests.plain_settings import plain_settings

CLINICS = Path(__file__).resolve().parents[2] / "clinics"
PHONE = "360-555-0142"
OFFICE_HOURS = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class Gateway:
    """A running gateway: a client for it, and its insides for what HTTP does not show."""

    address: str
    http: httpx.Client
    settings: Settings
    services: Services
    loop: asyncio.AbstractEventLoop

    def run[T](self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the gateway's own event loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def open(self, clinic: str = "glamour") -> "Patient":
        """Begin a conversation."""
        answer = self.http.post("/api/conversations", json={"clinic": clinic})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return Patient(self, body["id"], body["token"], body["replies"])


@dataclass(frozen=True)
class Patient:
    """A patient in a conversation of their own."""

    gateway: Gateway
    id: str
    token: str
    greeting: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, body: Any, **besides: str) -> httpx.Response:
        # json.dumps escapes what UTF-8 cannot say (half a surrogate pair), as a browser does.
        headers = {**self.headers, "Content-Type": "application/json", **besides}
        return self.gateway.http.post(
            f"{self.path}/messages", content=json.dumps(body), headers=headers
        )

    def get(self, what: str) -> httpx.Response:
        return self.gateway.http.get(f"{self.path}/{what}", headers=self.headers)

    def say(self, text: str) -> list[dict[str, Any]]:
        answer = self.post({"text": text})
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, Any]] = answer.json()["replies"]
        return replies

    def transcript(self) -> list[tuple[str, str]]:
        messages = self.get("messages").json()["messages"]
        return [(message["from"], message["text"]) for message in messages]


def settings_for(state: Path, **values: Any) -> Settings:
    """Settings of a test: nothing from the environment's files."""
    defaults: dict[str, Any] = {
        "environment": Environment.TEST,
        "state_dir": state,
        "clinics_dir": CLINICS,
        "rate_limits": "off",
        "login_address_limit": "1000/minute",
        "log_level": "WARNING",
        "rasa_timeout": 20.0,
    }
    return plain_settings(**{**defaults, **values})


def prepare(settings: Settings) -> None:
    """Migrate the database, with a clinic that has a phone, one that has none, one with hours."""
    database = Database(settings.database)
    upgrade(database.engine)
    with database.write() as session:
        session.add_all([clinic("glamour", "Glamour", PHONE), clinic("silent", "Silent", None)])
        session.add(clinic("office", "Office", PHONE, OFFICE_HOURS))
    database.close()


def clinic(
    clinic_id: str, name: str, phone: str | None, hours: dict[str, list[str]] | None = None
) -> ClinicRow:
    return ClinicRow(
        id=clinic_id,
        name=name,
        treatments=["sclerotherapy"],
        country="US",
        time_zone="America/Los_Angeles",
        emergency_number="911",
        phone=phone,
        hours=hours,
        document_title="Sclerotherapy FAQ",
        checksum="0",
        imported_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


@contextmanager
def serving(settings: Settings) -> Iterator[Gateway]:
    """Serve until the end of the block."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="warning",
        timeout_graceful_shutdown=2,
        **GUARDED,
    )
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve()

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the gateway did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            yield Gateway(address, client, settings, app.state.services, loops[0])
    finally:
        server.should_exit = True
        thread.join()
