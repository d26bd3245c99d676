"""Cross-validation of the topic classifier, as JSON: runs in the brain environment.

.venv/brain/bin/python -m bench.evaluation.folds --folds 5
"""

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.nlu import SEED, RememberingEncoder, cross_validated, reader, training_messages
from bot.nlu.embedding import SentenceEncoder
from bot.nlu.topic_model import TopicModel

GUESSES = 3
TIMED = 400


def main() -> None:
    """Print one JSON object; classifier.py tells what is in it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--folds", type=int, default=5)
    arguments.add_argument("--output", type=Path, help="a file instead of standard output")
    options = arguments.parse_args()
    texts, topics = training_messages()
    result = {
        "folds": options.folds,
        **guessed(texts, topics, options.folds),
        **timed(texts, topics),
    }
    output = json.dumps(result)
    if options.output:
        options.output.write_text(output, encoding="utf-8")
    else:
        sys.stdout.write(output)


def guessed(texts: list[str], topics: list[str], folds: int) -> dict[str, Any]:
    """For every training message the likeliest topics by a model that has not seen it."""
    probabilities, names, _ = cross_validated(RememberingEncoder(), texts, topics, folds)
    order = np.argsort(-probabilities, axis=1)[:, :GUESSES]
    rows = zip(texts, topics, order, probabilities, strict=True)
    return {
        "guesses": [
            {
                "text": text,
                "topic": topic,
                "topics": [names[place] for place in places],
                "confidence": round(float(row[places[0]]), 4),
            }
            for text, topic, places, row in rows
        ]
    }


def timed(texts: list[str], topics: list[str]) -> dict[str, Any]:
    """Seconds to train, and milliseconds of CPU for each of some messages, split and ranked."""
    began = time.perf_counter()
    model = TopicModel.fit(SentenceEncoder(), texts, topics, SEED)
    seconds = time.perf_counter() - began
    understand = reader(model)
    chosen = random.Random(SEED).sample(texts, min(TIMED, len(texts)))
    understand(chosen[0])
    milliseconds = []
    for text in chosen:
        start = time.process_time()
        understand(text)
        milliseconds.append((time.process_time() - start) * 1000)
    return {"training_seconds": seconds, "milliseconds": milliseconds}


if __name__ == "__main__":
    main()
