"""Rasa component: adds `subjects`, the things a message asks about, to the parse result."""

from __future__ import annotations

from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.second_subjects import Weights, load_weights, subjects_of
from bot.nlu.subjects import Subject
from bot.nlu.topic_classifier import READING
from bot.nlu.topic_model import Reading

SUBJECTS: Final = "subjects"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SubjectSelector(GraphComponent):
    """Sets `subjects`, in the order asked; a message without a reading gets none."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SubjectSelector:
        """The component has nothing to learn; it loads the weights of second subjects."""
        return cls(load_weights())

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `subjects` to each message that was classified."""
        for message in messages:
            reading: Reading | None = message.get(READING)
            if reading is not None:
                subjects = subjects_of(reading, self._weights)
                message.set(SUBJECTS, [_as_data(s) for s in subjects], add_to_output=True)
        return messages


def _as_data(subject: Subject) -> dict[str, Any]:
    return {
        "topic": subject.topic,
        "confidence": round(subject.confidence, 4),
        "text": subject.text,
        "alternatives": [
            {"topic": topic, "confidence": round(confidence, 4)}
            for topic, confidence in subject.alternatives
        ],
    }
