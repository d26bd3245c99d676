"""People with Telegram, before the emulator of the Bot API that the tests use.

Their times hold what stands for Telegram itself: the emulator, the front before it, the polling.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

from bench.load.people import ALARM, ANSWERED, Heard
from bot.cli.model import ROOT
from bot.gateway.alarm import SETTLING
from bot.knowledge.texts import load_texts
from tests.channels.telegram.front import Call, Front
from tests.channels.telegram.person import Person

# As on a machine that serves several clinics: Telegram takes 30 messages a second of each bot.
BOTS: Mapping[str, str] = {
    clinic: f"{number}:{clinic}"
    for number, clinic in enumerate(("glamour", "harmony-laser", "smokey-point", "true-jewel"), 1)
}
LOOK_SECONDS = 0.005
PATIENCE = 60.0
GREETING_SECONDS = 0.5
EMERGENCY = "Call 911 now"

type Chat = tuple[str, int]


@dataclass
class Screens:
    """What the bots send, each message given to whoever waits in its chat."""

    front: Front
    _waiting: dict[Chat, asyncio.Future[Call]] = field(default_factory=dict)
    _seen: int = 0

    def next_in(self, chat: Chat) -> asyncio.Future[Call]:
        """Return the next message that a chat is sent, once it is there."""
        self._waiting[chat] = asyncio.get_running_loop().create_future()
        return self._waiting[chat]

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look at what is sent while the block lasts."""
        looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        while True:
            while self._seen < len(self.front.calls):
                call = self.front.calls[self._seen]
                self._seen += 1
                if call.method == "sendMessage":
                    waiting = self._waiting.pop((call.token, int(call.values["chat_id"])), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(call)
            await asyncio.sleep(LOOK_SECONDS)


@dataclass(frozen=True)
class Chatter:
    """Somebody in a private chat with a clinic's bot."""

    person: Person
    screens: Screens

    async def say(self, text: str) -> Heard:
        """Type a message, and wait for the first that the bot answers."""
        heard = self.screens.next_in((self.person.token, self.person.chat_id))
        began = time.monotonic()
        await asyncio.to_thread(self.person.says, text)
        try:
            call = await asyncio.wait_for(heard, PATIENCE)
        except TimeoutError:
            return Heard("no answer", PATIENCE)
        # The call's own time: when it is looked at says nothing.
        return Heard(ALARM if _is_alarm(call) else ANSWERED, call.at - began)


async def chatters(screens: Screens, count: int) -> list[Chatter]:
    """Begin so many chats, spread over the bots, a few at once as Telegram's limits want."""
    made = [
        Chatter(Person(screens.front, token), screens)
        for token, _ in zip(itertools.cycle(BOTS.values()), range(count), strict=False)
    ]
    for some in itertools.batched(made, 4 * len(BOTS)):
        await asyncio.gather(*(one.say("/start") for one in some))
        await asyncio.sleep(GREETING_SECONDS)
    return made


def _is_alarm(call: Call) -> bool:
    """Tell whether a message answers an emergency: only such begin so, or have these buttons."""
    if call.values.get("text", "").startswith(EMERGENCY):
        return True
    rows = (call.values.get("reply_markup") or {}).get("inline_keyboard", [])
    return any(button["text"] in _settling() for row in rows for button in row)


@cache
def _settling() -> frozenset[str]:
    texts = load_texts(ROOT / "clinics" / "texts")
    return frozenset(texts.say(f"triage.settle.{name}.button") for name in SETTLING)
