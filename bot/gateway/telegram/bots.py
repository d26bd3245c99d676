"""One bot per clinic: the client that speaks to Telegram, and what all of them share."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import LinkPreviewOptions, Update
from telegram.error import InvalidToken
from telegram.ext import AIORateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest

from bot.care.topic import Topic
from bot.gateway.services import Services
from bot.settings import Settings

TELEGRAM = "telegram"
CONNECTIONS = 64
TIMEOUT = 15.0
# Telegram says how long to wait when it is told too much at once; so often that is heeded.
MOST_WAITS = 5
MOST_TYPING = 10

logger = logging.getLogger(__name__)

# Raises TelegramError.
type Fetched = Callable[[Sequence[Update]], Awaitable[None]]


class Bot(ExtBot[int]):
    """Telegram's client that takes in together what it fetched together.

    It says so when its token is revoked while it polls.
    """

    _fetched: Fetched | None = None

    def hand_to(self, fetched: Fetched) -> None:
        """Have updates taken in before they count as fetched; what raises has them come again."""
        self._fetched = fetched

    async def get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        """Fetch updates. Raises TelegramError."""
        updates = await self._get_updates(*args, **kwargs)
        if updates and self._fetched is not None:
            await self._fetched(updates)
        return updates

    async def _get_updates(self, *args: Any, **kwargs: Any) -> tuple[Update, ...]:
        try:
            return await super().get_updates(*args, **kwargs)
        except InvalidToken:
            logger.error(
                "a telegram bot has stopped: Telegram does not accept its token any more. Copy the "
                "new one from @BotFather into TELEGRAM_TOKENS and restart the gateway. bot=@%s",
                self.username,
            )
            raise


@dataclass(frozen=True, slots=True)
class ClinicBot:
    """A clinic's bot, and the gateway it is part of."""

    clinic_id: str
    bot: Bot
    services: Services
    topics: Mapping[str, Topic]
    # Chats that are shown "typing" at once; each takes a call every few seconds.
    typists: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_TYPING))
    # By chat: the album that was answered last.
    _albums: dict[int, str] = field(default_factory=dict)

    def is_same_album(self, chat_id: int, album: str) -> bool:
        """Tell whether a picture belongs to the album of the one before; a single one has none."""
        is_same = album != "" and self._albums.pop(chat_id, "") == album
        if album:
            self._albums[chat_id] = album
        return is_same


def make_bot(token: str, settings: Settings) -> Bot:
    """Return a client for one bot; it connects to nothing yet. Plain text, no link previews."""
    # Telegram's own library puts tokens into what it logs.
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    # Durations as timedelta, which its next version does anyhow; until then it warns.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    return Bot(
        token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=_request(),
        get_updates_request=_request(),
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=AIORateLimiter(max_retries=MOST_WAITS),
    )


def _request() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=TIMEOUT,
        write_timeout=TIMEOUT,
        connect_timeout=TIMEOUT,
        pool_timeout=TIMEOUT,
    )
