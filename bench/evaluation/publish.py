"""The tables of a report as Markdown, for a terminal, and on one HTML page."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench import pages
from bench.evaluation.tables import Table


def markdown(table: Table, level: int = 3) -> str:
    """The table with its title as a heading; level 0 leaves the title out."""
    lines = [f"{'#' * level} {table.title}", ""] if level else []
    return "\n".join([*lines, *pages.table(table.head, table.rows)])


def write_page(
    path: Path, *, summary: str, tables: Sequence[Table], plots: Sequence[tuple[str, str]]
) -> None:
    """Write the HTML page; `plots` are file names beside it, with what they show."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("page.html").render(summary=summary, tables=tables, plots=plots)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, "utf-8")


def plain(table: Table) -> str:
    """The table for a terminal, its columns aligned."""
    rows = [table.head, *table.rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join([table.title, *(f"  {line.rstrip()}" for line in lines)])
