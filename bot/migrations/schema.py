"""Bring a database to the newest schema, and tell whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parent


class SchemaError(Exception):
    """The database does not have the schema this version needs; the text says the cure."""


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> bool:
    """Migrate the database; returns whether anything had to change."""
    with engine.connect() as connection:
        before = _current(connection)
        connection.rollback()
        command.upgrade(alembic_config(connection), revision)
        connection.commit()
        return before != _current(connection)


def require_current(engine: Engine) -> None:
    """Raise SchemaError when the database's schema is not the newest one."""
    with engine.connect() as connection:
        found = _current(connection)
        newest = ScriptDirectory.from_config(alembic_config(connection)).get_current_head()
    if found != newest:
        raise SchemaError(
            f"The database has schema {found or 'none'}, this version needs {newest}. "
            "Migrate it with: python -m bot db upgrade"
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
