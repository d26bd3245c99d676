"""Staff's side of a handover, without their console."""

from bot.care.answer import Answer
from bot.gateway.pipeline import push
from bot.records.plain import Author, Reply
from tests.channels.serving import Gateway


def staff_writes(gateway: Gateway, conversation: str, text: str) -> None:
    """Send a patient a message that nobody asked for."""
    reply = Reply(Answer(text=text, topic="handoff"), Author.STAFF)
    gateway.run(push(gateway.services, conversation, [reply]))


def system_writes(gateway: Gateway, conversation: str, text: str) -> None:
    """Tell a patient what the system does."""
    reply = Reply(Answer(text=text, topic="handoff"), Author.SYSTEM)
    gateway.run(push(gateway.services, conversation, [reply]))
