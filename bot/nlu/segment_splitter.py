"""Rasa component: cuts a message into segments before it is classified."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from bot.nlu.segments import segments
from bot.nlu.spacy_model import load_parser
from bot.nlu.topic_classifier import SEGMENTS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SegmentSplitter(GraphComponent):
    """Sets the property that the classifier reads. It does not touch training examples."""

    def __init__(self, parser: Language) -> None:
        self._parser = parser

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it trains or loads."""
        return ["spacy"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SegmentSplitter:
        """The component has nothing to learn; it loads the spaCy model."""
        return cls(load_parser())

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the segments to each message."""
        for message in messages:
            message.set(SEGMENTS, segments(message.get(TEXT) or "", self._parser))
        return messages
