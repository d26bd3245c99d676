"""bot.nlu.word_counts: the shares are those of scikit-learn, also when read from a file again."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import skops.io
from scipy.sparse import hstack
from sklearn.linear_model import SGDClassifier

from bot.nlu.word_counts import (
    WordCounts,
    count_features,
    fitted,
    set_vocabulary,
    vocabulary,
    without_vocabulary,
)

LEARNED = {
    "cost": ("how much is a session", "what is the price of one session", "price please"),
    "pain": ("does it hurt", "is it painful", "how much does it hurt, one to ten"),
    "run": ("can i run tomorrow", "when can i run again", "running after the session"),
}
TEXTS = [text for several in LEARNED.values() for text in several]
# The last ones have nothing that was learned, or nothing at all.
ASKED = [*TEXTS, "how much does it hurt to run?", "price", "price price price", "zzz qqq", ""]


class SameShares(unittest.TestCase):
    def setUp(self) -> None:
        topics = [topic for topic, several in LEARNED.items() for _ in several]
        self.counts = count_features()
        self.classifier = SGDClassifier(loss="log_loss", alpha=1e-3, random_state=1)
        self.classifier.fit(fitted(self.counts, TEXTS), topics)
        self.ours = WordCounts(self.counts, self.classifier).shares(ASKED)

    def test_the_shares_are_those_of_the_library(self) -> None:
        counted = hstack([one.transform(ASKED) for one in self.counts])
        theirs = self.classifier.predict_proba(counted)
        np.testing.assert_allclose(self.ours, theirs, rtol=1e-5)
        # They tell the topics apart: equal shares for everything would prove nothing.
        self.assertGreater(theirs.max(axis=1)[: len(TEXTS)].min(), 0.5)

    def test_they_are_the_same_from_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "counts.skops"
            bare = [without_vocabulary(one) for one in self.counts]
            skops.io.dump((bare, [vocabulary(one) for one in self.counts]), file)
            read, words = skops.io.load(file, trusted=["scipy.sparse._csr.csr_matrix"])
        for one, its in zip(read, words, strict=True):
            set_vocabulary(one, its)
        again = WordCounts(read, self.classifier).shares(ASKED)
        np.testing.assert_array_equal(again, self.ours)
        # What is trained goes on: nothing was taken from it.
        self.assertTrue(all(one.vocabulary_ for one in self.counts))
