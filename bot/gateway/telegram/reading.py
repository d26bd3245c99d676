"""What an update means, as plain data. Knows Telegram's form, and nothing of the conversation."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType, MessageEntityType

# The updates that are asked for.
KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")

Media = Literal["picture", "voice", "file", "other"]
_MEDIA: Final[dict[str, Media]] = {
    "photo": "picture",
    "video": "picture",
    "video_note": "picture",
    "animation": "picture",
    "voice": "voice",
    "audio": "voice",
    "document": "file",
}
_START: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_GONE: Final = frozenset({ChatMember.BANNED, ChatMember.LEFT})


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `text` is what was typed, also under a picture; `album` joins several pictures.

    `command` is the name of a command that stands alone, or of "start" with its `parameter`.
    """

    message_id: int
    text: str
    command: str = ""
    parameter: str = ""
    media: Media | None = None
    album: str = ""
    edited: bool = False

    @property
    def client_id(self) -> str:
        """The same for the same words of the same message, however often it comes."""
        whole = f"{self.message_id} {self.text}".encode("utf-8", "replace")
        return f"tg-{hashlib.sha256(whole).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of the message `message_id` was pressed."""

    message_id: int
    data: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The patient blocked the bot (`inside` false), or lets it write again."""

    inside: bool


@dataclass(frozen=True, slots=True)
class InGroup:
    """Something in a group or a channel; `joined`: the bot was just taken into it."""

    joined: bool


Happening = Said | Pressed | Membership | InGroup


def read(update: Update) -> Happening | None:
    """Return what happened, or None for what is nothing to a bot."""
    chat = update.effective_chat
    if chat is None:
        return None
    member = update.my_chat_member
    if chat.type != ChatType.PRIVATE:
        joined = member is not None and member.new_chat_member.status not in _GONE
        left = member is not None and not joined
        return None if left else InGroup(joined)
    if member is not None:
        return Membership(member.new_chat_member.status not in _GONE)
    query = update.callback_query
    if query is not None:
        return Pressed(query.message.message_id, query.data or "") if query.message else None
    message = update.message or update.edited_message
    if message is None or message.pinned_message is not None:
        return None
    return _said(message, edited=update.message is None)


def is_replaced(said: Said, later: list[Happening | None]) -> bool:
    """Tell whether a later update edits the same message: then that one is answered."""
    return any(
        isinstance(other, Said) and other.edited and other.message_id == said.message_id
        for other in later
    )


def _said(message: Message, *, edited: bool) -> Said:
    command, parameter = ("", "") if edited else _command(message)
    return Said(
        message_id=message.message_id,
        text=_words(message.text) or _words(message.caption),
        command=command,
        parameter=parameter,
        media=_media(message),
        album=message.media_group_id or "",
        edited=edited,
    )


def _words(told: object) -> str:
    """Return a text of an update; the library checks no types, and a number is none."""
    return told if isinstance(told, str) else ""


def _command(message: Message) -> tuple[str, str]:
    """Return a command and its parameter. With other words behind it, it is read as words."""
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntityType.BOT_COMMAND or first.offset != 0:
        return "", ""
    command, _, rest = _words(message.text).partition(" ")
    name = command.removeprefix("/").partition("@")[0].lower()
    rest = rest.strip()
    if name == "start":
        if not rest or _START.fullmatch(rest):
            return name, rest
        return "", ""
    return ("", "") if rest else (name, "")


def _media(message: Message) -> Media | None:
    for attribute, kind in _MEDIA.items():
        if getattr(message, attribute):
            return kind
    return None if message.text is not None else "other"
