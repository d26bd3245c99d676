"""A conversation, and one in which everything was told."""

import pytest

from bot.care.answer import Answer
from tests.talking import Conversation
from tests.unit.booking.talking import EVERYTHING


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour")


@pytest.fixture
def read_back(glamour: Conversation) -> Answer:
    """The last reply of a conversation in which everything was told."""
    (answer,) = glamour.say(f"please call me back, {EVERYTHING}", "book")
    return answer
