"""`python -m bot purge`: remove what is past its retention, now."""

from typing import Annotated

import typer

from bot.clock import Clock
from bot.database import Database
from bot.purging import purge as purge_all
from bot.settings import load_settings


def purge(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
) -> None:
    """Remove conversations past their retention. A running gateway does so by itself."""
    settings = load_settings()
    database = Database(settings.database)
    try:
        now = Clock.of(settings).now()
        purged = purge_all(database, settings.retention_days, now, dry_run=dry_run)
    finally:
        database.close()
    for one in purged:
        verb = "to remove" if dry_run else "removed"
        typer.echo(
            f"{one.clinic_id}: kept {one.days} days; {verb}: {one.conversations} conversations, "
            f"{one.unplaced} messages for review"
        )
    if not purged:
        typer.echo("There is no clinic yet.")
