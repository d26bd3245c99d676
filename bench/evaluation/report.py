"""What was measured, put together as page, plots, plain figures and parts of the documentation."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.evaluation import plots, tables
from bench.evaluation.classifier import CrossValidation, accuracy, bins, confusions, retrievals
from bench.evaluation.figures import Share, by_topic, failures
from bench.evaluation.measure import Run
from bench.evaluation.publish import markdown, write_page
from bench.evaluation.samples import Sample
from bench.evaluation.tables import Table
from bench.pages import write_part

CALIBRATION, TOPICS, CONFUSIONS = "calibration.png", "topics.png", "confusions.png"
PLOTS = (
    (TOPICS, "Accuracy by topic, drawn"),
    (CALIBRATION, "Confidence, drawn"),
    (CONFUSIONS, "Confusions, drawn"),
)
PAIRS_IN_DOCS, PAIRS_ON_PAGE = 15, 60
IN_README = (
    "first_reply_right",
    "asked_back",
    "all_labels_answered",
    "out_of_scope_recall",
    "out_of_scope_precision",
    "ordinary_as_urgent",
)


@dataclass(frozen=True)
class Validation:
    """The labelled messages, what was answered, and what was answered when they were changed."""

    samples: list[Sample]
    plain: Run
    changed: Mapping[str, Run]

    def right_by_topic(self) -> dict[str, Share]:
        """First replies right, by topic."""
        return by_topic(self.samples, self.plain.outcomes)

    def changed_figures(self) -> dict[str, dict[str, Share]]:
        """The figures of each change."""
        return {name: run.figures for name, run in self.changed.items()}


@dataclass(frozen=True)
class Report:
    """All that was measured; `validation` is None where there are no labelled messages."""

    summary: str
    classifier: CrossValidation
    megabytes: float
    validation: Validation | None

    def overview(self) -> list[Table]:
        """The tables that tell most."""
        found = self.validation
        measured = (
            [
                tables.understanding(found.plain.figures),
                tables.robustness(found.plain.figures, found.changed_figures()),
                tables.times(found.plain),
            ]
            if found
            else []
        )
        return [*measured, tables.classifier(self.classifier, self.megabytes)]

    def by_topic(self) -> Table:
        """Every topic's accuracy."""
        right = self.validation.right_by_topic() if self.validation else {}
        return tables.topics(retrievals(self.classifier.guesses), right)

    def worst_pairs(self, count: int, *, examples: bool) -> Table:
        """The most frequent confusions."""
        return tables.pairs(confusions(self.classifier.guesses)[:count], examples=examples)


def write_local(report: Report, folder: Path) -> None:
    """Write the page index.html with its plots, and figures.json, into the folder."""
    guesses, found = report.classifier.guesses, report.validation
    _draw(report, folder)
    plots.draw_confusions(guesses, folder / CONFUSIONS)
    shown = [
        *report.overview(),
        *([tables.failed(failures(found.samples, found.plain.outcomes))] if found else []),
        report.worst_pairs(PAIRS_ON_PAGE, examples=True),
        tables.calibration(bins(guesses)),
        report.by_topic(),
    ]
    write_page(folder / "index.html", summary=report.summary, tables=shown, plots=PLOTS)
    (folder / "figures.json").write_text(json.dumps(_plain(report), indent=1), "utf-8")


def write_docs(report: Report, page: Path, readme: Path) -> None:
    """Write the marked parts of both pages, and the page's plots into a folder named after it.

    What was not measured stays as it is.
    """
    _draw(report, page.with_suffix(""))
    if report.validation:
        found = report.validation.plain.figures
        *measured, _ = report.overview()
        write_part(page, "validation", "\n\n".join([report.summary, *map(markdown, measured)]))
        write_part(readme, "understanding", f"{_short(found)}\n\n{report.summary}")
    guesses = report.classifier.guesses
    parts = [
        tables.classifier(report.classifier, report.megabytes),
        tables.calibration(bins(guesses)),
        report.worst_pairs(PAIRS_IN_DOCS, examples=False),
        report.by_topic(),
    ]
    write_part(page, "classifier", "\n\n".join([report.summary, *map(markdown, parts)]))


def _draw(report: Report, folder: Path) -> None:
    guesses = report.classifier.guesses
    right = report.validation.right_by_topic() if report.validation else {}
    plots.draw_calibration(bins(guesses), folder / CALIBRATION)
    plots.draw_topics(retrievals(guesses), right, folder / TOPICS)


def _short(found: Mapping[str, Share]) -> str:
    """The figures of the README, without their intervals."""
    rows = [
        (tables.AIMS[name].title, f"{found[name].value:.1%}", tables.AIMS[name].words())
        for name in IN_README
    ]
    return markdown(Table("", ("", "measured", "target"), rows), level=0)


def _plain(report: Report) -> dict[str, Any]:
    """The figures for other programs."""
    runs = (
        {"plain": report.validation.plain.figures} | report.validation.changed_figures()
        if report.validation
        else {}
    )
    guesses = report.classifier.guesses
    return {
        "summary": report.summary,
        "api": {
            run: {
                name: {**asdict(share), "value": round(share.value, 4)}
                for name, share in found.items()
            }
            for run, found in runs.items()
        },
        "classifier": {
            "training_messages": len(guesses),
            "first_right": round(accuracy(guesses).value, 4),
            "within_three": round(accuracy(guesses, 3).value, 4),
            "training_seconds": round(report.classifier.training_seconds, 1),
            "model_megabytes": round(report.megabytes, 2),
        },
    }
