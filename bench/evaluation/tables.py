"""The tables of the report: what is measured, what was aimed at, and whether it was reached."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.evaluation.classifier import (
    Bin,
    Confusion,
    CrossValidation,
    Retrieval,
    accuracy,
    bins,
    calibration_gap,
)
from bench.evaluation.figures import Answered, Share, loss, quantile
from bench.evaluation.measure import Run


@dataclass(frozen=True)
class Table:
    """A title, the head of each column, and rows of text."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Aim:
    """A figure's words, and the share it should reach or must not exceed."""

    title: str
    at_least: float | None = None
    at_most: float | None = None

    def words(self) -> str:
        """The target as the report names it."""
        if self.at_least is not None:
            return f"at least {self.at_least:.0%}" if self.at_least < 1 else "all"
        if self.at_most is not None:
            return f"at most {self.at_most:.0%}" if self.at_most else "none"
        return ""

    def met(self, value: float) -> str:
        """Whether the value is as aimed at; empty without a target."""
        if self.at_least is not None:
            return "yes" if value >= self.at_least else "no"
        if self.at_most is not None:
            return "yes" if value <= self.at_most else "no"
        return ""


AIMS: Mapping[str, Aim] = {
    "first_reply_right": Aim("first reply about what was asked", at_least=0.92),
    "asked_back": Aim("asked which subject was meant", at_most=0.06),
    "asked_back_with_the_right_button": Aim("... and the right one was among the buttons"),
    "all_labels_answered": Aim("subjects answered, of all that were raised", at_least=0.88),
    "a_reply_too_many": Aim("messages with a reply nobody asked for"),
    "out_of_scope_recall": Aim("out of scope: recall", at_least=0.85),
    "out_of_scope_precision": Aim("out of scope: precision", at_least=0.85),
    "ordinary_as_urgent": Aim("ordinary messages answered as urgent", at_most=0.0),
    "look_alike_first_reply_right": Aim("look-alikes: first reply about what was asked"),
    "look_alike_as_urgent": Aim("look-alikes answered as urgent", at_most=0.03),
    "red_flag_as_urgent": Aim("red flags answered as urgent or above", at_least=0.98),
    "red_flag_level_right": Aim("red flags with the right level", at_least=0.90),
    "emergency_as_emergency": Aim("emergencies answered as emergencies", at_least=1.0),
}
CHANGES: Mapping[str, Aim] = {
    "typing_errors": Aim("one or two typing errors", at_most=4),
    "upper_case": Aim("capitals", at_most=2),
    "no_punctuation": Aim("no punctuation", at_most=2),
    "greeting": Aim("a greeting before it", at_most=2),
    "side_story": Aim("a side story after it", at_most=2),
}
CHANGED_FIGURES: Mapping[str, str] = {
    "all_labels_answered": "subjects answered",
    "look_alike_as_urgent": "look-alikes as urgent",
    "red_flag_as_urgent": "red flags found",
}
MAX_MS, MAX_MB, MAX_SECONDS = 20, 60, 90


def understanding(found: Mapping[str, Share]) -> Table:
    """Every figure beside its target."""
    head = ("", "measured", "messages", "95% interval", "target", "met")
    rows = [
        (
            aim.title,
            f"{found[name].value:.1%}",
            f"{found[name].hits} of {found[name].total}",
            "{:.0%} to {:.0%}".format(*found[name].interval),
            aim.words(),
            aim.met(found[name].value),
        )
        for name, aim in AIMS.items()
    ]
    return Table("Through the public API", head, rows)


def robustness(plain: Mapping[str, Share], changed: Mapping[str, Mapping[str, Share]]) -> Table:
    """What each change of the messages costs."""
    head = ("", "first reply right", "points lost", "target", "met", *CHANGED_FIGURES.values())
    rows = [("as it is", _percent(plain["first_reply_right"]), "", "", "", *_others(plain))]
    for name, found in changed.items():
        aim = CHANGES[name]
        lost = loss(plain["first_reply_right"], found["first_reply_right"])
        rows.append(
            (
                aim.title,
                _percent(found["first_reply_right"]),
                f"{lost:.1f}",
                f"at most {aim.at_most}",
                aim.met(lost),
                *_others(found),
            )
        )
    return Table("The same messages, typed otherwise", head, rows)


