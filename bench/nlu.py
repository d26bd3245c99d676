"""How well and how fast messages are understood: .venv/brain/bin/python -m bench.nlu [--folds 5].

Trains on data/nlu as `rasa train` does, and measures on messages kept apart (default: the
validation folder beside the project, skipped if missing), on folds of the training data, and on
our own messages in tests/nlu.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml
from sklearn.model_selection import StratifiedKFold

from bot.nlu.embedding import SentenceEncoder, Vectors
from bot.nlu.second_subjects import load_weights, subjects_of
from bot.nlu.segments import segments
from bot.nlu.spacy_model import load_parser
from bot.nlu.subjects import Subject
from bot.nlu.topic_model import TopicModel

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
OUT_OF_SCOPE = "out_of_scope"
OWN = ("subjects", "voices", "breaths", "evenings")
UNSURE = (0.2, 0.3, 0.4, 0.5)


@dataclass(frozen=True)
class Row:
    """A labelled message: every topic it raises, and others that would do as a first answer."""

    text: str
    topics: list[str]
    also: list[str]


class RememberingEncoder(SentenceEncoder):
    """Encodes each text once, so that folds do not pay for it again."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder does; new texts only."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def main() -> None:
    """Print one line a measurement."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--folds", type=int, default=5, help="0 leaves cross-validation out")
    arguments.add_argument("--validation", type=Path, default=ROOT.parent / "shared/validation")
    options = arguments.parse_args()
    texts, topics = training_messages()
    print(f"{'training':<22}{len(texts)} messages, {len(set(topics))} intents")
    encoder = RememberingEncoder()
    began = time.perf_counter()
    model = TopicModel.fit(encoder, texts, topics, SEED)
    print(f"{'time to train':<22}{time.perf_counter() - began:.1f} s")
    if options.folds:
        print_ranking("cross-validation", *cross_validated(encoder, texts, topics, options.folds))
    understand = reader(TopicModel.fit(SentenceEncoder(), texts, topics, SEED))
    for name in OWN:
        rows = load_yaml(f"tests/nlu/{name}.yml")
        own = [Row(r["text"], r["topics"], r.get("also", [])) for r in rows]
        print_subjects(name, own, understand)
    for name in ("messages", "look_alikes"):
        path = options.validation / f"{name}.jsonl"
        if not path.exists():
            print(f"{name:<22}skipped: {path} is missing")
            continue
        rows = labelled(path)
        probabilities = model.probabilities([row.text for row in rows])
        print_ranking(name, probabilities, model.topics, [row.topics + row.also for row in rows])
        print_subjects(name, rows, understand)


def training_messages() -> tuple[list[str], list[str]]:
    """Texts and their intents, in the order of the files."""
    pairs = [
        (line.removeprefix("- "), entry["intent"])
        for path in sorted((ROOT / "data/nlu").glob("*.yml"))
        for entry in yaml.safe_load(path.read_text())["nlu"]
        for line in entry["examples"].strip().splitlines()
    ]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def load_yaml(path: str) -> Any:
    """The content of a YAML file of the project."""
    return yaml.safe_load((ROOT / path).read_text())


def labelled(path: Path) -> list[Row]:
    """The rows of a JSON-lines file that name their topics."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [Row(r["text"], r["topics"], r.get("also_ok", [])) for r in rows if r.get("topics")]


def cross_validated(
    encoder: SentenceEncoder, texts: list[str], topics: list[str], folds: int
) -> tuple[npt.NDArray[Any], list[str], list[list[str]]]:
    """Probabilities for each training message from a model that has not seen it."""
    names = sorted(set(topics))
    probabilities = np.zeros((len(texts), len(names)))
    splitter = StratifiedKFold(folds, shuffle=True, random_state=SEED)
    for learned, held in splitter.split(texts, topics):
        model = TopicModel.fit(
            encoder, [texts[i] for i in learned], [topics[i] for i in learned], SEED
        )
        probabilities[held] = model.probabilities([texts[i] for i in held])
    return probabilities, names, [[topic] for topic in topics]


