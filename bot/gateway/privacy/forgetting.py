"""Deleting a conversation: its rows, its open streams, and what a database file still holds."""

from functools import partial

from anyio.to_thread import run_sync

from bot.gateway.hub import Event
from bot.gateway.services import Services
from bot.records.privacy import delete_conversation


async def forget(conversation_id: str, services: Services) -> bool:
    """Delete everything of a conversation in one transaction; False if there was none.

    The caller has the conversation's turn: a message under way is finished first.
    """
    removed = await services.database.writing(
        partial(delete_conversation, conversation_id=conversation_id)
    )
    # Other windows of the same conversation learn that it is over.
    services.hub.publish(conversation_id, Event("ended", {}))
    services.hub.close(conversation_id)
    await run_sync(services.database.scrub)
    return removed
