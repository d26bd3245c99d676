"""What tests of the bot say and look for."""

import json
from collections.abc import Callable
from typing import Any

from bot.care.answer import Answer
from bot.gateway.pipeline import push
from bot.records.plain import Author, Reply
from bot.records.telegram_chats import Chat, find_chat
from tests.channels.serving import Gateway
from tests.channels.standin import StandIn, custom
from tests.channels.telegram.front import Call, Json
from tests.channels.telegram.person import Person

NOTICE = "Telegram is not part of Glamour's own systems"
GREETING = "automated assistant of Glamour"
STALE = "That button belongs to an earlier question"
ASKS = {"title": "Yes, go ahead", "payload": "/affirm", "topic": None}


def answering(rasa: StandIn, **fields: Any) -> None:
    """Let Rasa answer with one reply of these fields."""
    rasa.answering = lambda message: json.dumps(
        [custom(f"You said: {message['message']}", **fields)]
    ).encode()


def heard_by(rasa: StandIn) -> list[str]:
    return [body["message"] for body in rasa.messages]


def chat_of(gateway: Gateway, person: Person) -> Chat:
    with gateway.services.database.read() as session:
        found = find_chat(session, "glamour", person.chat_id)
    assert found is not None
    return found


def first(times: int, method: str, answer: tuple[int, Json]) -> Callable[[Call], Any]:
    """Fail the first so many calls of a method."""
    left = [times]

    def fail(call: Call) -> tuple[int, Json] | None:
        if call.method != method or left[0] <= 0:
            return None
        left[0] -= 1
        return answer

    return fail


def says_staff(gateway: Gateway, person: Person, text: str) -> None:
    """Let staff write to the conversation of a chat."""
    found = chat_of(gateway, person)
    reply = Reply(Answer(text, "handoff"), Author.STAFF)
    gateway.run(push(gateway.services, found.conversation_id, [reply]))
