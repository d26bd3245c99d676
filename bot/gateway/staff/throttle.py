"""Logins are throttled by account and by address, whatever the setting RATE_LIMITS.

Counted before the password is looked at, so that many at once gain nothing; a login that
succeeds gives its account's count back.
"""

import logging
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from bot.gateway.limits import network_of, open_storage, seconds_to_wait
from bot.settings import Settings

logger = logging.getLogger(__name__)

Limits = tuple[RateLimitItem, ...]


class ThrottledError(Exception):
    """Too many failed logins; `seconds` until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class LoginThrottle:
    """The counts, in Redis if there is one; in memory without, and while it is down."""

    by_account: Limits
    by_address: Limits
    storage: Storage
    fallback: Storage
    pool: ConnectionPool | None

    @classmethod
    def of(cls, settings: Settings) -> "LoginThrottle":
        """Return the throttle that the settings ask for. Connects to nothing yet."""
        storage, pool = open_storage(settings.redis_url)
        return cls(
            by_account=tuple(parse_many(settings.login_account_limit)),
            by_address=tuple(parse_many(settings.login_address_limit)),
            storage=storage,
            fallback=MemoryStorage("async+memory://"),
            pool=pool,
        )

    async def admit(self, login: str, throttle_round: int, address: str) -> None:
        """Count a try. Raises ThrottledError when there were too many."""
        await self._hit(self.by_address, "login-address", network_of(address))
        await self._hit(self.by_account, *_account_key(login, throttle_round))

    async def forget(self, login: str, throttle_round: int) -> None:
        """Forget the tries of an account, because one of them succeeded."""
        for item in self.by_account:
            for storage in (self.storage, self.fallback):
                key = _account_key(login, throttle_round)
                try:
                    await MovingWindowRateLimiter(storage).clear(item, *key)
                except StorageError as error:
                    logger.warning("login throttle not reset: %s", type(error).__name__)

    async def close(self) -> None:
        """Close the connections to Redis, if there are any."""
        if self.pool is not None:
            await self.pool.disconnect()

    async def _hit(self, items: Limits, *key: str) -> None:
        try:
            await _hit(self.storage, items, key)
        except StorageError as error:
            logger.warning("login throttle in memory: %s", type(error.storage_error).__name__)
            await _hit(self.fallback, items, key)


async def _hit(storage: Storage, items: Limits, key: tuple[str, ...]) -> None:
    seconds = await seconds_to_wait(MovingWindowRateLimiter(storage), items, key)
    if seconds:
        raise ThrottledError(seconds)


def _account_key(login: str, throttle_round: int) -> tuple[str, ...]:
    return ("login-account", login, str(throttle_round))
