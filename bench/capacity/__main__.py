"""How large for how many patients: python -m bench.capacity, by `make capacity`.

A simulation of some minutes, with what a message costs as `make bench` measured it last, or as
`--measure` measures it now, in a minute (PostgreSQL is needed). What is assumed of patients is in
bench/capacity/day.yml.
"""

from pathlib import Path

from bench.capacity.costs import FILE, Costs
from bench.capacity.day import Day
from bench.capacity.measuring import measured
from bench.capacity.report import Checked, report
from bench.capacity.sizing import by_workers, messages_a_second, smallest
from bench.options import options
from bench.pages import write_part
from bench.performance.stacks import postgres, started

PAGE = Path(__file__).parents[2] / "docs" / "deploying.md"
CONVERSATIONS = (1_000, 10_000, 100_000, 1_000_000)
# Sizes that are shown beyond the one that is needed.
MORE = 2


def main() -> None:
    """Simulate and print the tables."""
    parser = options(__doc__)
    parser.add_argument("--measure", action="store_true", help=f"anew, into {FILE.name}")
    chosen = parser.parse_args()
    if chosen.measure:
        _measure()
    day, most, checked = Day.load(), max(CONVERSATIONS), Checked.of(Costs.load())
    costs = checked.costs.dearer(checked.missed)
    sizes = {
        one: list(by_workers(costs, day, one, MORE if one == most else 0)) for one in CONVERSATIONS
    }
    needed = {}
    for one, found in sizes.items():
        size = next(size for size in found if size.good).size
        needed[one] = (messages_a_second(day, one), smallest(costs, day, one, size))
    text = report(checked, needed, sizes[most])
    print(text)
    if chosen.write:
        write_part(PAGE, "capacity", text)


def _measure() -> None:
    with postgres() as url:
        if not url:
            raise SystemExit("Start PostgreSQL, or name one in TEST_POSTGRES_URL.")
        with started(url) as running:
            measured(running, url).save()


if __name__ == "__main__":
    main()
