"""Topics by counts of words and characters: learned by scikit-learn, read by ourselves.

For a thousand texts scikit-learn's way is the quick one; for the one or two of a message nine
tenths of its time went into checking and assembling sparse matrices. What is computed is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

Counts = npt.NDArray[np.float32]
Shares = npt.NDArray[np.float64]


def count_features() -> list[TfidfVectorizer]:
    """Return what counts words and pairs of words, and parts of words; to be fitted."""
    words = TfidfVectorizer(
        ngram_range=(1, 2),
        min_df=2,
        sublinear_tf=True,
        token_pattern=r"(?u)\b\w+(?:'\w+)?\b",  # noqa: S106 - not a password
        dtype=np.float32,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3, dtype=np.float32
    )
    return [words, characters]


def fitted(counts: Sequence[TfidfVectorizer], texts: Sequence[str]) -> csr_matrix:
    """Fit the counting and return the features of all texts side by side, one row a text."""
    return hstack([vectorizer.fit_transform(texts) for vectorizer in counts], format="csr")


def vocabulary(counts: TfidfVectorizer) -> npt.NDArray[np.str_]:
    """What is counted, in the order of the places: an array of strings.

    In a file it is one part; a dictionary would be a node of JSON for each of its words, 50 MB and
    two seconds to read.
    """
    return np.array(sorted(counts.vocabulary_, key=counts.vocabulary_.__getitem__))


def without_vocabulary(counts: TfidfVectorizer) -> TfidfVectorizer:
    """A copy without what is counted, and without what was too rare to be, which nothing reads."""
    bare = copy(counts)
    for name in ("vocabulary_", "stop_words_"):
        vars(bare).pop(name, None)
    return bare


def set_vocabulary(counts: TfidfVectorizer, words: npt.NDArray[np.str_]) -> None:
    """Give back what `without_vocabulary` left out."""
    counts.vocabulary_ = {word: place for place, word in enumerate(words.tolist())}


@dataclass(frozen=True)
class _Counting:
    """One way of counting: the parts of a text, each one's place, and how telling it is."""

    parts: Callable[[str], Iterable[str]]
    places: dict[str, int]
    weights: Counts
    first: int

    def of(self, text: str) -> tuple[npt.NDArray[np.int64], Counts]:
        """Return the places that are not empty, and the numbers there: a vector of length 1."""
        known = (self.places.get(part) for part in self.parts(text))
        found = Counter(place for place in known if place is not None)
        places = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
        numbers = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        weighed = (np.log(numbers) + 1) * self.weights[places]
        length = np.sqrt(np.dot(weighed, weighed))
        return places + self.first, weighed / length if length else weighed


class WordCounts:
    """The share of every topic in a text, by its words."""

    def __init__(self, counts: Sequence[TfidfVectorizer], classifier: SGDClassifier) -> None:
        self._countings: list[_Counting] = []
        first = 0
        for one in counts:
            self._countings.append(
                _Counting(one.build_analyzer(), one.vocabulary_, one.idf_, first)
            )
            first += len(one.vocabulary_)
        # A row for each place, one number a topic: a text takes a few hundred of the rows.
        self._rows: Counts = np.ascontiguousarray(classifier.coef_.T)
        self._base: Shares = classifier.intercept_

    def shares(self, texts: Sequence[str]) -> Shares:
        """One row a text, one column a topic in the order of the classifier's; each sums to 1."""
        return np.stack([self._shares(text) for text in texts])

    def _shares(self, text: str) -> Shares:
        scores = self._base.copy()
        for counting in self._countings:
            places, numbers = counting.of(text)
            scores += numbers @ self._rows[places]
        alone = expit(scores)
        shares: Shares = alone / alone.sum()
        return shares
