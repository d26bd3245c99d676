"""What is measured: something that answers messages, and how to talk to it."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx

CLINIC = "glamour"
MESSAGES = (
    "had my spider veins injected yesterday, gym tomorrow?",
    "and how long do I wear the stockings?",
    "what are spider veins",
    "how much is a session",
    "does it hurt?",
    "can I fly on friday",
    "how many sessions will I need and how far apart are they?",
    "is a bruise normal",
    "can i drink wine tonight",
    "thanks",
)

type Send = Callable[[httpx.AsyncClient, Any, str], Awaitable[httpx.Response]]
type Open = Callable[[httpx.AsyncClient], Awaitable[Any]]


@dataclass(frozen=True)
class Subject:
    """Something that answers messages: its name, how to open a conversation, how to send."""

    name: str
    open: Open
    send: Send


def gateway(address: str, name: str = "Saphena") -> Subject:
    """The public API."""

    async def begin(client: httpx.AsyncClient) -> Any:
        body = {"clinic": CLINIC}
        answer = await client.post(f"{address}/api/conversations", json=body)
        return answer.raise_for_status().json()

    async def send(client: httpx.AsyncClient, opened: Any, text: str) -> httpx.Response:
        return await client.post(
            f"{address}/api/conversations/{opened['id']}/messages",
            json={"text": text},
            headers={"Authorization": f"Bearer {opened['token']}"},
        )

    return Subject(name, begin, send)


def rest(name: str, address: str) -> Subject:
    """Rasa's own REST channel."""
    numbers = itertools.count()

    async def begin(_client: httpx.AsyncClient) -> Any:
        return f"bench-{next(numbers)}"

    async def send(client: httpx.AsyncClient, opened: Any, text: str) -> httpx.Response:
        metadata = {"clinic": CLINIC, "channel": "web"}
        body = {"sender": opened, "message": text, "metadata": metadata}
        return await client.post(f"{address}/webhooks/rest/webhook", json=body)

    return Subject(name, begin, send)


def echo(address: str) -> Subject:
    """An endpoint that sends back what it gets, on the same kind of server: the floor."""

    async def begin(_client: httpx.AsyncClient) -> Any:
        return None

    async def send(client: httpx.AsyncClient, _opened: Any, text: str) -> httpx.Response:
        return await client.post(f"{address}/", json={"text": text})

    return Subject("echo", begin, send)
