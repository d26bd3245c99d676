"""Every transcript below this folder, against the real processes; see README.md for the form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.cli.client import Chat, Reply
from tests.mailbox import Mailbox
from tests.matching import mismatches
from tests.stack import Saphena

HERE = Path(__file__).parent
LINK = re.compile(r"http\S+/my-data/\S+")


def transcripts() -> Iterator[object]:
    for path in sorted(HERE.glob("*/*.yml")):
        for conversation in yaml.safe_load(path.read_text("utf-8")):
            name = f"{path.parent.name}/{path.stem}: {conversation['name']}"
            yield pytest.param(conversation, id=name)


@pytest.mark.table
@pytest.mark.parametrize("conversation", list(transcripts()))
def test_conversation(saphena: Saphena, conversation: dict[str, Any]) -> None:
    play = Play(saphena.open(conversation["clinic"]), saphena.mailbox)
    for turn in conversation["turns"]:
        ((what, value),) = turn.items()
        getattr(play, what)(value)
    play.end()
    if play.failed:
        pytest.fail("\n".join([conversation["name"], *play.lines]), pytrace=False)


class Play:
    """A conversation as it goes: the lines so far, and the replies not yet expected by a turn."""

    def __init__(self, chat: Chat, mailbox: Mailbox) -> None:
        self.lines: list[str] = []
        self.failed = False
        self._chat, self._mailbox = chat, mailbox
        self._waiting: list[Reply] = list(chat.said)
        self._expected = False

    def user(self, text: str) -> None:
        """Send a text."""
        self.end()
        self.lines.append(f"  user   {text}")
        self._waiting = self._chat.say(text)

    def press(self, title: str) -> None:
        """Press the button of the last reply that has this title."""
        self.end()
        self.lines.append(f"  press  {title}")
        buttons = self._chat.buttons()
        if title not in buttons:
            self._miss(f"there is no such button, only {list(buttons)}")
            return
        self._waiting = self._chat.press(buttons[title])

    def check(self, titles: list[str]) -> None:
        """Check the options of the last reply that have these titles."""
        self.end()
        self.lines.append(f"  check  {', '.join(titles)}")
        choices = self._chat.choices()
        if not set(titles) <= set(choices):
            self._miss(f"there are only these options: {list(choices)}")
            return
        self._waiting = self._chat.check([choices[title] for title in titles])

    def copy(self, words: list[str]) -> None:
        """Open the link in the last reply and look for words in the patient's data."""
        self.end()
        link = LINK.search(self._chat.said[-1]["text"])
        if link is None:
            self._miss("there is no link in the last reply")
            return
        answer = self._chat.http.post(f"{link.group()}/file")
        self.lines.append(f"  copy   {answer.status_code}, {len(answer.text)} characters")
        for word in words:
            if word not in answer.text:
                self._miss(f"the copy does not hold {word!r}")

    def mail(self, expected: dict[str, Any]) -> None:
        """Wait for a mail to this address and look for words in it."""
        self.end()
        to = expected["to"]
        text = next(iter(self._mailbox.wait_for(to)), "")
        self.lines.append(f"  mail   to {to}, {len(text)} characters")
        for word in expected["says"]:
            if word not in text:
                self._miss(f"no mail to {to} holds {word!r}")

    def gone(self, _: bool) -> None:
        """Look whether the conversation was deleted."""
        self.end()
        status = self._chat.request("GET", "/messages").status_code
        self.lines.append(f"  gone   {status}")
        if status != httpx.codes.NOT_FOUND:
            self._miss("the conversation is still there")

    def bot(self, expected: dict[str, Any]) -> None:
        """Compare the next reply with what is expected of it."""
        self._expected = True
        if not self._waiting:
            self._miss(f"no reply, expected {expected}")
            return
        reply = self._waiting.pop(0)
        self._show(reply)
        for mismatch in mismatches(expected, reply):
            self._miss(mismatch)

    def end(self) -> None:
        """Close a turn: where replies were expected, none may be left over."""
        for reply in self._waiting:
            self._show(reply)
            if self._expected:
                self._miss("this reply was not expected")
        self._waiting, self._expected = [], False

    def _show(self, reply: Reply) -> None:
        verdict = reply["verdict"] or {}
        notes = [
            reply["topic"],
            *(str(verdict[key]) for key in ("state", "until") if key in verdict),
        ]
        self.lines.append(f"  bot    [{' '.join(notes)}] {reply['text']}")

    def _miss(self, text: str) -> None:
        self.failed = True
        self.lines.append(f"    -->  {text}")
