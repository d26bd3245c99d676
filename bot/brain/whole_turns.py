"""A turn counts whole or not at all: while the database fails, Rasa answers nothing.

Rasa would go on with a conversation it cannot read as if it were a new one, put what it cannot
save into a memory that nobody reads again, and answer all the same: the patient's treatment day
would be forgotten, and nobody told. Without an answer the gateway says that the assistant is down.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.rest import RestInput


class WholeTurns(RestInput):  # type: ignore[misc]  # Rasa's types are not checked
    """Rasa's REST channel without the replies of a turn that failed; see credentials.yml."""

    def blueprint(self, on_new_message: Callable[[Any], Awaitable[Any]]) -> Any:
        """Return the routes of Rasa's own channel."""

        async def whole(message: Any) -> None:
            try:
                await on_new_message(message)
            except BaseException:
                message.output_channel.messages.clear()
                raise

        return super().blueprint(whole)


def fail_without_tracker() -> None:
    """Let the turn fail when its tracker can be neither read nor saved."""
    from rasa.core.tracker_store import FailSafeTrackerStore  # noqa: PLC0415

    def fail(_store: Any, error: Exception) -> None:
        raise error

    FailSafeTrackerStore.on_tracker_store_error = fail
    FailSafeTrackerStore.on_tracker_store_retrieve_error = fail
