"""Rasa component: which topic a message, and each of its segments, is about."""

from __future__ import annotations

from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding import SentenceEncoder
from bot.nlu.segments import Segment
from bot.nlu.topic_model import TopicModel

# Properties that our components hand to each other; they do not leave the pipeline.
SEGMENTS: Final = "segments"
READING: Final = "reading"

_RANKING_LENGTH: Final = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets `intent` and `intent_ranking`, and the reading of the segments found before."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        encoder: SentenceEncoder,
        model: TopicModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = encoder
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`random_seed` makes training repeatable."""
        return {"random_seed": 1}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it trains or loads."""
        return ["onnxruntime", "tokenizers", "sklearn", "skops"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """A component ready to be trained."""
        return cls(config, model_storage, resource, SentenceEncoder())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """A trained component; raises ValueError if the model archive does not hold it."""
        encoder = SentenceEncoder()
        with model_storage.read_from(resource) as folder:
            model = TopicModel.load(encoder, folder)
        return cls(config, model_storage, resource, encoder, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has an intent, and store the result."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        self._model = TopicModel.fit(
            self._encoder,
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            seed=self._config["random_seed"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add a reading to each message; a button's payload needs none."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not self._is_payload(text):
                self._classify(message, text)
        return messages

    def _is_payload(self, text: str) -> bool:
        """Whether Rasa itself reads `text` as an intent, as with a button's "/cost"."""
        prefix, intent = text[:1], text[1:].partition("{")[0].strip()
        return prefix == INTENT_MESSAGE_PREFIX and intent in self._trained().topics

    def _classify(self, message: Message, text: str) -> None:
        segments: list[Segment] = message.get(SEGMENTS) or []
        reading = self._trained().read(text, segments)
        message.set(READING, reading)
        entries = [
            {INTENT_NAME_KEY: topic, PREDICTED_CONFIDENCE_KEY: confidence}
            for topic, confidence in reading.rankings[reading.text][:_RANKING_LENGTH]
        ]
        message.set(INTENT, entries[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, entries, add_to_output=True)

    def _trained(self) -> TopicModel:
        if self._model is None:
            raise RuntimeError("TopicClassifier was asked before it was trained or loaded")
        return self._model