def times(run: Run) -> Table:
    """Milliseconds a message through the API."""
    values = [outcome.milliseconds for outcome in run.outcomes]
    row = (f"{quantile(values, 0.5):.0f}", f"{quantile(values, 0.95):.0f}")
    return Table("Milliseconds a message, all processes", ("median", "p95"), [row])


def classifier(result: CrossValidation, megabytes: float) -> Table:
    """Cross-validation in one table, with what training and a message cost."""
    first, three = (accuracy(result.guesses, within) for within in (1, 3))
    p50, p95 = (quantile(result.milliseconds, share) for share in (0.5, 0.95))
    gap = calibration_gap(bins(result.guesses))
    seconds = result.training_seconds
    rows = [
        ("training messages", f"{len(result.guesses):,}", ""),
        (f"first guess right, {result.folds}-fold", _percent(first), ""),
        ("right one among the first three", _percent(three), ""),
        ("distance of confidence and accuracy", f"{100 * gap:.1f} points", ""),
        ("CPU of a message, median", f"{p50:.1f} ms", ""),
        ("CPU of a message, p95", f"{p95:.1f} ms", f"under {MAX_MS} ms"),
        ("model file", f"{megabytes:.1f} MB", f"under {MAX_MB} MB"),
        ("training of the classifier", f"{seconds:.0f} s", f"under {MAX_SECONDS} s"),
    ]
    return Table("The classifier on its own", ("", "measured", "target"), rows)


def calibration(found: Sequence[Bin]) -> Table:
    """How often the classifier is right when it is so sure."""
    rows = [(f"{one.confidence:.0%}", f"{one.accuracy:.0%}", f"{one.count:,}") for one in found]
    return Table("When it is this sure", ("confidence", "right", "messages"), rows)


def topics(found: Mapping[str, Retrieval], validation: Mapping[str, Share]) -> Table:
    """Each topic in cross-validation and, where it was measured, through the API."""
    head = ("topic", "messages", "found", "right when said", "first reply right, validation")
    rows = [
        (
            f"`{topic}`",
            str(one.recall.total),
            f"{one.recall.value:.0%}",
            f"{one.precision.value:.0%}",
            _of(validation.get(topic)),
        )
        for topic, one in found.items()
    ]
    return Table("Accuracy by topic", head, rows)


def pairs(found: Iterable[Confusion], *, examples: bool) -> Table:
    """The worst confusions; with examples from the training data, if wanted."""
    head = ("topic", "taken for", "messages", *(("the surest ones",) if examples else ()))
    rows = [
        (
            f"`{one.topic}`",
            f"`{one.taken_for}`",
            str(one.count),
            *(("\n".join(one.examples),) if examples else ()),
        )
        for one in found
    ]
    return Table("Worst confusions in cross-validation", head, rows)


def failed(found: Iterable[Answered]) -> Table:
    """What went wrong, by number: the messages themselves stay in their own files."""
    head = ("set", "line", "expected", "would do", "answered", "urgency")
    rows = [
        (
            sample.set,
            str(sample.number),
            ", ".join(sample.topics) or str(sample.level or "not urgent"),
            ", ".join(sample.also_ok),
            ", ".join(outcome.topics) or "nothing",
            str(outcome.urgency),
        )
        for sample, outcome in found
    ]
    return Table("Messages that failed", head, rows)


def _percent(share: Share) -> str:
    return f"{share.value:.1%}"


def _others(found: Mapping[str, Share]) -> tuple[str, ...]:
    return tuple(_percent(found[name]) for name in CHANGED_FIGURES)


def _of(share: Share | None) -> str:
    return f"{share.hits} of {share.total}" if share else ""
