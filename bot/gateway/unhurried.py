"""The database, where a patient must not wait for it: after a red flag."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.gateway.errors import DATABASE_DOWN
from bot.gateway.late import Late, LateWrites
from bot.knowledge.repository import ClinicCard
from bot.records.arrivals import Arrival
from bot.records.plain import Conversation, Recorded

PATIENCE_SECONDS = 1.0
# Once it was late, it is hardly waited for at all, for so long.
LITTLE_PATIENCE_SECONDS, SLOW_SECONDS = 0.05, 2.0
REMEMBERED = 10_000


class Unhurried:
    """Work that goes on behind a patient's back, and what was known of conversations lately."""

    def __init__(self, patience: float = PATIENCE_SECONDS, late: LateWrites | None = None) -> None:
        self._patience = patience
        self.late = LateWrites() if late is None else late  # an empty one is false
        self._slow_until = 0.0
        self._known: OrderedDict[str, Arrival] = OrderedDict()
        self._clinics: dict[str, ClinicCard] = {}

    def remember(self, known: Arrival) -> None:
        """Keep a conversation and its clinic in mind, for when the database is slow."""
        conversation = known.conversation
        self._known[conversation.id] = Arrival(conversation, known.clinic)
        self._known.move_to_end(conversation.id)
        if known.clinic is not None:
            self.remember_clinic(known.clinic)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def remember_clinic(self, clinic: ClinicCard) -> None:
        """Keep a clinic in mind, for its patients who never wrote through this gateway."""
        self._clinics[clinic.id] = clinic

    def clinic(self, clinic_id: str) -> ClinicCard | None:
        """Return a clinic that is in mind."""
        return self._clinics.get(clinic_id)

    def unseen(self, conversation: Conversation) -> Arrival | None:
        """Return what is known of a conversation that is not in mind; None without its clinic."""
        clinic = self._clinics.get(conversation.clinic_id)
        return Arrival(conversation, clinic) if clinic else None

    def note_last(self, conversation_id: str, recorded: Recorded) -> None:
        """Keep in mind which number the last message of a conversation that is in mind has."""
        known = self._known.get(conversation_id)
        messages = [*([recorded.said] if recorded.said else ()), *recorded.replies]
        if known is not None and messages:
            conversation = replace(known.conversation, last_seq=messages[-1].seq)
            self.remember(replace(known, conversation=conversation))

    def forget(self, conversation_id: str) -> None:
        """Keep a conversation in mind no longer."""
        self._known.pop(conversation_id, None)

    async def known_in_time(
        self,
        conversation_id: str,
        find: Awaitable[Arrival],
        hurried: Callable[[], bool],
        unseen: Arrival | None = None,
    ) -> Arrival:
        """Return what `find` finds; when it takes long or fails, what is in mind, if `hurried`.

        Where the conversation is not, `unseen` holds; raises what `find` raises without that.
        """
        return await self.in_time(find, self._known.get(conversation_id, unseen), hurried)

    async def in_time[T](
        self, find: Awaitable[T], instead: T | None, hurried: Callable[[], bool]
    ) -> T:
        """Return what `find` finds; when it takes long or fails, `instead`, if `hurried`.

        Raises what `find` raises where `instead` is None.
        """
        if instead is None:
            return await find
        finding = asyncio.ensure_future(find)
        if await self._is_done(finding) and not isinstance(finding.exception(), SQLAlchemyError):
            return finding.result()
        if not hurried():
            return await finding
        finding.add_done_callback(_look_away)
        return instead

    async def written_in_time(
        self,
        conversation_id: str,
        write: Callable[[], Awaitable[Recorded]],
        *,
        instead: Recorded,
        again: Callable[[], Awaitable[Recorded]] | None = None,
        entry: bytes | None = None,
    ) -> Recorded:
        """Return what `write` returns, or `instead` when it takes long or fails; then it goes on.

        `again` is tried after `write` failed, as it may have written all the same. `entry` is what
        is kept of it on disk meanwhile. Raises what is no failure of the database, such as a
        conversation that is gone.
        """
        client_id = instead.said.client_id if instead.said else None
        late = Late(conversation_id, client_id, again or write)
        if self.late:
            await self.late.put_off(late, entry)
            return instead
        writing = asyncio.ensure_future(write())
        if await self._is_done(writing):
            error = writing.exception()
            if isinstance(error, IntegrityError):
                return instead  # sent twice, and written the first time
            if not isinstance(error, DATABASE_DOWN):
                return writing.result()
        late.begun = writing
        await self.late.put_off(late, entry)
        return instead

    async def _is_done(self, work: asyncio.Future[Any]) -> bool:
        """Wait as long as there is patience; tells whether it is done."""
        is_slow = time.monotonic() < self._slow_until
        done, _ = await asyncio.wait(
            {work}, timeout=min(self._patience, LITTLE_PATIENCE_SECONDS if is_slow else 60)
        )
        if not done:
            self._slow_until = time.monotonic() + SLOW_SECONDS
        return bool(done)


def _look_away(finding: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more; its error is not news."""
    if not finding.cancelled():
        finding.exception()
