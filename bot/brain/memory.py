"""Rasa loads a model when it has started: what that leaves behind is given back then."""

from typing import Any

from bot.memory import tidy


def tidy_after_loading() -> None:
    """Let Rasa tidy the memory up once a model is loaded; the model is the same."""
    from rasa.core.processor import MessageProcessor  # noqa: PLC0415

    load = MessageProcessor._load_model

    def load_and_tidy(model_path: Any) -> Any:
        loaded = load(model_path)
        tidy()
        return loaded

    MessageProcessor._load_model = staticmethod(load_and_tidy)