def print_ranking(
    name: str, probabilities: npt.NDArray[Any], topics: list[str], wanted: list[list[str]]
) -> None:
    """First answer right, within three, and how far confidence is from the share that is right."""
    order = np.argsort(-probabilities, axis=1)[:, :3]
    first = np.array([topics[row[0]] in want for row, want in zip(order, wanted, strict=True)])
    three = [any(topics[i] in want for i in row) for row, want in zip(order, wanted, strict=True)]
    gap = calibration_gap(probabilities.max(axis=1), first)
    print(
        f"{name:<22}whole message: first {first.mean():.3f}, within three {np.mean(three):.3f}, "
        f"calibration gap {gap:.3f}"
    )
    print_out_of_scope([topics[row[0]] for row in order], wanted)
    print_unsure(probabilities.max(axis=1), first)


def print_out_of_scope(said: list[str], wanted: list[list[str]]) -> None:
    """Of the messages that are out of scope, those found; of those said to be, the right ones."""
    found = [topic == OUT_OF_SCOPE for topic in said]
    real = [OUT_OF_SCOPE in want for want in wanted]
    both = sum(f and r for f, r in zip(found, real, strict=True))
    print(f"{'':<22}out of scope: found {both} of {sum(real)}, said {sum(found)} times")


def print_unsure(confidence: npt.NDArray[Any], right: npt.NDArray[Any]) -> None:
    """How many answers are less sure than a limit, and how many of those are right."""
    cells = []
    for limit in UNSURE:
        below = confidence < limit
        accuracy = f"{right[below].mean():.2f}" if below.any() else "-"
        cells.append(f"<{limit}: {below.mean():.3f} ({accuracy} right)")
    print(f"{'':<22}confidence {', '.join(cells)}")


def calibration_gap(confidence: npt.NDArray[Any], right: npt.NDArray[Any]) -> float:
    """Mean distance of confidence and accuracy over ten bins, weighted by their size."""
    bins = np.clip((confidence * 10).astype(int), 0, 9)
    gaps = (
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in set(bins.tolist())
    )
    return float(sum(gaps))


def reader(model: TopicModel) -> Callable[[str], list[Subject]]:
    """What the pipeline does with a message, without Rasa around it."""
    parser, weights = load_parser(), load_weights()

    def understand(text: str) -> list[Subject]:
        return subjects_of(model.read(text, segments(text, parser)), weights)

    return understand


def print_subjects(name: str, rows: list[Row], understand: Callable[[str], list[Subject]]) -> None:
    """First reply right, all topics answered, replies too many; milliseconds of CPU a message."""
    first = complete = recalled = extra = 0
    times, said, confidence, rights = [], [], [], []
    for row in rows:
        began = time.process_time()
        subjects = understand(row.text)
        got = [subject.topic for subject in subjects]
        times.append((time.process_time() - began) * 1000)
        good = row.topics + row.also
        first += got[0] in good
        said.append(got[0])
        confidence.append(subjects[0].confidence)
        rights.append(got[0] in good)
        complete += set(row.topics) <= set(got) or (len(row.topics) == 1 and got[0] in good)
        recalled += len(set(row.topics) & set(got))
        extra += any(topic not in good for topic in got[1:])
    labels = sum(len(row.topics) for row in rows)
    cuts = statistics.quantiles(times, n=20)
    print(
        f"{'':<22}subjects: first {first / len(rows):.3f}, "
        f"all answered {complete / len(rows):.3f}, labels {recalled / labels:.3f}, "
        f"a reply too many {extra / len(rows):.3f}, "
        f"p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms  ({name}, {len(rows)})"
    )
    print_out_of_scope(said, [row.topics + row.also for row in rows])
    print_unsure(np.array(confidence), np.array(rights))


if __name__ == "__main__":
    main()
