"""Who gets a place with Rasa when they are few: the web, chats that wait, what may be urgent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.gateway.load import Load, Patience
from bot.gateway.refusals import Refusal

PLACES = 4


class Crowd:
    """Messages that hold their places until the test ends; those waiting are not in `held`."""

    def __init__(self) -> None:
        self.load = Load(PLACES)
        self.held: list[Patience] = []
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def comes(self, patience: Patience, times: int = 1) -> None:
        self._tasks += [asyncio.create_task(self._hold(patience)) for _ in range(times)]
        await asyncio.sleep(0.01)

    async def _hold(self, patience: Patience) -> None:
        async with self.load.one_more(patience):
            self.held.append(patience)
            await self._over.wait()

    @asynccontextmanager
    async def until_over(self) -> AsyncIterator["Crowd"]:
        yield self
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def is_refused(self) -> bool:
        try:
            async with self.load.one_more(Patience.COMES_AGAIN):
                return False
        except Refusal as refusal:
            assert refusal.retry_after
            return True


@pytest.mark.parametrize("waiting", [1, 2, 30])
def test_chats_that_wait_leave_the_web_half_of_the_places(waiting: int) -> None:
    async def run() -> None:
        async with Crowd().until_over() as crowd:
            await crowd.comes(Patience.WAITS, times=waiting)
            assert crowd.held == [Patience.WAITS] * min(waiting, PLACES // 2)
            assert not await crowd.is_refused()

    asyncio.run(run())


def test_the_web_is_sent_away_when_all_places_are_taken() -> None:
    async def run() -> None:
        async with Crowd().until_over() as crowd:
            await crowd.comes(Patience.COMES_AGAIN, times=PLACES)
            assert len(crowd.held) == PLACES
            assert await crowd.is_refused()

    asyncio.run(run())


def test_what_may_be_urgent_waits_behind_no_chat() -> None:
    async def run() -> None:
        async with Crowd().until_over() as crowd:
            await crowd.comes(Patience.WAITS, times=30)
            await crowd.comes(Patience.URGENT)
            assert crowd.held[-1] is Patience.URGENT

    asyncio.run(run())


def test_one_place_is_enough_for_everybody_in_turn() -> None:
    async def run() -> None:
        load, done = Load(1), []

        async def go(patience: Patience) -> None:
            async with load.one_more(patience):
                await asyncio.sleep(0)
                done.append(patience)

        await asyncio.gather(*(go(one) for one in [Patience.WAITS, Patience.URGENT] * 3))
        assert len(done) == 6

    asyncio.run(run())
