"""A red flag is answered from the update alone, while the database can't be used.

Once it can, the update is handled like any other: recorded, the clinic told, and answered once
more, then with the buttons.
"""

import asyncio
import logging
from collections import deque
from functools import partial
from typing import Final

from bot.gateway.telegram.bots import ClinicBot
from bot.gateway.telegram.delivering import send
from bot.gateway.telegram.handling import words_of
from bot.gateway.telegram.showing import Part
from bot.records.telegram_chats import Told, told_of
from bot.records.telegram_updates import StoredUpdate

logger = logging.getLogger(__name__)

REMEMBERED: Final = 1_000
# A stored red flag is looked after for so long; a chat is told of it within two seconds.
LOOK_SECONDS, LOOKS = 2.0, 15


class Alone:
    """Answers of one bot, each update once however often it comes."""

    def __init__(self, bot: ClinicBot) -> None:
        self._bot = bot
        self._answered: deque[int] = deque(maxlen=REMEMBERED)

    async def see_to(self, update: StoredUpdate, chat_id: int) -> None:
        """Answer a stored red flag if the database goes before the chat is told of it."""
        services = self._bot.services
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            look = services.database.reading(
                partial(told_of, key=(self._bot.clinic_id, chat_id), update_id=update.update_id)
            )
            told = await services.unhurried.in_time(look, Told.AWAY, hurried=lambda: True)
            if told is Told.AWAY:
                await self.answer(update, chat_id)
            if told is not Told.NOT_YET:
                return

    async def answer(self, update: StoredUpdate, chat_id: int) -> None:
        """Send what a red flag is answered with; who may have been treated lately counts as such.

        Does nothing for what is none, and for a clinic that is not in mind.
        """
        services = self._bot.services
        alert = services.alarm.judge(words_of(self._bot, update)).alert_if_recent
        clinic = services.unhurried.clinic(self._bot.clinic_id)
        if update.update_id in self._answered or alert is None or clinic is None:
            return
        text = services.alarm.answer(alert, clinic).text
        if isinstance(await send(self._bot, chat_id, Part(text)), int):
            self._answered.append(update.update_id)
            logger.warning("red flag answered alone clinic=%s flag=%s", clinic.id, alert.flag)
