"""The plots of docs/performance.md, as PNG files."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from bench.evaluation.plots import BLUE, GREY, ORANGE, save
from bench.performance.measuring import Cost

COLOURS = (BLUE, ORANGE, GREY, "#5b8c5a")


def draw_length(found: Mapping[str, Sequence[Cost]], path: Path) -> None:
    """Time of a message against its number in one long conversation; the median of ten."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for (name, costs), colour in zip(found.items(), COLOURS, strict=False):
        times = [ms for ms, _ in costs]
        numbers = range(0, len(times) - 9, 10)
        medians = [sorted(times[first : first + 10])[5] for first in numbers]
        axes.plot([first + 5 for first in numbers], medians, color=colour, label=name)
    axes.set(xlabel="number of the message in its conversation", ylabel="ms a message")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=GREY, alpha=0.4)
    axes.legend(frameon=False)
    save(figure, path)


def draw_rates(found: Mapping[str, Mapping[int, float]], path: Path) -> None:
    """Messages a second against the number of conversations at once."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for (name, rates), colour in zip(found.items(), COLOURS, strict=False):
        axes.plot(list(rates), list(rates.values()), color=colour, marker="o", label=name)
    axes.set(xlabel="conversations at once", ylabel="messages a second")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=GREY, alpha=0.4)
    axes.legend(frameon=False)
    save(figure, path)
