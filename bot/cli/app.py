"""The commands of `python -m bot`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import clinics, mail, staff
from bot.cli.progress import StepError
from bot.cli.purge import purge
from bot.cli.requests import requests, unplaced
from bot.settings import SettingsError, load_settings

app = typer.Typer(
    help="Saphena: the after-hours assistant of a vein clinic.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database's schema.", no_args_is_help=True)
app.add_typer(clinics.app, name="clinics")
app.add_typer(db, name="db")
app.add_typer(mail.app, name="mail")
app.add_typer(staff.app, name="staff")
app.command()(requests)
app.command()(unplaced)
app.command()(purge)


@app.command()
def run() -> None:
    """Train, migrate and import what changed, then run all processes until Ctrl-C."""
    from bot.cli.run import run_all  # noqa: PLC0415

    run_all(load_settings())


@app.command()
def train() -> None:
    """Train the dialogue model, and learn red flags, if what they are made of changed."""
    from bot.cli.model import ensure_model  # noqa: PLC0415
    from bot.cli.prepare import learn_red_flags  # noqa: PLC0415

    settings = load_settings()
    learn_red_flags(settings)
    print(ensure_model(settings.state_dir / "log"))


@app.command()
def widget() -> None:
    """Build the chat widget if its sources changed."""
    from bot.cli.widget import ensure_widget  # noqa: PLC0415

    print(ensure_widget(load_settings().state_dir / "log"))


@app.command()
def shell(
    clinic: Annotated[
        str | None, typer.Argument(help="A clinic's id; asked for if missing.")
    ] = None,
) -> None:
    """Talk to the assistant in the terminal; starts it first if it is not running."""
    from bot.cli.shell import talk  # noqa: PLC0415

    talk(load_settings(), clinic)


@db.command()
def upgrade() -> None:
    """Bring the database to the newest schema."""
    from bot.cli.prepare import migrate  # noqa: PLC0415

    migrate(load_settings())


@db.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file.")]) -> None:
    """Write a copy of the database, while it is in use."""
    from bot.cli.backup import backup as write  # noqa: PLC0415

    write(load_settings(), file)
    print(f"Written to {file}. It holds what patients wrote: keep it as safe as the database.")


@db.command()
def restore(file: Annotated[Path, typer.Argument(help="What `db backup` wrote.")]) -> None:
    """Put a copy in the place of the database, and bring it to the newest schema."""
    from bot.cli.backup import restore as put_back  # noqa: PLC0415
    from bot.cli.prepare import migrate  # noqa: PLC0415

    settings = load_settings()
    put_back(settings, file)
    migrate(settings)
    print(f"Restored from {file}.")


def main() -> None:
    """Run the command line; an error the user can mend ends it with cause and cure."""
    try:
        app()
    except (StepError, SettingsError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        sys.exit(1)
