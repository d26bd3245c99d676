"""bot.nlu.embedding: multiplying in int8 changes little, and company nothing."""

import unittest

import numpy as np
import onnxruntime

from bot.nlu import embedding

TEXTS = (
    "can i run tomorrow?",
    "my ankle is a bit puffy and there is a bruise the size of a plum, is that normal",
    "price",
)


class Encoder(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.encoder = embedding.SentenceEncoder()

    def test_vectors_are_nearly_those_of_the_model_in_floats(self) -> None:
        content = embedding._verified(*embedding._MODEL, embedding._MODEL_SHA256)
        floats = embedding.SentenceEncoder()
        floats._session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        likeness = (self.encoder.encode(TEXTS) * floats.encode(TEXTS)).sum(axis=1)
        self.assertGreater(likeness.min(), 0.98)
        # They are other vectors all the same: the fast way is in use.
        self.assertLess(likeness.max(), 0.9999)

    def test_no_texts_have_no_vectors(self) -> None:
        self.assertEqual(self.encoder.encode([]).shape, (0, embedding.DIMENSIONS))

    def test_a_vector_does_not_depend_on_the_texts_beside_it(self) -> None:
        together = self.encoder.encode(TEXTS)
        many = self.encoder.encode(TEXTS * 200)
        for place, text in enumerate(TEXTS):
            alone = self.encoder.encode([text])[0]
            self.assertTrue(np.array_equal(alone, together[place]))
            self.assertTrue(np.array_equal(alone, many[place]))
