"""The plots of the report, as PNG files."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from PIL import Image

from bench.evaluation.classifier import Bin, Guess, Retrieval
from bench.evaluation.figures import Share

BLUE, ORANGE, GREY = "#2f6690", "#d1603d", "#9aa5b1"
DOTS, COLOURS = 80, 48


def draw_calibration(found: Sequence[Bin], path: Path) -> None:
    """Confidence against the share that is right; the dots' sizes are the numbers of messages."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    largest = max(one.count for one in found)
    sizes = [20 + 280 * one.count / largest for one in found]
    sure, right = [one.confidence for one in found], [one.accuracy for one in found]
    axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
    axes.plot(sure, right, color=BLUE, linewidth=1)
    axes.scatter(sure, right, s=sizes, color=BLUE)
    axes.set(xlabel="confidence", ylabel="right", xlim=(0, 1.03), ylim=(0, 1.03), aspect="equal")
    axes.set_title("Confidence in cross-validation", fontsize=10)
    save(figure, path)


def draw_topics(
    found: Mapping[str, Retrieval], validation: Mapping[str, Share], path: Path
) -> None:
    """Each topic's share found, the best at the top; dots are first replies on validation."""
    ordered = sorted(found, key=lambda topic: (found[topic].recall.value, topic))
    figure = Figure(figsize=(7, 0.17 * len(ordered) + 1), layout="constrained")
    axes = figure.subplots()
    axes.barh(ordered, [found[t].recall.value for t in ordered], color=BLUE, height=0.7)
    measured = [topic for topic in ordered if topic in validation]
    if measured:
        shares = [validation[topic].value for topic in measured]
        axes.scatter(shares, measured, s=14, color=ORANGE, zorder=3)
    axes.tick_params(axis="y", labelsize=7)
    axes.set(xlim=(0, 1.02), ylim=(-0.8, len(ordered) - 0.2))
    axes.grid(axis="x", color=GREY, alpha=0.4)
    axes.set_axisbelow(True)
    axes.set_title(
        "Right by topic: cross-validation (bars), validation (dots)", fontsize=10, loc="left"
    )
    save(figure, path)


def draw_confusions(guesses: Sequence[Guess], path: Path) -> None:
    """Which topic was taken for which, as shares of a topic's messages; topics by data file."""
    names = list(dict.fromkeys(guess.topic for guess in guesses))
    place = {name: number for number, name in enumerate(names)}
    counts = [[0.0] * len(names) for _ in names]
    for guess in guesses:
        counts[place[guess.topic]][place[guess.topics[0]]] += 1
    shares = [[count / (sum(row) or 1) for count in row] for row in counts]
    figure = Figure(figsize=(15, 15), layout="constrained")
    axes = figure.subplots()
    # The root shows the rare confusions beside the frequent right answers.
    image = axes.imshow(shares, cmap="Blues", norm=PowerNorm(0.5, 0, 1))
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set(xlabel="taken for", ylabel="topic")
    figure.colorbar(image, ax=axes, shrink=0.5, label="share of the topic's messages")
    save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as a small PNG file."""
    # A palette makes a third of the bytes; without the library's version equal plots are equal.
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=DOTS, metadata={"Software": None})
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(path, optimize=True)
