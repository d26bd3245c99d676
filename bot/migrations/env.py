"""Alembic's entry: on the connection it is handed, or on the database of the settings."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from bot.database import BEGIN, Base, make_engine
from bot.migrations.models import register_all
from bot.settings import load_settings


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    # A migration must not import today's code: our type is written as what it is in SQL.
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


register_all()
given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = make_engine(load_settings().database).execution_options(**{BEGIN: "IMMEDIATE"})
    with engine.connect() as opened:
        migrate(opened)
        opened.commit()
    engine.dispose()
