"""The real three processes on PostgreSQL: one conversation, its export, and its deletion."""

from pathlib import Path

import httpx
from sqlalchemy import text

from bot.cli.background import running
from bot.cli.client import Chat
from bot.cli.ports import LOOPBACK, any_free_port
from bot.database import Database
from bot.settings import load_settings


def test_a_conversation_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    port = any_free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = {
        "DATABASE_URL": postgres_url,
        "STATE_DIR": str(tmp_path),
        "PORT": str(port),
        "RASA_PORT": str(any_free_port()),
        "ACTIONS_PORT": str(any_free_port()),
    }
    with (
        (tmp_path / "run.log").open("wb") as log,
        running(address, environment, log),
        httpx.Client(base_url=address, timeout=30, trust_env=False) as http,
    ):
        chat = Chat.open(http, "smokey-point")
        (reply,) = chat.say("I was injected yesterday, can I go for a run today?")
        assert reply["verdict"]["state"] == "avoid"
        chat.say("please call me back, I am Anna, 212 555 0147")
        exported = chat.request("GET", "/export").raise_for_status().json()
        assert exported["tracker_events"]
        chat.request("DELETE").raise_for_status()
    assert _rows(postgres_url) == {"conversations": 0, "messages": 0, "events": 0, "requests": 0}


def _rows(url: str) -> dict[str, int]:
    database = Database(load_settings({"database_url": url}).database)
    try:
        with database.read() as session:
            return {
                table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("conversations", "messages", "events", "requests")
            }
    finally:
        database.close()
