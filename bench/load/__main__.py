"""Many live conversations on the web and in Telegram: python -m bench.load [seconds].

300 visitors of websites and 200 people with Telegram write at a rate that this machine sustains,
then at twice that rate. Once a second somebody on each channel has an emergency. By `make load`.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx

from bench.load.costs import Costs
from bench.load.report import Found, Part, outcomes, report
from bench.load.telegram import BOTS, Screens, chatters
from bench.load.web import visitors
from bench.load.writing import Crowd, most, write_at
from bench.options import options
from bench.pages import write_part
from bench.performance.report import PAGE
from bench.performance.stacks import Stack, started
from bot.cli.ports import LOOPBACK, any_free_port
from tests.channels.telegram import emulator, front
from tests.channels.telegram.front import Front

VISITORS, CHATTERS = 300, 200
# Those who will have an emergency, on each channel.
GRAVE = 20
# Of the rate at which so many at once are answered, one after the other.
SUSTAINED, AT_ONCE = 0.6, 16
MEASURED = 480
# So long the emulator keeps messages, in seconds.
KEPT = 10


def main() -> None:
    """Run it and print the table."""
    chosen = options(__doc__, amount="seconds", default=60.0).parse_args()
    metrics = any_free_port()
    with _running(metrics) as (stack, telegram):
        found = asyncio.run(_measure(stack, telegram, chosen.seconds))
        found.outcomes = outcomes(f"http://{LOOPBACK}:{metrics}/metrics")
    text = report(found)
    print(text)
    if chosen.write:
        write_part(PAGE, "load", text)


@contextmanager
def _running(metrics: int) -> Iterator[tuple[Stack, Front]]:
    """Run everything, with a bot for each of some clinics."""
    with ExitStack() as stack:
        telegram = stack.enter_context(front.running(stack.enter_context(emulator.running(KEPT))))
        telegram.tokens = set(BOTS.values())
        settings = {
            "METRICS_PORT": str(metrics),
            "TELEGRAM_TOKENS": ",".join(f"{clinic}={token}" for clinic, token in BOTS.items()),
            "TELEGRAM_API_URL": telegram.address,
        }
        running = stack.enter_context(started(settings=settings))
        telegram.wait(
            lambda: {call.token for call in telegram.called("getUpdates")} == telegram.tokens
        )
        yield running, telegram


async def _measure(stack: Stack, telegram: Front, seconds: float) -> Found:
    limits = httpx.Limits(max_connections=2 * VISITORS, max_keepalive_connections=VISITORS)
    screens = Screens(telegram)
    async with (
        httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client,
        screens.watched(),
    ):
        web = await visitors(stack.gateway, client, VISITORS + GRAVE)
        chats = await chatters(screens, CHATTERS + GRAVE)
        crowds = [
            Crowd("web", web[GRAVE:], web[:GRAVE]),
            Crowd("Telegram", chats[GRAVE:], chats[:GRAVE]),
        ]
        await most(crowds, AT_ONCE, MEASURED)  # warm-up
        rate = await most(crowds, AT_ONCE, MEASURED)
        costs, parts = Costs(), []
        for name, factor in (("sustained", SUSTAINED), ("twice as many", 2 * SUSTAINED)):
            costs.begin()
            watched = await write_at(crowds, factor * rate, seconds)
            parts.append(Part(name, watched, costs.taken()))
    sizes = {crowd.name: len(crowd.writers) for crowd in crowds}
    return Found(sizes, AT_ONCE, rate, seconds, parts)


if __name__ == "__main__":
    main()
