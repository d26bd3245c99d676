"""Work that the gateway repeats: it goes on after a failure, and is finished before the end."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from bot.gateway.repeating import repeating


def test_work_under_way_is_finished_before_the_end() -> None:
    done: list[str] = []

    async def slow() -> None:
        done.append("began")
        await asyncio.sleep(0.05)
        done.append("finished")

    async def run() -> None:
        async with repeating("test", slow, seconds=60):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 5))
    assert done == ["began", "finished"]


@pytest.mark.parametrize(
    "error", [ValueError("bug"), OperationalError("select", {"text": "secret"}, Exception("gone"))]
)
def test_a_failure_is_logged_and_not_the_end(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def run() -> None:
        third = asyncio.Event()

        async def failing() -> None:
            tries.append(1)
            if len(tries) == 1:
                raise error
            if len(tries) == 3:
                third.set()

        async with repeating("test", failing, seconds=0.01):
            await third.wait()

    asyncio.run(asyncio.wait_for(run(), 5))
    assert "test failed" in caplog.text
    assert "secret" not in caplog.text
