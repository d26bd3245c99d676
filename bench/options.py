"""What the benchmarks' command lines have in common."""

import argparse


def options(doc: str | None, *, amount: str = "", default: float = 0.0) -> argparse.ArgumentParser:
    """Return a parser that is described by a module's first line.

    It has `--write`, and with `amount` one number of that name, which may be left out.
    """
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    if amount:
        parser.add_argument(amount, type=float, nargs="?", default=default)
    parser.add_argument("--write", action="store_true", help="write the report into its page")
    return parser
