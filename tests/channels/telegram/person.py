"""Somebody with a Telegram account, in a private chat with a clinic's bot."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.channels.telegram.front import Front, Json, Shown

_CHATS = itertools.count(5001)
_MESSAGES = itertools.count(900_001)


@dataclass
class Person:
    """A person: what they do, and what the bot's messages look like to them."""

    front: Front
    token: str
    chat_id: int = field(default_factory=lambda: next(_CHATS))

    @property
    def user(self) -> Json:
        return {"id": self.chat_id, "is_bot": False, "first_name": "Ada", "username": "ada"}

    @property
    def chat(self) -> Json:
        return {"id": self.chat_id, "type": "private", "first_name": "Ada"}

    @property
    def shown(self) -> list[Shown]:
        return self.front.chat(self.token, self.chat_id)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.shown]

    def says(self, text: str) -> None:
        """Type a message, by way of the emulator; a command is sent as one."""
        message: Json = {"botToken": self.token, "from": self.user, "chat": self.chat, "text": text}
        message["date"] = int(time.time())
        path = "/sendMessage"
        if text.startswith("/"):
            length = len(text.partition(" ")[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
            path = "/sendCommand"
        self.front.emulator.post(path, json=message).raise_for_status()

    def presses(self, title: str) -> None:
        """Press the newest button of this title."""
        message = next(one for one in reversed(self.shown) if title in one.titles)
        data = dict(message.keyboard)[title]
        self.presses_data(message.id, data)

    def presses_data(self, message_id: int, data: str) -> None:
        """Press what was a button of a message, shown or not."""
        message = {"message_id": message_id, "chat": self.chat, "date": int(time.time())}
        query = {
            "botToken": self.token,
            "from": self.user,
            "message": message,
            "data": data,
        }
        self.front.emulator.post("/sendCallback", json=query).raise_for_status()

    def message(self, **fields: Any) -> Json:
        """A message as Telegram has it, for what the emulator can't send."""
        common = {
            "message_id": next(_MESSAGES),
            "date": int(time.time()),
            "from": self.user,
            "chat": self.chat,
        }
        return {**common, **fields}

    def sends(self, **fields: Any) -> Json:
        """Send something else than words; returns the message."""
        message = self.message(**fields)
        self.front.give(self.token, {"message": message})
        return message

    def edits(self, message: Json, text: str) -> None:
        """Change the words of a message sent before."""
        edited = {**message, "text": text, "edit_date": int(time.time())}
        self.front.give(self.token, {"edited_message": edited})

    def becomes(self, status: str) -> None:
        """Block the bot ("kicked"), or let it write again ("member")."""
        bot = {"id": 666, "is_bot": True, "first_name": "Bot"}
        old = {"user": bot, "status": "member"}
        new = {"user": bot, "status": status, "until_date": 0}
        change = {
            "chat": self.chat,
            "from": self.user,
            "date": int(time.time()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.front.give(self.token, {"my_chat_member": change})

    def hears(self, part: str, *, times: int = 1) -> Shown:
        """Wait until so many messages with these words are shown; returns the last one."""

        def heard() -> list[Shown]:
            found = [message for message in self.shown if part in message.text]
            return found if len(found) >= times else []

        try:
            found: list[Shown] = self.front.wait(heard)
        except AssertionError as error:
            raise AssertionError(f"{part!r} is not in {self.texts}") from error
        return found[-1]
