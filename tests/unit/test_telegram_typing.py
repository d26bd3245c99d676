"""Chats are shown "typing", but not more of them at once than Telegram's limits leave room for."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bot.gateway.telegram import delivering
from bot.gateway.telegram.bots import MOST_TYPING, ClinicBot
from bot.gateway.telegram.delivering import typing


@dataclass
class StandIn:
    """In place of Telegram's client: it keeps which chats were shown "typing"."""

    shown: list[int] = field(default_factory=list)

    async def send_chat_action(self, chat_id: int, _action: str) -> None:
        self.shown.append(chat_id)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "TYPING_AFTER", 0.0)


def test_those_beyond_the_bound_are_shown_it_once_others_are_answered() -> None:
    client = StandIn()

    async def run() -> None:
        bot = ClinicBot("glamour", cast("Any", client), cast("Any", None), {})
        async with AsyncExitStack() as others:
            for chat_id in range(MOST_TYPING):
                await others.enter_async_context(typing(bot, chat_id))
            async with typing(bot, 1000):
                await asyncio.sleep(0.05)
                assert client.shown == list(range(MOST_TYPING))
                await others.aclose()
                await asyncio.sleep(0.05)
                assert client.shown[-1] == 1000

    asyncio.run(run())


def test_it_goes_on_until_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "TYPING_AGAIN", 0.01)
    client = StandIn()

    async def run() -> None:
        bot = ClinicBot("glamour", cast("Any", client), cast("Any", None), {})
        async with typing(bot, 7):
            await asyncio.sleep(0.1)
        shown = len(client.shown)
        assert shown > 2
        await asyncio.sleep(0.05)
        assert len(client.shown) == shown

    asyncio.run(run())
