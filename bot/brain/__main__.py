"""Rasa's command line with our changes put in first. Run as python -m bot.brain run ...

The arguments are those of `rasa`. What is changed, and why, stands in the modules imported here;
but for `whole_turns` each changes how long something takes, and nothing else.
"""

import logging
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

# The first of all: to list what it trusts it looks for each function of NumPy and SciPy through all
# modules that were imported before, which takes 3 s once Rasa's were.
import skops.io  # noqa: F401

from bot.brain import (
    action_call,
    graph_order,
    looked_up_once,
    memory,
    response_validation,
    rule_lookup,
    whole_turns,
    without_tensorflow,
)
from bot.checksums import ChecksumError, require_checksum

CONFIG = Path(__file__).parents[2] / "config.yml"


def main() -> None:
    """Put the changes in, then hand over to Rasa. Does not return."""
    # Before anything of it is loaded: a model file holds objects that Python makes while reading.
    try:
        require_own_model(sys.argv[1:])
    except ChecksumError as error:
        sys.exit(str(error))
    without_tensorflow.leave_out(CONFIG)  # the first, as all others import Rasa
    put_in()
    # Rasa would keep conversations in memory, and say so in a warning, if this could not be loaded.
    from rasa.__main__ import main as rasa_main  # noqa: PLC0415  # slow to import, and last

    import bot.brain.tracker_store  # noqa: F401, PLC0415

    # Rasa sets the level of its own loggers, not of ours.
    logging.getLogger("bot").setLevel(os.environ.get("LOG_LEVEL") or "INFO")

    rasa_main()


def require_own_model(arguments: Sequence[str]) -> None:
    """Return if the file after --model, if there is one, is as trained. Raises ChecksumError."""
    for name, value in pairwise(arguments):
        if name in {"-m", "--model"}:
            require_checksum(_model(Path(value)), "Train it again: remove it, then make train.")


def _model(path: Path) -> Path:
    """Return the file itself; of a folder Rasa takes the newest model."""
    found = path.glob("*.tar.gz") if path.is_dir() else ()
    return max(found, key=os.path.getctime, default=path)


def put_in() -> None:
    """Put in what is changed; each of these is undone by deleting its line."""
    response_validation.compile_once()
    action_call.keep_sessions()
    action_call.leave_out_events()
    graph_order.order_once()
    rule_lookup.remember_rules()
    rule_lookup.leave_out_text()
    looked_up_once.event_types()
    looked_up_once.empty_domain()
    memory.tidy_after_loading()
    whole_turns.fail_without_tracker()


if __name__ == "__main__":
    main()
