"""Limits while the clock is set: a patient waits as long as the limit says, and no longer."""

import asyncio

import pytest
import time_machine
from limits import parse_many
from limits.aio.strategies import MovingWindowRateLimiter

from bot.gateway.limits import open_storage, seconds_to_wait

LIMIT = tuple(parse_many("3/minute;10/hour"))
NOON = 1_800_000_000


@pytest.mark.parametrize("where", ["memory", "redis"])
@pytest.mark.parametrize(
    ("hours", "waits"),
    [(0, [57, 57]), (-3, [0, 0]), (-3000, [0, 0]), (3, [0, 0])],
    ids=["not set", "3 hours back", "months back", "3 hours ahead"],
)
def test_the_clock_is_set(
    where: str, hours: int, waits: list[int], request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("redis_url") if where == "redis" else None

    async def main() -> list[int]:
        storage, pool = open_storage(url)
        limiter = MovingWindowRateLimiter(storage)
        with time_machine.travel(NOON, tick=False) as clock:
            key = f"{where}{hours}"
            for _ in range(3):
                clock.shift(1)
                assert await seconds_to_wait(limiter, LIMIT, [key]) == 0
            clock.shift(1 + hours * 3600)
            found = [await seconds_to_wait(limiter, LIMIT, [key]) for _ in range(2)]
        if pool is not None:
            await pool.disconnect()
        return found

    assert asyncio.run(main()) == waits
