"""How fast, how flat, how large: python -m bench.performance, by `make bench`.

    --write            also writes docs/performance.md and its plots
    --against-default  also measures Rasa as it comes, which is trained first (once, some minutes)
    --stored N         conversations that the databases are filled with (0 leaves this out)

All in one run on loopback, each thing measured in turn with the others, so that figures compare.
What `make capacity` simulates with is left in docs/performance/costs.json.
"""

import argparse
import os
from contextlib import ExitStack

from bench.capacity.measuring import measured
from bench.echo import echoing
from bench.pages import write_part
from bench.performance import plots, subjects
from bench.performance.measuring import Times, in_turns, of_one_conversation
from bench.performance.processes import SECOND, Processes, machine
from bench.performance.report import DEFAULT, MOST, ONE, PAGE, SAME, THROUGH, Found, rates, tables
from bench.performance.stacks import Stack, default_rasa, postgres, second_gateway, started
from bench.performance.stored import fill
from bench.performance.subjects import Subject
from bot.settings import Settings

CONCURRENCY = (ONE, 8, MOST)
LENGTH = 320
FEW = 100
WARM_UP = 30


def main() -> None:
    """Run the benchmark."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, default=480, help="per row of the table")
    options.add_argument("--against-default", action="store_true", help="with Rasa as it comes")
    options.add_argument("--stored", type=int, default=100_000, help="conversations")
    options.add_argument("--write", action="store_true", help=f"write it into {PAGE.name}")
    chosen = options.parse_args()
    found = measure(chosen.messages, chosen.stored, against_default=chosen.against_default)
    report = tables(found, machine())
    print(report)
    if chosen.write:
        write_part(PAGE, "bench", report)
        if found.costs is not None:
            found.costs.save()
        plots.draw_length(found.length, PAGE.parent / "performance" / "length.png")
        plots.draw_rates(rates(found), PAGE.parent / "performance" / "rates.png")


def measure(messages: int, stored: int, *, against_default: bool) -> Found:
    """Measure everything; what is stored is measured on both databases."""
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        running = stack.enter_context(started(again=True))
        echo = stack.enter_context(echoing())
        through = stack.enter_context(second_gateway(running, echo))
        floors = [subjects.echo(echo), subjects.gateway(through, THROUGH)]
        ours = subjects.gateway(running.gateway)
        talking = [subjects.rest(SAME, running.rasa), ours]
        if against_default:
            address = stack.enter_context(default_rasa(running.actions))
            theirs = stack.enter_context(second_gateway(running, address))
            talking.insert(0, subjects.gateway(theirs, DEFAULT))
        processes = Processes()
        in_turns(talking, processes, conversations=ONE, messages=WARM_UP, rounds=1)
        times = {
            number: in_turns(
                [*floors, *talking], processes, conversations=number, messages=messages
            )
            for number in CONCURRENCY
        }
        length = of_one_conversation(talking, processes, LENGTH)
        compared = ("default rasa", SECOND)
        megabytes = {n: mb for n, mb in processes.megabytes().items() if n not in compared}
        found = Found(load, times, length, megabytes, running.seconds)
        if stored:
            found.stored["SQLite"] = _as_it_fills(running, "", ours, stored, messages)
    if stored:
        with postgres() as url:
            if url:
                with started(url) as running:
                    found.costs = measured(running, url)
                    ours = subjects.gateway(running.gateway)
                    times_there = _as_it_fills(running, url, ours, stored, messages)
                found.stored["PostgreSQL"] = times_there
    return found


def _as_it_fills(
    stack: Stack, database_url: str, ours: Subject, stored: int, messages: int
) -> dict[int, Times]:
    settings = Settings(state_dir=stack.state, database_url=database_url)
    processes = Processes()
    found = {}
    for number in (FEW, stored):
        fill(stack.gateway, settings, number)
        in_turns([ours], processes, conversations=ONE, messages=WARM_UP, rounds=1)
        found[number] = in_turns([ours], processes, conversations=ONE, messages=messages)[ours.name]
    return found


if __name__ == "__main__":
    main()
