"""What a message is about: sentence embedding and word counts, each with logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.embedding import SentenceEncoder
from bot.text.normalise import normalise

Probabilities = npt.NDArray[np.float64]

# Counts know this clinic's words, the embedding knows that a jacuzzi is a hot tub. Exponents of
# their product, fitted by cross-validation so that a confidence of 0.7 is right 7 times in 10.
_MEANING: Final = 1.1
_WORDS: Final = 0.55
# Keeps one of the two from ruling a topic out alone.
_FLOOR: Final = 1e-7
_FILE: Final = "topics.skops"
# Beside scikit-learn's own types; nothing in the file can run code.
_TRUSTED: Final = ["scipy.sparse._csr.csr_matrix"]


class TopicModel:
    """Probabilities of every topic for a text. Train with `fit`, or `load` what `save` wrote."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        counts: Sequence[TfidfVectorizer],
        by_meaning: LogisticRegression,
        by_words: LogisticRegression,
    ) -> None:
        self._encoder = encoder
        self._counts = counts
        self._by_meaning = by_meaning
        self._by_words = by_words
        self.topics: list[str] = [str(topic) for topic in by_meaning.classes_]

    @classmethod
    def fit(
        cls, encoder: SentenceEncoder, texts: Sequence[str], topics: Sequence[str], seed: int
    ) -> TopicModel:
        """Learn from `texts`, where `topics[i]` is what `texts[i]` is about."""
        normalised = [normalise(text) for text in texts]
        counts = _count_features()
        by_meaning = LogisticRegression(
            C=10, class_weight="balanced", max_iter=300, random_state=seed
        )
        by_meaning.fit(encoder.encode(normalised), topics)
        # One against the rest: as good here as all at once, and ten times as quick.
        by_words = LogisticRegression(C=10, solver="liblinear", random_state=seed)
        for vectorizer in counts:
            vectorizer.fit(normalised)
        by_words.fit(_counted(counts, normalised), topics)
        # Laid out as prediction reads it; otherwise every message copies all of it first.
        by_words.coef_ = np.asfortranarray(by_words.coef_, dtype=np.float32)
        return cls(encoder, counts, by_meaning, by_words)

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """One row a text, one column a topic in the order of `topics`; every row sums to 1."""
        normalised = [normalise(text) for text in texts]
        meaning = self._by_meaning.predict_proba(self._encoder.encode(normalised))
        words = self._by_words.predict_proba(_counted(self._counts, normalised))
        logits = _MEANING * np.log(meaning + _FLOOR) + _WORDS * np.log(words + _FLOOR)
        return _softmax(logits)

    def save(self, folder: Path) -> None:
        """Write the trained parts into `folder`; the encoder is a package and stays there."""
        parts = {"counts": list(self._counts), "meaning": self._by_meaning, "words": self._by_words}
        skops.io.dump(parts, folder / _FILE)

    @classmethod
    def load(cls, encoder: SentenceEncoder, folder: Path) -> TopicModel:
        """Read what `save` wrote. Holds plain numbers and scikit-learn's own types, no code."""
        parts = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        return cls(encoder, parts["counts"], parts["meaning"], parts["words"])


def _count_features() -> list[TfidfVectorizer]:
    words = TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        token_pattern=r"(?u)\b\w+(?:'\w+)?\b",  # noqa: S106 - not a password
        dtype=np.float32,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2, dtype=np.float32
    )
    return [words, characters]


def _counted(counts: Sequence[TfidfVectorizer], texts: Sequence[str]) -> csr_matrix:
    """The features of all vectorizers side by side, one row a text."""
    return hstack([vectorizer.transform(texts) for vectorizer in counts], format="csr")


def _softmax(logits: Probabilities) -> Probabilities:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares
