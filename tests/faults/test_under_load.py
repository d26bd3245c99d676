"""Parts fail while patients write: nothing acknowledged is lost, red flags are always answered.

One assistant on a PostgreSQL and a Redis of its own. With FAULTS=full the faults last as long as
docs/reliability.md says, and Rasa is waited for as long as in production; else some seconds.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from bot.cli.background import is_ready
from tests.faults.memory import Room, pressure, room
from tests.faults.processes import Name, hanging, kill
from tests.faults.writing import enduring
from tests.services import PostgresServer, own_postgres
from tests.stack import own_stack
from tests.waiting import waited_for

FULL = os.environ.get("FAULTS") == "full"
# How long Rasa is waited for, in seconds: as it comes, and so that a short hanging is a long one.
RASA_TIMEOUT = 10.0 if FULL else 2.0


@dataclass(frozen=True)
class Running:
    """A running assistant, and what it stands on."""

    address: str
    state: Path
    postgres: PostgresServer
    redis: redis.Redis
    room: Room | None


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Running]:
    state = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        postgres = stack.enter_context(own_postgres())
        around = stack.enter_context(room())
        address = stack.enter_context(
            own_stack(
                state,
                DATABASE_URL=postgres.url,
                REDIS_URL=redis_url,
                RATE_LIMITS="on",
                CONVERSATION_LIMIT="1000/minute",
                MESSAGE_LIMIT="1000/minute",
                RASA_TIMEOUT=str(RASA_TIMEOUT),
            )
        )
        counts = stack.enter_context(redis.Redis.from_url(redis_url))
        yield Running(address, state, postgres, counts, around)


def the_database_is_stopped(stack: Running, seconds: float) -> None:
    stack.postgres.stop()
    time.sleep(seconds)
    stack.postgres.start()


def the_database_hangs(stack: Running, seconds: float) -> None:
    with stack.postgres.hanging():
        time.sleep(seconds)


def redis_is_emptied(stack: Running, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert stack.redis.dbsize()
        stack.redis.flushall()
        stack.redis.script_flush()
        time.sleep(0.5)


def the_actions_hang(stack: Running, seconds: float) -> None:
    with hanging("actions", stack.state):
        time.sleep(seconds)


def rasa_hangs(stack: Running, seconds: float) -> None:
    with hanging("rasa", stack.state):
        time.sleep(seconds)


def memory_is_short(stack: Running, seconds: float) -> None:
    with pressure(stack.room, 2_000):
        time.sleep(seconds)


def killed(name: Name) -> Callable[[Running, float], None]:
    """Kill a process as the kernel does when memory is out, and wait until it is back."""

    def kill_it(stack: Running, seconds: float) -> None:
        kill(name, stack.state)
        assert waited_for(lambda: is_ready(stack.address), seconds), f"{name} did not come back"

    return kill_it


# What happens, for how many seconds here and in full.
FAULTS: dict[str, tuple[Callable[[Running, float], None], float, float]] = {
    "PostgreSQL stopped": (the_database_is_stopped, 6, 30),
    "PostgreSQL hangs": (the_database_hangs, 6, 30),
    "Redis emptied": (redis_is_emptied, 2, 30),
    "actions hang": (the_actions_hang, 6, 60),
    "Rasa hangs": (rasa_hangs, 6, 60),
    "2 GB of memory eaten": (memory_is_short, 5, 30),
    "actions killed": (killed("actions"), 60, 60),
    "Rasa killed": (killed("rasa"), 60, 60),
    "gateway killed": (killed("gateway"), 60, 60),
}


@pytest.mark.stack
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", FAULTS)
def test_under_load(fault: str, stack: Running) -> None:
    break_it, short, long = FAULTS[fault]
    with enduring(fault, stack.address, gateway_dies=fault == "gateway killed"):
        break_it(stack, long if FULL else short)
