"""The classifiers that were compared: .venv/brain/bin/python -m bench.pipelines.

Prints a row for each, as docs/decisions/pipeline.md has them: trained on data/nlu without changed
copies, judged on one fifth held back and on the labelled messages of the validation folder.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier

from bench.nlu import ROOT, SEED, RememberingEncoder, calibration_gap, labelled, training_messages
from bot.text.normalise import normalise

Shares = npt.NDArray[np.float64]
OUT = "out_of_scope"


@dataclass(frozen=True)
class Part:
    """One classifier: what it sees, and the seconds of CPU its training takes without encoding."""

    name: str
    make: Callable[[], Any]
    counts: Callable[[], list[TfidfVectorizer]] | None = None


def word_and_character_counts(word_min: int, shortest: int, char_min: int) -> list[TfidfVectorizer]:
    """The two vectorizers; the least number of messages that a feature has to occur in."""
    pattern = r"(?u)\b\w+(?:'\w+)?\b"
    common = {"sublinear_tf": True, "dtype": np.float32}
    return [
        TfidfVectorizer(ngram_range=(1, 2), min_df=word_min, token_pattern=pattern, **common),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(shortest, 5), min_df=char_min, **common),
    ]


def all_counts() -> list[TfidfVectorizer]:
    """Every word and pair of words, characters 2 to 5."""
    return word_and_character_counts(1, 2, 2)


def fewer_counts() -> list[TfidfVectorizer]:
    """What occurs more than once, characters 3 to 5."""
    return word_and_character_counts(2, 3, 3)


def _averaged() -> SGDClassifier:
    return SGDClassifier(
        loss="log_loss", alpha=1e-5, max_iter=8, tol=None, average=True, random_state=SEED
    )


PARTS = (
    Part(
        "counts, liblinear",
        lambda: LogisticRegression(C=10, solver="liblinear", random_state=SEED),
        all_counts,
    ),
    Part("counts, averaged SGD", _averaged, all_counts),
    Part("fewer counts, averaged SGD", _averaged, fewer_counts),
    Part(
        "embedding, LR balanced",
        lambda: LogisticRegression(C=10, class_weight="balanced", max_iter=60),
    ),
    Part("embedding, LR", lambda: LogisticRegression(C=10, max_iter=60)),
    Part(
        "embedding, MLP of 256",
        lambda: MLPClassifier((256,), alpha=1e-3, max_iter=25, random_state=SEED, batch_size=128),
    ),
)
# Names of parts with their exponents in the product.
COMBINATIONS = (
    (("embedding, LR balanced", 1.1), ("counts, liblinear", 0.55)),
    (("embedding, LR", 0.8), ("counts, liblinear", 0.8)),
    (("embedding, LR", 0.8), ("counts, averaged SGD", 0.8)),
    (("embedding, LR", 0.8), ("fewer counts, averaged SGD", 0.8)),
    (("embedding, MLP of 256", 0.6), ("fewer counts, averaged SGD", 1.0)),
)


@dataclass(frozen=True)
class Result:
    """Probabilities on the held-back fifth and on the validation messages, seconds of CPU."""

    held: Shares
    validation: Shares
    seconds: float


class Bench:
    """The messages, read and encoded once."""

    def __init__(self, validation: Path) -> None:
        texts, topics = training_messages()
        rows = labelled(validation)
        self.texts = [normalise(text) for text in texts]
        self.topics = np.array(topics)
        self.names = sorted(set(topics))
        self.asked = [normalise(row.text) for row in rows]
        self.wanted = [row.topics + row.also for row in rows]
        encoder = RememberingEncoder()
        self.vectors, self.asked_vectors = encoder.encode(self.texts), encoder.encode(self.asked)
        folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
        self.learned, self.held = next(iter(folds.split(self.texts, topics)))

    def run(self, part: Part) -> Result:
        """Train on four fifths for the fifth, and on everything for validation."""
        held, _ = self._fitted(part, self.learned, self.held)
        validation, seconds = self._fitted(part, np.arange(len(self.texts)), None)
        return Result(held, validation, seconds)

    def _fitted(
        self, part: Part, learned: npt.NDArray[Any], asked: npt.NDArray[Any] | None
    ) -> tuple[Shares, float]:
        texts = [self.texts[i] for i in learned]
        others = self.asked if asked is None else [self.texts[i] for i in asked]
        began = time.process_time()
        if part.counts is None:
            known = self.vectors[learned]
            new = self.asked_vectors if asked is None else self.vectors[asked]
        else:
            vectorizers = [one.fit(texts) for one in part.counts()]
            known = hstack([one.transform(texts) for one in vectorizers], format="csr")
            new = hstack([one.transform(others) for one in vectorizers], format="csr")
        model = part.make().fit(known, self.topics[learned])
        seconds = time.process_time() - began
        return model.predict_proba(new), seconds

    def row(self, name: str, result: Result) -> str:
        """A line of the table."""
        held = [[topic] for topic in self.topics[self.held]]
        figures = [*self._ranked(result.validation, self.wanted), *self._ranked(result.held, held)]
        recall, precision = self._out_of_scope(result.held)
        right = np.array(self.names)[result.held.argmax(axis=1)] == self.topics[self.held]
        gap = calibration_gap(result.held.max(axis=1), right)
        shares = " | ".join(f"{figure:.3f}" for figure in (*figures, recall, precision, gap))
        return f"| {name} | {shares} | {result.seconds:.0f} |"

    def _ranked(self, shares: Shares, wanted: list[list[str]]) -> tuple[float, float]:
        best = np.argsort(-shares, axis=1)[:, :3]
        pairs = list(zip(best, wanted, strict=True))
        first = np.mean([self.names[row[0]] in want for row, want in pairs])
        three = np.mean([any(self.names[i] in want for i in row) for row, want in pairs])
        return float(first), float(three)

    def _out_of_scope(self, shares: Shares) -> tuple[float, float]:
        said = np.array(self.names)[shares.argmax(axis=1)] == OUT
        real = self.topics[self.held] == OUT
        both = float((said & real).sum())
        return both / real.sum(), both / max(said.sum(), 1)


def product(results: Iterable[tuple[Result, float]]) -> Result:
    """Classifiers multiplied, each with its exponent."""
    weighed = list(results)

    def mixed(name: str) -> Shares:
        logits = sum(weight * np.log(getattr(one, name) + 1e-5) for one, weight in weighed)
        powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
        shares: Shares = powers / powers.sum(axis=1, keepdims=True)
        return shares

    return Result(mixed("held"), mixed("validation"), sum(one.seconds for one, _ in weighed))


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT.parent / "shared/validation/messages.jsonl"
    arguments.add_argument("--validation", type=Path, default=default)
    bench = Bench(arguments.parse_args().validation)
    warnings.simplefilter("ignore")  # few iterations are the point
    results = {}
    for part in PARTS:
        results[part.name] = bench.run(part)
        print(bench.row(part.name, results[part.name]), flush=True)
    for parts in COMBINATIONS:
        name = " x ".join(f"({part})^{weight}" for part, weight in parts)
        print(bench.row(name, product((results[part], weight) for part, weight in parts)))


if __name__ == "__main__":
    main()
