"""Write the initial migration anew from the models: python -m bot.migrations.regenerate

Only before the first release; afterwards a change is a migration of its own.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from sqlalchemy import make_url

from bot.database import make_engine
from bot.migrations.schema import FOLDER, alembic_config


def regenerate() -> Path:
    """Replace versions/0001_initial.py and return its path."""
    versions = FOLDER / "versions"
    for old in versions.glob("*.py"):
        old.unlink()
    with TemporaryDirectory() as scratch:
        engine = make_engine(make_url(f"sqlite:///{scratch}/empty.db"))
        with engine.connect() as connection:
            command.revision(
                alembic_config(connection), "initial", autogenerate=True, rev_id="0001"
            )
        engine.dispose()
    written = versions / "0001_initial.py"
    for arguments in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, written], check=True)  # noqa: S603
    return written


if __name__ == "__main__":
    print(regenerate())
