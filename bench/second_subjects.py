"""Weights of second subjects: .venv/brain/bin/python -m bench.second_subjects [--write].

Fits bot/nlu/second_subjects.yml on our own messages in tests/nlu, as they are, with a side story
and without punctuation. Prints what each pair of limits gives, on every set with weights that were
fitted on the other sets; the limits in use stay, they are changed in the file by hand.
"""

import argparse
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from bench.nlu import OWN, ROOT, SEED, Row, load_yaml, training_messages
from bot.nlu.embedding import SentenceEncoder
from bot.nlu.second_subjects import Candidate, Weights, candidates, load_weights, subjects_of
from bot.nlu.segments import Parser, segments
from bot.nlu.spacy_model import load_parser
from bot.nlu.subjects import BESIDE, SAFETY, select
from bot.nlu.topic_model import Reading, TopicModel
from bot.nlu.variation import load_asides

# The share from which a topic is kept, and that from which one is added.
LIMITS = ((0.5, 0.72), (0.5, 0.76), (0.6, 0.72), (0.6, 0.76), (0.72, 0.72))
NOTE = "# Chosen by bench.second_subjects; what each sign is stands in second_subjects.py.\n"


@dataclass(frozen=True)
class Read:
    """A message, and how the classifiers read it."""

    row: Row
    reading: Reading


def main() -> None:
    """Print one line a limit and a way of typing; write the weights if asked to."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    model = TopicModel.fit(SentenceEncoder(), *training_messages(), SEED)
    parser = load_parser()
    read = {name: read_all(rows_of(name), model, parser) for name in OWN}
    judge(read)
    if options.write:
        in_use = load_weights()
        write(fitted(every(read.values()), in_use.keep, in_use.add))


def rows_of(name: str) -> list[Row]:
    """Our own messages of that name."""
    rows = load_yaml(f"tests/nlu/{name}.yml")
    return [Row(row["text"], row["topics"], row.get("also", [])) for row in rows]


def read_all(rows: Sequence[Row], model: TopicModel, parser: Parser) -> dict[str, list[Read]]:
    """The messages read in each way of typing them."""
    random, stories = Random(SEED), load_asides()["after"]
    ways = {
        "plain": rows,
        "side story": [
            Row(f"{row.text.rstrip('. ')}. {random.choice(stories)}", row.topics, row.also)
            for row in rows
        ],
        "no punctuation": [Row(unpunctuated(row.text), row.topics, row.also) for row in rows],
    }
    return {
        way: [Read(row, model.read(row.text, segments(row.text, parser))) for row in typed]
        for way, typed in ways.items()
    }


def unpunctuated(text: str) -> str:
    """The text without signs."""
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub("['’]", "", text)).split())


def every(read: Iterable[dict[str, list[Read]]]) -> list[Read]:
    """All messages of the sets, in every way of typing."""
    return [one for ways in read for typed in ways.values() for one in typed]


def fitted(messages: Sequence[Read], keep: float, add: float) -> Weights:
    """The weights that tell topics that were raised beside the first from others."""
    found = [(one, raised) for message in messages for one, raised in beside(message)]
    names = list(found[0][0].signs)
    signs = np.array([[one.signs[name] for name in names] for one, _ in found])
    spread = signs.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=2000, random_state=SEED)
    model.fit(signs / spread, [raised for _, raised in found])
    weights = model.coef_[0] / spread
    return Weights(
        round(float(model.intercept_[0]), 3),
        {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)},
        keep,
        add,
    )


def beside(message: Read) -> list[tuple[Candidate, bool]]:
    """Candidates other than the first topic, and whether they were asked about."""
    reading, row = message.reading, message.row
    heard = select(reading.text, reading.segments, reading.rankings)
    if heard[0].topic in BESIDE | SAFETY:
        return []
    return [
        (one, one.topic in row.topics)
        for one in candidates(reading, heard)
        # What would do as well is neither right nor wrong.
        if one.topic != heard[0].topic and one.topic not in row.also
    ]


def judge(read: dict[str, dict[str, list[Read]]]) -> None:
    """Print what each pair of limits gives, every set with weights fitted on the others."""
    for keep, add in LIMITS:
        weights = {
            name: fitted(every(ways for other, ways in read.items() if other != name), keep, add)
            for name in read
        }
        for way in next(iter(read.values())):
            messages = [(one, weights[name]) for name in read for one in read[name][way]]
            print(f"{keep:<6}{add:<6}{way:<16}{figures(messages)}")


def figures(messages: Sequence[tuple[Read, Weights]]) -> str:
    """First right, labels found, messages with a reply too many."""
    first = labels = found = extra = 0
    for message, weights in messages:
        row = message.row
        got = [subject.topic for subject in subjects_of(message.reading, weights)]
        first += got[0] in row.topics + row.also
        labels += len(row.topics)
        found += len(set(row.topics) & set(got))
        extra += any(topic not in row.topics + row.also for topic in got[1:])
    count = len(messages)
    return (
        f"first {first / count:.3f}, labels {found / labels:.3f}, "
        f"a reply too many {extra / count:.3f}  ({count})"
    )


def write(weights: Weights) -> None:
    """Write the weights where the assistant reads them."""
    content = {
        "keep": weights.keep,
        "add": weights.add,
        "bias": weights.bias,
        "signs": dict(weights.signs),
    }
    text = NOTE + yaml.safe_dump(content, sort_keys=False)
    (ROOT / "bot/nlu/second_subjects.yml").write_text(text)


if __name__ == "__main__":
    main()
