"""Rate limits, in memory or in Redis."""

import ipaddress
import logging
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.gateway.refusals import Code, Refusal
from bot.settings import Settings

logger = logging.getLogger(__name__)

REDIS_TIMEOUT = 1.0
IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The limits in force; none when `limiter` is None."""

    limiter: MovingWindowRateLimiter | None
    conversations: tuple[RateLimitItem, ...]
    messages: tuple[RateLimitItem, ...]
    pool: ConnectionPool | None = None

    @classmethod
    def of(cls, settings: Settings) -> "RateLimits":
        """Return the limits that the settings ask for. Connects to nothing yet."""
        conversations = tuple(parse_many(settings.conversation_limit))
        messages = tuple(parse_many(settings.message_limit))
        if settings.rate_limits == "off":
            return cls(None, conversations, messages)
        storage, pool = open_storage(settings.redis_url)
        return cls(MovingWindowRateLimiter(storage), conversations, messages, pool)

    async def admit_conversation(self, address: str) -> None:
        """Count a conversation begun from this address. Raises Refusal when there are too many."""
        await self._hit(self.conversations, "conversations", network_of(address))

    async def admit_message(self, conversation_id: str) -> None:
        """Count a message of this conversation. Raises Refusal when there are too many."""
        await self._hit(self.messages, "messages", conversation_id)

    async def close(self) -> None:
        """Close the connections to Redis, if there are any."""
        if self.pool is not None:
            await self.pool.disconnect()

    async def _hit(self, items: tuple[RateLimitItem, ...], *key: str) -> None:
        if self.limiter is None:
            return
        try:
            for item in items:
                if not await self.limiter.hit(item, *key):
                    window = await self.limiter.get_window_stats(item, *key)
                    raise _too_many(math.ceil(window.reset_time - time.time()))
        except StorageError as error:
            # A patient at night comes before the limit: without its storage, all are admitted.
            logger.warning("rate limits not applied: %s", type(error.storage_error).__name__)


def network_of(address: str) -> str:
    """Return what an address is counted as: itself, or its /64 network for IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))


def _too_many(seconds: int) -> Refusal:
    seconds = max(1, seconds)
    return Refusal(Code.TOO_MANY_REQUESTS, retry_after=seconds, seconds=seconds)


def open_storage(url: str | None) -> tuple[Storage, ConnectionPool | None]:
    """Return a storage in Redis with its connections, or in memory. Connects to nothing yet."""
    if url is None:
        return MemoryStorage("async+memory://", wrap_exceptions=True), None
    # A pool of our own can be closed; one try, for a patient is waiting.
    pool = ConnectionPool.from_url(
        url,
        socket_timeout=REDIS_TIMEOUT,
        socket_connect_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), retries=0),
    )
    storage = RedisStorage(
        f"async+{url}",
        wrap_exceptions=True,
        implementation="redispy",
        connection_pool=pool,  # type: ignore[arg-type]
    )
    return storage, pool
