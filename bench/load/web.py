"""Visitors of clinics' websites, over the public API."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from bench.load.people import ALARM, ANSWERED, SENT_AWAY, Heard
from bench.performance import subjects
from bench.performance.subjects import Subject


@dataclass(frozen=True)
class Visitor:
    """Somebody who writes into a clinic's web page."""

    gateway: Subject
    client: httpx.AsyncClient
    opened: Any

    async def say(self, text: str) -> Heard:
        """Post a message; the response has all replies."""
        began = time.perf_counter()
        try:
            answer = await self.gateway.send(self.client, self.opened, text)
            what = _what(answer)
        except httpx.HTTPError as error:
            what = type(error).__name__
        return Heard(what, time.perf_counter() - began)


async def visitors(address: str, client: httpx.AsyncClient, count: int) -> list[Visitor]:
    """Begin so many conversations."""
    gateway = subjects.gateway(address)
    return [Visitor(gateway, client, await gateway.open(client)) for _ in range(count)]


def _what(answer: httpx.Response) -> str:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return SENT_AWAY if "Retry-After" in answer.headers else "429 without Retry-After"
    if answer.status_code != httpx.codes.OK:
        return str(answer.status_code)
    urgent = any(reply["urgency"] == "emergency" for reply in answer.json()["replies"])
    return ALARM if urgent else ANSWERED
