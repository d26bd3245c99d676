"""The action server is called over connections that stay open, without past events.

Rasa opens a session with a connection of its own for each call, and sends all events of the
tracker along, each with all that was understood of its message. Our one action reads the slots and
the latest message (actions/answer.py).
"""

import asyncio
from typing import Any


def keep_sessions() -> None:
    """Let every endpoint keep one session; requests and answers are the same."""
    from rasa.utils.endpoints import EndpointConfig  # noqa: PLC0415

    made = EndpointConfig.session

    def session(endpoint: Any) -> KeptSession:
        kept: KeptSession | None = getattr(endpoint, "kept_session", None)
        if kept is None or not kept.is_usable():
            kept = endpoint.kept_session = KeptSession(made(endpoint))
        return kept

    EndpointConfig.session = session


class KeptSession:
    """What `async with endpoint.session() as session` gets: a session that is not closed after."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()

    def is_usable(self) -> bool:
        """Tell whether the session is open, and of the loop that runs now."""
        return self._loop is asyncio.get_running_loop() and not self._session.closed

    async def __aenter__(self) -> Any:
        return self._session

    async def __aexit__(self, *_: object) -> None:
        """Leave it open."""


def leave_out_events() -> None:
    """Send an action the tracker as it stands, with an empty list of what happened before."""
    from rasa.core.actions.action import RemoteAction  # noqa: PLC0415

    formatted = RemoteAction._action_call_format

    def action_call_format(action: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        request: dict[str, Any] = formatted(action, Eventless(tracker), domain)
        return request

    RemoteAction._action_call_format = action_call_format


class Eventless:
    """A tracker that tells its state without events, whatever is asked for."""

    def __init__(self, tracker: Any) -> None:
        self.sender_id = tracker.sender_id
        self._tracker = tracker

    def current_state(self, _verbosity: Any) -> dict[str, Any]:
        """Return the state as Rasa writes it."""
        return {**self._tracker.current_state(), "events": []}
