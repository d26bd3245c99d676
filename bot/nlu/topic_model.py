"""What a message is about: sentence embedding and word counts, each with logistic regression."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import skops.io
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from bot.nlu.asides import doubtful, joined, without_asides
from bot.nlu.embedding import SentenceEncoder, Vectors
from bot.nlu.segments import Segment
from bot.nlu.spelling import Speller
from bot.nlu.subjects import LEANING, Ranking
from bot.nlu.variation import NEVER_WITH_STORY, load_asides, varied
from bot.text.normalise import normalise, without_denial, without_salutation, without_tags

Probabilities = npt.NDArray[np.float64]

# Counts know this clinic's words, the embedding knows that a jacuzzi is a hot tub. Exponents of
# their product, fitted by cross-validation so that a confidence of 0.7 is right 7 times in 10.
_MEANING: Final = 0.8
_WORDS: Final = 0.8
# Keeps one of the two from ruling a topic out alone.
_FLOOR: Final = 1e-5
# Of the messages, how many are learned from a second time in another form.
_VARIED: Final = 0.33
# A pattern layer in front of the model catches most red flags. The model only adds those of which
# it is sure: ten times as likely as the next topic. What is none of ours is the most varied topic
# and therefore the one that is seldom sure.
_WEIGHTS: Final = {"emergency": 0.1, "out_of_scope": 2.5}
# From here on a part that sounds like a side story is one.
_STORY: Final = 0.5
_CLAUSE_END: Final = re.compile(r"(?<=[.!?])\s+|, ")
_FILE: Final = "topics.skops"
# Beside scikit-learn's own types; nothing in the file can run code.
_TRUSTED: Final = ["scipy.sparse._csr.csr_matrix"]


@dataclass(frozen=True)
class Trained:
    """The classifiers: of topics by `meaning` and by `words`, and of side `stories`."""

    meaning: LogisticRegression
    words: SGDClassifier
    stories: LogisticRegression


@dataclass(frozen=True)
class Reading:
    """A message without its side stories, and what it and each text of its segments is about."""

    text: str
    segments: list[Segment]
    rankings: dict[str, Ranking]


class TopicModel:
    """Probabilities of every topic for a text. Train with `fit`, or `load` what `save` wrote."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        counts: Sequence[TfidfVectorizer],
        trained: Trained,
        speller: Speller,
    ) -> None:
        self._encoder = encoder
        self._counts = counts
        self._trained = trained
        self._speller = speller
        self.topics: list[str] = [str(topic) for topic in trained.meaning.classes_]
        self._weights = np.log([_WEIGHTS.get(topic, 1.0) for topic in self.topics])

    @classmethod
    def fit(
        cls, encoder: SentenceEncoder, texts: Sequence[str], topics: Sequence[str], seed: int
    ) -> TopicModel:
        """Learn from `texts`, where `topics[i]` is what `texts[i]` is about."""
        asides = load_asides()
        copies, their_topics = varied(texts, topics, asides, _VARIED, seed)
        speller = Speller.learned((normalise(text) for text in texts), encoder.words())
        normalised = [_read(text, speller) for text in [*texts, *copies]]
        labels = [*topics, *their_topics]
        by_meaning = LogisticRegression(C=10, max_iter=60, random_state=seed)
        vectors = encoder.encode(normalised)
        by_meaning.fit(vectors, labels)
        stories = _fit_stories(encoder, vectors[: len(texts)], topics, asides["after"], seed)
        counts = _count_features()
        counted = hstack([one.fit_transform(normalised) for one in counts], format="csr")
        # One topic against the rest, with averaged weights: as good here as an exact solution.
        by_words = SGDClassifier(
            loss="log_loss",
            alpha=1e-5,
            max_iter=8,
            tol=None,
            average=True,
            random_state=seed,
            n_jobs=-1,
        )
        by_words.fit(counted, labels)
        # What averaging needed is not needed again, and is most of the file.
        for spare in [
            name for name in vars(by_words) if name.startswith(("_standard", "_average"))
        ]:
            delattr(by_words, spare)
        # Laid out as prediction reads it; otherwise every message copies all of it first.
        by_words.coef_ = np.asfortranarray(by_words.coef_, dtype=np.float32)
        return cls(encoder, counts, Trained(by_meaning, by_words, stories), speller)

    def probabilities(self, texts: Sequence[str]) -> Probabilities:
        """One row a text, one column a topic in the order of `topics`; every row sums to 1."""
        normalised = [_read(text, self._speller) for text in texts]
        return self._combined(self._encoder.encode(normalised), normalised)

    def read(self, text: str, segments: Sequence[Segment]) -> Reading:
        """All topics, the likeliest first, for a message and for every text of its segments.

        Side stories are left out, and the message is then read as if they had not been told.
        """
        rankings = self._rankings(text, segments)
        stories = self._stories_among(doubtful(segments, rankings))
        kept = without_asides(segments, stories, rankings)
        if len(kept) == len(segments):
            return Reading(text, list(segments), rankings)
        told = joined(kept)
        alone = self._rankings(told, kept)
        # "Is that better?" needs the story that it leans on.
        if alone[told][0][0] in LEANING:
            return Reading(text, list(segments), rankings)
        return Reading(told, kept, alone)

    def _rankings(self, text: str, segments: Sequence[Segment]) -> dict[str, Ranking]:
        parts = list(dict.fromkeys([text, *(part for one in segments for part in one.texts())]))
        whole, *others = (_read(part, self._speller) for part in parts)
        vectors = self._encoder.encode_with_parts(whole, others)
        rows = self._combined(vectors, [whole, *others])
        return {
            part: sorted(zip(self.topics, row.tolist(), strict=True), key=lambda pair: -pair[1])
            for part, row in zip(parts, rows, strict=True)
        }

    def _stories_among(self, texts: Sequence[str]) -> set[str]:
        """Those that sound like a side story when they are read alone."""
        if not texts:
            return set()
        vectors = self._encoder.encode([_read(text, self._speller) for text in texts])
        shares = self._trained.stories.predict_proba(vectors)[:, 1]
        return {text for text, share in zip(texts, shares, strict=True) if share >= _STORY}

    def _combined(self, vectors: Vectors, normalised: Sequence[str]) -> Probabilities:
        meaning = self._trained.meaning.predict_proba(vectors)
        words = self._trained.words.predict_proba(_counted(self._counts, normalised))
        logits = _MEANING * np.log(meaning + _FLOOR) + _WORDS * np.log(words + _FLOOR)
        return _softmax(logits + self._weights)

    def save(self, folder: Path) -> None:
        """Write the trained parts into `folder`; the encoder is a package and stays there."""
        parts = {"counts": list(self._counts), "usual": self._speller.usual, **vars(self._trained)}
        skops.io.dump(parts, folder / _FILE)

    @classmethod
    def load(cls, encoder: SentenceEncoder, folder: Path) -> TopicModel:
        """Read what `save` wrote. Holds plain numbers and scikit-learn's own types, no code."""
        parts = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        speller = Speller(parts["usual"], encoder.words())
        trained = Trained(parts["meaning"], parts["words"], parts["stories"])
        return cls(encoder, parts["counts"], trained, speller)


