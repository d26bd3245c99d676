"""The one module that speaks to Rasa."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

import httpx
from pydantic import TypeAdapter

from bot.care.answer import Answer

logger = logging.getLogger(__name__)

WEBHOOK = "/webhooks/rest/webhook"
ALIVE = "/webhooks/rest/"
HTTP_OK = 200
ANSWER = TypeAdapter(Answer)


class BrainUnavailableError(Exception):
    """Rasa gave no usable answer; the text says why, without the patient's words."""


class Brain:
    """Rasa's REST channel. `timeout` is the longest wait for one answer, in seconds."""

    def __init__(self, client: httpx.AsyncClient, address: str, timeout: float) -> None:
        self._client = client
        self._address = address
        self._timeout = timeout

    async def ask(
        self,
        conversation_id: str,
        message: str,
        *,
        clinic_id: str,
        channel: str,
        danger_denied: bool = False,
        staff_online: bool = False,
        number: int = 0,
    ) -> list[Answer]:
        """Return at least one answer to a message. Raises BrainUnavailableError.

        `number` is the message's in the conversation: what it leads to is stored under it, once.
        """
        metadata: dict[str, Any] = {"clinic": clinic_id, "channel": channel, "message": number}
        if danger_denied:
            metadata["danger"] = "denied"
        if staff_online:
            metadata["staff_online"] = True
        payload = {"sender": conversation_id, "message": message, "metadata": metadata}
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.post(self._address + WEBHOOK, json=payload)
        except (httpx.HTTPError, TimeoutError) as error:
            raise BrainUnavailableError(type(error).__name__) from error
        answers = list(_answers(_items(response), conversation_id))
        if not answers:
            # Rasa answers an empty list when an action failed or the action server is down.
            raise BrainUnavailableError("no usable reply")
        return answers

    async def alive(self) -> bool:
        """Tell whether Rasa's REST channel listens."""
        try:
            response = await self._client.get(self._address + ALIVE)
        except httpx.HTTPError:
            return False
        return response.status_code == HTTP_OK


def _items(response: httpx.Response) -> Iterable[Any]:
    if response.status_code != HTTP_OK:
        raise BrainUnavailableError(f"status {response.status_code}")
    try:
        items = response.json()
    except ValueError:
        raise BrainUnavailableError("not JSON") from None
    if not isinstance(items, list):
        raise BrainUnavailableError("not a list")
    return items


def _answers(items: Iterable[Any], conversation_id: str) -> Iterable[Answer]:
    for item in items:
        try:
            yield _answer(item["custom"])
        except (KeyError, TypeError, ValueError) as error:
            logger.error(
                "reply dropped conversation=%s reason=%s", conversation_id, type(error).__name__
            )


def _answer(payload: Any) -> Answer:
    # Stricter than `Answer.from_payload`: every field's type is checked, down to the buttons.
    answer = ANSWER.validate_python(payload)
    titles = [text for button in answer.buttons for text in (button.title, button.payload)]
    titles += [text for choice in answer.choices for text in (choice.title, choice.value)]
    if not all(text.strip() for text in (answer.text, answer.topic, *titles)):
        raise ValueError("an empty text")
    return answer
