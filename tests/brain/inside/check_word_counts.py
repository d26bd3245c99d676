"""bot.nlu.word_counts: the shares are those of scikit-learn."""

import unittest

import numpy as np
from scipy.sparse import hstack
from sklearn.linear_model import SGDClassifier

from bot.nlu.word_counts import WordCounts, count_features, fitted

LEARNED = {
    "cost": ("how much is a session", "what is the price of one session", "price please"),
    "pain": ("does it hurt", "is it painful", "how much does it hurt, one to ten"),
    "run": ("can i run tomorrow", "when can i run again", "running after the session"),
}
# The last ones have nothing that was learned, or nothing at all.
ASKED = ("how much does it hurt to run?", "price", "price price price", "zzz qqq", "")


class SameShares(unittest.TestCase):
    def test_the_shares_are_those_of_the_library(self) -> None:
        texts = [text for several in LEARNED.values() for text in several]
        topics = [topic for topic, several in LEARNED.items() for _ in several]
        counts = count_features()
        classifier = SGDClassifier(loss="log_loss", alpha=1e-3, random_state=1)
        classifier.fit(fitted(counts, texts), topics)
        asked = [*texts, *ASKED]
        theirs = classifier.predict_proba(hstack([one.transform(asked) for one in counts]))
        ours = WordCounts(counts, classifier).shares(asked)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
        # They tell the topics apart: equal shares for everything would prove nothing.
        self.assertGreater(theirs.max(axis=1)[: len(texts)].min(), 0.5)
