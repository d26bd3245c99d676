"""Reports as Markdown: tables, and their places in the pages."""

from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    return [_row(head), f"|{'---|' * len(head)}", *map(_row, rows)]


def target(what: str, figure: object, met: bool | None) -> tuple[str, str, str]:
    """Return a row of a table of targets; None: it was not measured."""
    return what, str(figure), {True: "met", False: "missed", None: "not measured"}[met]


def marks(name: str) -> tuple[str, str]:
    """Return the comments around a part of a page that is written by a command."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def write_part(page: Path, name: str, text: str) -> None:
    """Put the text between the marks of that name. Raises ValueError when the page lacks them."""
    old = page.read_text("utf-8")
    begin, end = marks(name)
    start, stop = old.index(begin) + len(begin), old.index(end)
    page.write_text(f"{old[:start]}\n\n{text.strip()}\n\n{old[stop:]}", "utf-8")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
