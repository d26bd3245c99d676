"""Rasa without TensorFlow, where no part of the pipeline needs it: 350 MB and some seconds less.

Rasa imports every component it comes with, among them those built on TensorFlow, whichever are
configured. Here a name stands in their place; training imports all, as ever.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

# Components that need it, by the modules that Rasa has them in.
COMPONENTS = {
    "DIETClassifier": "rasa.nlu.classifiers.diet_classifier",
    "ResponseSelector": "rasa.nlu.selectors.response_selector",
    "LanguageModelFeaturizer": "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "ConveRTFeaturizer": "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "TEDPolicy": "rasa.core.policies.ted_policy",
    "UnexpecTEDIntentPolicy": "rasa.core.policies.unexpected_intent_policy",
}
# What only these use, and others import.
HELPERS = ("rasa.utils.tensorflow.callback", "rasa.utils.tensorflow.data_generator")
# Libraries that use it if it is there.
TENSORFLOW = "tensorflow"


def leave_out(config: Path) -> bool:
    """Leave TensorFlow out unless the configuration has a component that needs it; tells whether.

    To be called before Rasa is imported.
    """
    if _configured(config) & COMPONENTS.keys():
        return False
    sys.meta_path.insert(0, StandIns())
    return True


def _configured(config: Path) -> set[str]:
    """Return the names of the configured components, without their modules."""
    read: dict[str, Any] = yaml.safe_load(config.read_text(encoding="utf-8"))
    pipeline, policies = read.get("pipeline"), read.get("policies")
    if not pipeline or not policies:
        return set(COMPONENTS)  # Rasa would configure its own default
    return {str(part["name"]).rpartition(".")[2] for part in (*pipeline, *policies)}


class StandIns(MetaPathFinder, Loader):
    """Finds modules that hold an empty class of any name, in place of those left out."""

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """Return the stand-in's specification, or None for a module of another name."""
        if name == TENSORFLOW:
            raise ModuleNotFoundError(f"{name} is left out, see {__name__}", name=name)
        left_out = name in COMPONENTS.values() or name in HELPERS
        return ModuleSpec(name, self) if left_out else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it as it is."""


class StandIn(ModuleType):
    """A module with an empty class for each name that is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"__module__": self.__name__})
        setattr(self, name, made)
        return made
