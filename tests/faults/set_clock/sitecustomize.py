"""Sets the wall clock of a Python process while it runs: found first by PYTHONPATH.

The file CLOCK holds a number of seconds by which the clock is ahead (negative: behind). Monotonic
time goes on as it is, as it does when a machine's clock is set. Rasa's Python has no time-machine;
there only time.time is moved, by which it dates its events.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

CLOCK = Path(os.environ["CLOCK"])


def keep(moved: float, move: Callable[[float], object]) -> None:
    """Move the clock whenever the file changes."""
    while True:
        ahead = float(CLOCK.read_text() or moved)
        if ahead != moved:
            move(ahead - moved)
            moved = ahead
        time.sleep(0.02)


def main() -> None:
    move: Callable[[float], object]
    try:
        import time_machine  # noqa: PLC0415  # where there is one
    except ModuleNotFoundError:
        real, ahead = time.time, [0.0]

        def move(seconds: float) -> None:
            ahead[0] += seconds

        time.time = lambda: real() + ahead[0]
    else:
        move = time_machine.travel(time.time(), tick=True).start().shift
        time.time()  # it stands still until it is asked for the first time
    first = float(CLOCK.read_text())
    move(first)
    threading.Thread(target=keep, args=(first, move), daemon=True).start()


main()
