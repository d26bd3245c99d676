"""What the console is made of, beside the gateway's own services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.gateway.services import Services
from bot.gateway.staff.bell import Bell, RedFlagListener
from bot.gateway.staff.passwords import Passwords
from bot.gateway.staff.throttle import LoginThrottle


@dataclass(frozen=True, slots=True)
class Console:
    """Made once, when the application starts."""

    bell: Bell
    passwords: Passwords
    throttle: LoginThrottle


@asynccontextmanager
async def open_console(services: Services) -> AsyncIterator[Console]:
    """Open the console, and let it hear of red flags until the end of the block."""
    bell = Bell()
    listener = RedFlagListener(bell, services.database, services.clock)
    throttle = LoginThrottle.of(services.settings)
    services.alert_listeners.append(listener)
    try:
        yield Console(bell, Passwords(), throttle)
    finally:
        services.alert_listeners.remove(listener)
        await listener.finish()
        await throttle.close()
