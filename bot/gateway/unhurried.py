"""The database, where a patient must not wait for it: after a red flag."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.knowledge.repository import ClinicCard
from bot.records.plain import Conversation

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 1.0
# A write that failed is tried so often again, each time after a longer pause.
TRIES = 6
FIRST_PAUSE_SECONDS = 2.0
REMEMBERED = 10_000

Known = tuple[Conversation, ClinicCard | None]


class Unhurried:
    """Work that goes on behind a patient's back, and what was known of conversations lately."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._writes: set[asyncio.Task[None]] = set()
        self._known: OrderedDict[str, Known] = OrderedDict()

    def remember(self, known: Known) -> None:
        """Keep a conversation and its clinic in mind, for when the database is slow."""
        self._known[known[0].id] = known
        self._known.move_to_end(known[0].id)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, conversation_id: str) -> None:
        """Keep a conversation in mind no longer."""
        self._known.pop(conversation_id, None)

    async def known_in_time(
        self, conversation_id: str, find: Awaitable[Known], hurried: Callable[[], bool]
    ) -> Known:
        """Return what `find` finds; when it takes long or fails, what is in mind, if `hurried`.

        Raises what `find` raises where nothing is in mind.
        """
        finding = asyncio.ensure_future(find)
        remembered = self._known.get(conversation_id)
        if remembered is None:
            return await finding
        done, _ = await asyncio.wait({finding}, timeout=self._patience)
        late = not done or isinstance(finding.exception(), SQLAlchemyError)
        if late and hurried():
            finding.add_done_callback(_look_away)
            return remembered
        return await finding

    async def written_in_time[T](self, write: Callable[[], Awaitable[T]]) -> T | None:
        """Return what `write` returns, or None when it takes long or fails; then it goes on.

        Raises what is no failure of the database, such as a conversation that is gone.
        """
        writing = asyncio.ensure_future(write())
        done, _ = await asyncio.wait({writing}, timeout=self._patience)
        if done and not isinstance(writing.exception(), SQLAlchemyError):
            return writing.result()
        task = asyncio.create_task(_go_on(writing, write))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return None

    async def finish(self) -> None:
        """Wait for the writes under way; those between two tries are given up."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=FIRST_PAUSE_SECONDS * TRIES)


async def _go_on[T](writing: Awaitable[T], write: Callable[[], Awaitable[T]]) -> None:
    for number in range(1, TRIES + 1):
        try:
            await (writing if number == 1 else write())
        except SQLAlchemyError as error:
            # Without its text, which may hold what patients wrote.
            logger.error("red flag not recorded yet: %s", type(error).__name__)
            await asyncio.sleep(number * FIRST_PAUSE_SECONDS)
        except Exception:
            logger.exception("red flag not recorded")
            return
        else:
            logger.warning("red flag recorded late")
            return


def _look_away(finding: "asyncio.Future[Known]") -> None:
    """Nobody waits for it any more; its error is not news."""
    if not finding.cancelled():
        finding.exception()
