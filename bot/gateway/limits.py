"""Rate limits, in memory or in Redis."""

import ipaddress
import logging
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

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
# Seconds by which the clocks of several gateways may differ.
CLOCKS_APART = 60
# Nobody's mailbox is flooded through an assistant, and no clinic's name used to write to many.
MAILS_TO_ADDRESS = tuple(parse_many("3/day"))
MAILS_OF_CLINIC = tuple(parse_many("100/hour"))


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

    async def admit_mail(self, clinic_id: str, address: str) -> None:
        """Count a mail to a patient, by its address. Raises Refusal when there are too many."""
        digest = sha256(address.lower().encode()).hexdigest()
        await self._hit(MAILS_OF_CLINIC, "mails", clinic_id)
        await self._hit(MAILS_TO_ADDRESS, "mails-to", digest)

    async def close(self) -> None:
        """Close the connections to Redis, if there are any."""
        if self.pool is not None:
            await self.pool.disconnect()

    async def _hit(self, items: tuple[RateLimitItem, ...], *key: str) -> None:
        if self.limiter is None:
            return
        try:
            seconds = await seconds_to_wait(self.limiter, items, key)
            if seconds:
                raise Refusal(Code.TOO_MANY_REQUESTS, retry_after=seconds, seconds=seconds)
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


async def seconds_to_wait(
    limiter: MovingWindowRateLimiter, items: Iterable[RateLimitItem], key: Sequence[str]
) -> int:
    """Count one more; return 0, or after how many seconds there is room for it.

    Raises StorageError.
    """
    for item in items:
        if await limiter.hit(item, *key):
            continue
        wait = await _wait(limiter, item, key)
        if wait > item.get_expiry() + CLOCKS_APART:
            # What was counted lies in the future: the clock was set back. Counted anew, as nobody
            # can wait for hours to be heard.
            await limiter.clear(item, *key)
            if await limiter.hit(item, *key):
                continue
            wait = await _wait(limiter, item, key)
        return max(1, math.ceil(wait))
    return 0


async def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: Sequence[str]) -> float:
    window = await limiter.get_window_stats(item, *key)
    return window.reset_time - time.time()


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
