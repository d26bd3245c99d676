"""Messages of one conversation take turns; different conversations do not wait."""

import asyncio

import pytest

from bot.gateway.refusals import Code, Refusal
from bot.gateway.turns import Turns


def test_order_of_arrival_whatever_each_takes() -> None:
    async def scenario() -> list[int]:
        turns, done = Turns(100), list[int]()

        async def message(number: int) -> None:
            async with turns.turn("one"):
                await asyncio.sleep(0.002 if number % 2 else 0)
                done.append(number)

        await asyncio.gather(*(message(number) for number in range(30)))
        assert len(turns) == 0
        return done

    assert asyncio.run(scenario()) == list(range(30))


def test_another_conversation_does_not_wait() -> None:
    async def scenario() -> None:
        turns = Turns(100)
        async with turns.turn("one"), asyncio.timeout(1), turns.turn("two"):
            assert len(turns) == 2

    asyncio.run(scenario())


def test_a_failure_lets_the_next_one_in() -> None:
    async def scenario() -> None:
        turns = Turns(100)
        with pytest.raises(RuntimeError):
            async with turns.turn("one"):
                raise RuntimeError
        async with asyncio.timeout(1), turns.turn("one"):
            pass
        assert len(turns) == 0

    asyncio.run(scenario())


def test_one_that_gave_up_waiting_leaves_the_line() -> None:
    async def scenario() -> None:
        turns = Turns(2)
        async with turns.turn("one"):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01), turns.turn("one"):
                    pytest.fail("two at once")
        assert len(turns) == 0

    asyncio.run(scenario())


def test_a_full_line_refuses() -> None:
    async def scenario() -> None:
        turns = Turns(1)
        async with turns.turn("one"):
            with pytest.raises(Refusal) as caught:
                async with turns.turn("one"):
                    pytest.fail("one too many")
        assert caught.value.code is Code.TOO_MANY_REQUESTS
        assert caught.value.retry_after is not None

    asyncio.run(scenario())
