"""What a message is about: sentence embedding and word counts, each with logistic regression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier

from bot.nlu.asides import doubtful, joined, without_asides
from bot.nlu.embedding import SentenceEncoder, Vectors
from bot.nlu.segments import Segment
from bot.nlu.spelling import Speller
from bot.nlu.subjects import LEANING, Ranking, considered
from bot.nlu.variation import NEVER_WITH_STORY, load_asides, varied
from bot.nlu.word_counts import (
    WordCounts,
    count_features,
    fitted,
    set_vocabulary,
    vocabulary,
    without_vocabulary,
)
from bot.text.normalise import (
    normalise,
    without_denial,
    without_marks,
    without_salutation,
    without_tags,
)

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
_WEIGHTS: Final = {"emergency": 0.1, "out_of_scope": 2.1}
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
    """A message without its side stories, and what it and each text of its segments is about.

    `words` are the shares of the topics by the counts of words alone: two subjects in one clause
    still have their words there, where the product is sure of one of them.
    """

    text: str
    segments: list[Segment]
    rankings: dict[str, Ranking]
    words: dict[str, dict[str, float]]


@dataclass(frozen=True)
class _Read:
    """A text as it is compared: how it is spelled for that, and what it means."""

    spelled: str
    vector: Vectors


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
        self._words = WordCounts(counts, trained.words)
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
        normalised = [_spelled(text, speller) for text in [*texts, *copies]]
        labels = [*topics, *their_topics]
        by_meaning = LogisticRegression(C=10, max_iter=60, random_state=seed)
        vectors = encoder.encode(normalised)
        by_meaning.fit(vectors, labels)
        stories = _fit_stories(encoder, vectors[: len(texts)], topics, asides["after"], seed)
        counts = count_features()
        counted = fitted(counts, normalised)
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
        normalised = [_spelled(text, self._speller) for text in texts]
        return self._combined(self._encoder.encode(normalised), self._words.shares(normalised))

    def read(self, text: str, segments: Sequence[Segment]) -> Reading:
        """All topics, the likeliest first, for a message and for every text of its segments.

        Side stories are left out, and the message is then read as if they had not been told.
        """
        read = self._read([text, *(segment.text for segment in segments)])
        rankings, words = self._rankings(read)
        stories = self._stories(doubtful(segments, rankings), read)
        kept = without_asides(segments, stories, rankings)
        told = joined(kept) if len(kept) < len(segments) else text
        self._add([told], rankings, words)
        # "Is that better?" needs the story that it leans on.
        if rankings[told][0][0] in LEANING:
            told, kept = text, list(segments)
        parts = [part for one in considered(kept, rankings) for part in one.texts()]
        self._add(parts, rankings, words)
        return Reading(told, kept, rankings, words)

    def _add(
        self,
        texts: Sequence[str],
        rankings: dict[str, Ranking],
        words: dict[str, dict[str, float]],
    ) -> None:
        """Rank those of the texts that are not ranked yet."""
        new = [text for text in texts if text not in rankings]
        if new:
            ranked, counted = self._rankings(self._read(new))
            rankings |= ranked
            words |= counted

    def _read(self, texts: Sequence[str]) -> dict[str, _Read]:
        """Each different text, read by itself."""
        spelled = {text: _spelled(text, self._speller) for text in texts}
        different = list(dict.fromkeys(spelled.values()))
        vectors = dict(zip(different, self._encoder.encode(different), strict=True))
        return {text: _Read(words, vectors[words]) for text, words in spelled.items()}

    def _rankings(
        self, read: Mapping[str, _Read]
    ) -> tuple[dict[str, Ranking], dict[str, dict[str, float]]]:
        """Each text's topics, the likeliest first, and their shares by words alone."""
        vectors = np.stack([one.vector for one in read.values()])
        words = self._words.shares([one.spelled for one in read.values()])
        rows = self._combined(vectors, words)
        ranked = {
            text: sorted(zip(self.topics, row.tolist(), strict=True), key=lambda pair: -pair[1])
            for text, row in zip(read, rows, strict=True)
        }
        return ranked, {
            text: dict(zip(self.topics, row.tolist(), strict=True))
            for text, row in zip(read, words, strict=True)
        }

    def _stories(self, texts: Sequence[str], read: Mapping[str, _Read]) -> set[str]:
        """Those of the texts that sound like a side story."""
        if not texts:
            return set()
        vectors = np.stack([read[text].vector for text in texts])
        shares = self._trained.stories.predict_proba(vectors)[:, 1]
        return {text for text, share in zip(texts, shares, strict=True) if share >= _STORY}

    def _combined(self, vectors: Vectors, words: Probabilities) -> Probabilities:
        meaning = self._trained.meaning.predict_proba(vectors)
        logits = _MEANING * np.log(meaning + _FLOOR) + _WORDS * np.log(words + _FLOOR)
        return _softmax(logits + self._weights)

    def save(self, folder: Path) -> None:
        """Write the trained parts into `folder`; the encoder is a package and stays there."""
        parts = {
            "counts": [without_vocabulary(one) for one in self._counts],
            "vocabularies": [vocabulary(one) for one in self._counts],
            "usual": self._speller.usual,
            **vars(self._trained),
        }
        skops.io.dump(parts, folder / _FILE)

    @classmethod
    def load(cls, encoder: SentenceEncoder, folder: Path) -> TopicModel:
        """Read what `save` wrote. Holds plain numbers and scikit-learn's own types, no code."""
        parts = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        for one, words in zip(parts["counts"], parts["vocabularies"], strict=True):
            set_vocabulary(one, words)
        speller = Speller(parts["usual"], encoder.words())
        trained = Trained(parts["meaning"], parts["words"], parts["stories"])
        return cls(encoder, parts["counts"], trained, speller)


def _spelled(text: str, speller: Speller) -> str:
    """`text` as it is compared: in one spelling, slips mended, without greeting and denial.

    And without marks: many type none, and what was asked is the same.
    """
    mended = speller.mended(normalise(without_tags(text)))
    return without_marks(without_denial(without_salutation(mended)))


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


def _softmax(logits: Probabilities) -> Probabilities:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Probabilities = powers / powers.sum(axis=1, keepdims=True)
    return shares
