"""The one module that speaks to Rasa."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import httpx
from pydantic import TypeAdapter

from bot.care.answer import Answer
from bot.gateway.workers import Workers
from bot.logs import request_id

logger = logging.getLogger(__name__)

WEBHOOK = "/webhooks/rest/webhook"
ALIVE = "/webhooks/rest/"
HTTP_OK = 200
CONNECT_SECONDS = 2.0
# The worker is not there, or was killed with the message in its hands.
_LOST = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.RemoteProtocolError,
    httpx.ReadError,
    httpx.WriteError,
)
ANSWER = TypeAdapter(Answer)


class BrainUnavailableError(Exception):
    """Rasa gave no usable answer; the text says why, without the patient's words."""


class Brain:
    """Rasa's REST channel. `timeout` is the longest wait for one answer, in seconds.

    It speaks through the transport itself: a client's redirects, cookies and proxies, which there
    are none of, cost as much as the sending.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, addresses: Sequence[str], timeout: float
    ) -> None:
        self._transport = transport
        self._workers = Workers(addresses)
        self._timeout = timeout
        limits = httpx.Timeout(timeout, connect=CONNECT_SECONDS)
        self._extensions = {"timeout": limits.as_dict()}
        self._webhooks = {address: httpx.URL(address + WEBHOOK) for address in addresses}

    async def ask(
        self,
        conversation_id: str,
        message: str,
        *,
        clinic_id: str,
        channel: str,
        danger_denied: bool = False,
        staff_online: bool = False,
        reaches_away: bool = False,
        time_zone: str | None = None,
        can_mail: bool = False,
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
        if reaches_away:
            metadata["reaches_away"] = True
        if time_zone is not None:
            metadata["time_zone"] = time_zone
        if can_mail:
            metadata["can_mail"] = True
        if request_id.get() != "-":
            metadata["request"] = request_id.get()
        payload = {"sender": conversation_id, "message": message, "metadata": metadata}
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._post(conversation_id, payload)
        except (httpx.HTTPError, TimeoutError) as error:
            raise BrainUnavailableError(type(error).__name__) from error
        answers = list(_answers(_items(response), conversation_id))
        if not answers:
            # Rasa answers an empty list when an action failed or the action server is down.
            raise BrainUnavailableError("no usable reply")
        return answers

    async def _post(self, conversation_id: str, payload: dict[str, Any]) -> httpx.Response:
        """Ask the conversation's worker, or the next one if it takes no connection or dies.

        A turn that is begun twice does no harm, as what it leads to is stored under the message's
        number. One that answers, however badly, or too late, is not asked again elsewhere.
        """
        *first, last = self._workers.order(conversation_id)
        for address in first:
            try:
                return await self._send("POST", self._webhooks[address], payload)
            except _LOST:
                logger.warning("worker not reached, trying the next one address=%s", address)
                self._workers.note_down(address)
        return await self._send("POST", self._webhooks[last], payload)

    async def _send(
        self, method: str, url: httpx.URL | str, payload: dict[str, Any] | None = None
    ) -> httpx.Response:
        request = httpx.Request(method, url, json=payload, extensions=self._extensions)
        return await self._transport.handle_async_request(request)

    async def alive(self) -> bool:
        """Tell whether the REST channel of every worker listens."""
        return all([await self._listens(address) for address in self._workers.addresses])

    async def _listens(self, address: str) -> bool:
        try:
            response = await self._send("GET", address + ALIVE)
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
            # Rasa names whom it answers: nobody else's answer is shown, whatever went wrong.
            if item.get("recipient_id", conversation_id) != conversation_id:
                raise ValueError("another conversation's")
            yield _answer(item["custom"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
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
