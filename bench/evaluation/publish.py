"""Where the report goes: marked places of Markdown pages, and one HTML page."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.evaluation.tables import Table


def marks(name: str) -> tuple[str, str]:
    """The comments around a part of a page that is written by a command."""
    return f"<!-- {name}: begin -->", f"<!-- {name}: end -->"


def write_part(page: Path, name: str, text: str) -> None:
    """Put the text between the marks of that name. Raises ValueError when the page lacks them."""
    old = page.read_text("utf-8")
    begin, end = marks(name)
    start, stop = old.index(begin) + len(begin), old.index(end)
    page.write_text(f"{old[:start]}\n\n{text.strip()}\n\n{old[stop:]}", "utf-8")


def markdown(table: Table, level: int = 3) -> str:
    """The table with its title as a heading; level 0 leaves the title out."""
    lines = [f"{'#' * level} {table.title}", ""] if level else []
    lines += [_row(table.head), "|" + "---|" * len(table.head), *map(_row, table.rows)]
    return "\n".join(lines)


def write_page(
    path: Path, *, summary: str, tables: Sequence[Table], plots: Sequence[tuple[str, str]]
) -> None:
    """Write the HTML page; `plots` are file names beside it, with what they show."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("page.html").render(summary=summary, tables=tables, plots=plots)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, "utf-8")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def plain(table: Table) -> str:
    """The table for a terminal, its columns aligned."""
    rows = [table.head, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join([table.title, *(f"  {line.rstrip()}" for line in lines)])
