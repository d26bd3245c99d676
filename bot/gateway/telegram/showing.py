"""A recorded reply as Telegram messages: parts of its text, and buttons under the last one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.gateway.channels import Can
from bot.gateway.telegram.splitting import split, units
from bot.knowledge.texts import Texts
from bot.records.plain import Message

# Room under 4096, for the line that names what was chosen.
CAN: Final = Can(longest=3900, outside=True, away=True, keeps=True)
MOST_TITLE: Final = 64

Act = Literal["press", "check", "done"]
_ACTS: Final[dict[str, Act]] = {"b": "press", "c": "check", "d": "done"}


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message of a reply."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None


def to_parts(message: Message, texts: Texts) -> list[Part]:
    """Return a reply as the messages to send, in order; plain text, no markup."""
    whole = split(message.text, CAN.longest or units(message.text))
    last = Part(whole[-1], keyboard(message, (), texts))
    return [*(Part(text) for text in whole[:-1]), last]


def keyboard(
    message: Message, checked: Collection[str], texts: Texts
) -> InlineKeyboardMarkup | None:
    """Return the buttons of a reply, one in a row; None if it has none.

    Options first, each with its mark; what sends them appears once one is checked.
    """
    answer = message.answer or {}
    rows = [_button(_option(choice, checked, texts), "c", choice) for choice in choices(message)]
    if any(choice["id"] in checked for choice in choices(message)):
        rows.append(InlineKeyboardButton(texts.say("telegram.option.done"), callback_data="d"))
    rows += [_button(button["title"], "b", button) for button in answer.get("buttons", ())]
    return InlineKeyboardMarkup([[row] for row in rows]) if rows else None


def read_press(data: str) -> tuple[Act, str] | None:
    """Return what a button of ours asks for, and the opaque id it carries; None if not ours."""
    letter, _, identifier = data.partition(":")
    act = _ACTS.get(letter)
    return (act, identifier) if act else None


def toggled(message: Message, checked: Collection[str], identifier: str) -> tuple[str, ...]:
    """Return what is checked after one option was pressed; one that stands alone excludes all."""
    options = {choice["id"]: choice for choice in choices(message)}
    if identifier not in options:
        return tuple(checked)
    if identifier in checked:
        return tuple(one for one in checked if one != identifier)
    if options[identifier]["alone"]:
        return (identifier,)
    others = [one for one in checked if one in options and not options[one]["alone"]]
    return tuple(one for one in options if one in (*others, identifier))


def choices(message: Message) -> list[dict[str, Any]]:
    """Return the options of a reply: [{"title", "id", "alone"}]."""
    found: list[dict[str, Any]] = (message.answer or {}).get("choices", [])
    return found


def with_choice(part: str, choice: str, texts: Texts) -> str:
    """Return the text of a message whose buttons are gone, with what was chosen under it."""
    return f"{part}\n\n{texts.say('telegram.chosen', choice=choice)}"


def _option(choice: dict[str, Any], checked: Collection[str], texts: Texts) -> str:
    key = "checked" if choice["id"] in checked else "unchecked"
    return texts.say(f"telegram.option.{key}", title=choice["title"])


def _button(title: str, letter: str, carried: dict[str, Any]) -> InlineKeyboardButton:
    short = title if len(title) <= MOST_TITLE else f"{title[: MOST_TITLE - 1]}\u2026"
    return InlineKeyboardButton(short, callback_data=f"{letter}:{carried['id']}")