def _read(text: str, speller: Speller) -> str:
    """`text` as it is compared: in one spelling, slips mended, without greeting and denial."""
    return without_denial(without_salutation(speller.mended(normalise(without_tags(text)))))


def _fit_stories(
    encoder: SentenceEncoder,
    vectors: Vectors,
    topics: Sequence[str],
    asides: Sequence[str],
    seed: int,
) -> LogisticRegression:
    """A model that tells side stories, and their single clauses, from what messages are about."""
    told = [normalise(aside) for aside in asides]
    clauses = [clause for story in told for clause in _CLAUSE_END.split(story) if " " in clause]
    stories = list(dict.fromkeys([*told, *clauses]))
    about = vectors[[topic not in NEVER_WITH_STORY for topic in topics]]
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=200, random_state=seed)
    answers = np.repeat([0, 1], [len(about), len(stories)])
    return model.fit(np.vstack([about, encoder.encode(stories)]), answers)


def _count_features() -> list[TfidfVectorizer]:
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


def _counted(counts: Sequence[TfidfVectorizer], texts: Sequence[str]) -> csr_matrix:
    """The features of all vectorizers side by side, one row a text."""
    return hstack([vectorizer.transform(texts) for vectorizer in counts], format="csr")


def _softmax(logits: Probabilities) -> Probabilities:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares
