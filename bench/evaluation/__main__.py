"""How well messages are understood: the command behind `make evaluate`.

    python -m bench.evaluation             measures, and writes the report
    python -m bench.evaluation --local     leaves README.md and docs/ as they are

Sends every labelled message to the real processes, once as it is and again with typing errors and
the like, and cross-validates the classifier on the training data. Writes tables into
docs/evaluation.md and README.md, and a page with plots and with the lines of the messages that
failed into var/evaluation. Without the labelled messages only the classifier is measured.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.evaluation.asking import assistant
from bench.evaluation.classifier import accuracy, cross_validate
from bench.evaluation.disturb import changes
from bench.evaluation.measure import DRAWS, changed_run, plain_run
from bench.evaluation.publish import plain
from bench.evaluation.report import Report, Validation, write_docs, write_local
from bench.evaluation.samples import FOLDER, ROOT, load, missing
from bench.performance.processes import machine
from bot.cli.model import ensure_model
from bot.cli.progress import Step, StepError
from bot.settings import load_settings

DOCS = ROOT / "docs" / "evaluation.md"
README = ROOT / "README.md"


def main() -> None:
    """Measure, write, and print the overview."""
    options = _options()
    state = load_settings().state_dir
    try:
        report = _measure(options, state / "log")
    except StepError as error:
        sys.exit(f"\nerror: {error}")
    write_local(report, state / "evaluation")
    if not options.local:
        write_docs(report, DOCS, README)
    for table in report.overview():
        print(f"\n{plain(table)}")
    print(f"\n{report.summary}\nThe report is {(state / 'evaluation' / 'index.html').resolve()}")


def _options() -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    options.add_argument("--local", action="store_true", help="leave README.md and docs/ alone")
    options.add_argument("--validation", type=Path, default=FOLDER, help="the labelled messages")
    options.add_argument("--folds", type=int, default=5, help="of the cross-validation")
    options.add_argument("--draws", type=int, default=DRAWS, help="of each change with chance")
    return options.parse_args()


def _measure(options: argparse.Namespace, logs: Path) -> Report:
    model = ensure_model(logs)
    validation = _validate(options.validation, options.draws)
    with Step("cross-validation", "training") as step:
        result = cross_validate(options.folds, logs)
        step.result = f"{accuracy(result.guesses).value:.1%} right"
    today = datetime.now(UTC).date().isoformat()
    count = len(result.guesses)
    summary = f"Measured on {today} with {count:,} training messages, on {machine()}."
    return Report(summary, result, model.stat().st_size / 1e6, validation)


def _validate(folder: Path, draws: int) -> Validation | None:
    """Ask the running assistant everything; None, said plainly, without labelled messages."""
    absent = missing(folder)
    if absent:
        names = ", ".join(path.name for path in absent)
        print(f"  Skipped: all that goes through the public API. Not in {folder}: {names}.")
        print("  Measured: the classifier, by cross-validation on the training data.")
        return None
    samples = load(folder)
    with assistant() as http:
        with Step("messages", "asking") as step:
            as_typed = plain_run(http, samples)
            step.result = f"{as_typed.figures['first_reply_right'].value:.1%} right"
        changed = {}
        for name in changes():
            with Step(name.replace("_", " "), "asking") as step:
                changed[name] = changed_run(http, samples, name, draws)
                step.result = f"{changed[name].figures['first_reply_right'].value:.1%} right"
    return Validation(samples, as_typed, changed)


if __name__ == "__main__":
    main()
