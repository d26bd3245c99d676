"""The classifiers that were compared: .venv/brain/bin/python -m bench.pipelines.

Prints a row for each, as docs/decisions/pipeline.md has them: trained on data/nlu without changed
copies, judged on one fifth held back and on the labelled messages of the validation folder. Then
what it takes to have the readers of text loaded.
"""

import argparse
import pickle
import resource
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
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
from bot.nlu.spacy_model import load_parser
from bot.text.normalise import normalise

Shares = npt.NDArray[np.float64]
OUT = "out_of_scope"


@dataclass(frozen=True)
class Part:
    """One classifier and what it sees: counts, or the vectors of a reader of text."""

    name: str
    make: Callable[[], Any]
    counts: Callable[[], list[TfidfVectorizer]] | None = None
    reader: str = "embedding"


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


class SpacyReader:
    """The mean of spaCy's own vectors of the words, which its tagger and parser work on."""

    def __init__(self) -> None:
        self._nlp = load_parser()

    def encode(self, texts: Sequence[str]) -> npt.NDArray[Any]:
        """One row a text, of length 1."""
        docs = self._nlp.pipe(texts, disable=["tagger", "parser"], batch_size=256)
        rows = np.array([doc.tensor.mean(axis=0) if len(doc) else np.zeros(96) for doc in docs])
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows


READERS: dict[str, Callable[[], Any]] = {"embedding": RememberingEncoder, "spacy": SpacyReader}
PARTS = (
    Part(
        "counts, liblinear",
        lambda: LogisticRegression(C=10, solver="liblinear", random_state=SEED),
        all_counts,
    ),
    Part("counts, averaged SGD", _averaged, all_counts),
    Part("fewer counts, averaged SGD", _averaged, fewer_counts),
    Part("spaCy, LR", lambda: LogisticRegression(C=100, max_iter=100), reader="spacy"),
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
    """Probabilities on the held-back fifth and on the validation messages, and the costs.

    `seconds` of CPU to train without reading the texts, `milliseconds` of CPU for a message with
    it, `megabytes` of what was learned.
    """

    held: Shares
    validation: Shares
    seconds: float
    milliseconds: float
    megabytes: float


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
        self.readers = {name: make() for name, make in READERS.items()}
        self.vectors = {name: one.encode(self.texts) for name, one in self.readers.items()}
        self.asked_vectors = {name: one.encode(self.asked) for name, one in self.readers.items()}
        folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
        self.learned, self.held = next(iter(folds.split(self.texts, topics)))

    def run(self, part: Part) -> Result:
        """Train on four fifths for the fifth, and on everything for validation."""
        known, model, _ = self._fitted(part, self.learned)
        held = model.predict_proba(self._seen(part, known, self.held))
        known, model, seconds = self._fitted(part, np.arange(len(self.texts)))
        validation = model.predict_proba(self._seen(part, known, None))
        megabytes = len(pickle.dumps((known, model))) / 1e6
        return Result(held, validation, seconds, self._milliseconds(part, known, model), megabytes)

    def _fitted(self, part: Part, learned: npt.NDArray[Any]) -> tuple[Any, Any, float]:
        """The vectorizers (none for a reader), the classifier, and seconds of CPU."""
        began = time.process_time()
        counts = part.counts() if part.counts else []
        vectorizers = [one.fit([self.texts[i] for i in learned]) for one in counts]
        model = part.make().fit(self._seen(part, vectorizers, learned), self.topics[learned])
        return vectorizers, model, time.process_time() - began

    def _seen(self, part: Part, vectorizers: Any, asked: npt.NDArray[Any] | None) -> Any:
        """What the classifier sees of some training messages; of those of validation for None."""
        if not part.counts:
            vectors = self.asked_vectors if asked is None else self.vectors
            return vectors[part.reader] if asked is None else vectors[part.reader][asked]
        texts = self.asked if asked is None else [self.texts[i] for i in asked]
        return hstack([one.transform(texts) for one in vectorizers], format="csr")

    def _milliseconds(self, part: Part, vectorizers: Any, model: Any) -> float:
        """The median over messages read one by one, none of them for the second time."""
        reader = None if part.counts else READERS[part.reader]()
        times = []
        for text in self.asked:
            began = time.process_time()
            if reader:
                seen = reader.encode([text])
            else:
                seen = hstack([one.transform([text]) for one in vectorizers], format="csr")
            model.predict_proba(seen)
            times.append((time.process_time() - began) * 1000)
        return statistics.median(times)

    def row(self, name: str, result: Result) -> str:
        """A line of the table."""
        held = [[topic] for topic in self.topics[self.held]]
        figures = [*self._ranked(result.validation, self.wanted), *self._ranked(result.held, held)]
        recall, precision = self._out_of_scope(result.held)
        right = np.array(self.names)[result.held.argmax(axis=1)] == self.topics[self.held]
        gap = calibration_gap(result.held.max(axis=1), right)
        shares = " | ".join(f"{figure:.3f}" for figure in (*figures, recall, precision, gap))
        costs = (f"{result.seconds:.0f}", f"{result.milliseconds:.1f}", f"{result.megabytes:.0f}")
        return f"| {name} | {shares} | {' | '.join(costs)} |"

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

    def added(name: str) -> float:
        return float(sum(getattr(one, name) for one, _ in weighed))

    costs = (added("seconds"), added("milliseconds"), added("megabytes"))
    return Result(mixed("held"), mixed("validation"), *costs)


def print_start(name: str) -> None:
    """Seconds to load a reader and read a first text, and the memory that it then holds."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    READERS[name]().encode(["is it loaded"])
    seconds = time.perf_counter() - began
    held = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name}: {seconds:.1f} s to start, {held:.0f} MB", flush=True)


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = ROOT.parent / "shared/validation/messages.jsonl"
    arguments.add_argument("--validation", type=Path, default=default)
    for name in READERS:
        print_start(name)
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
