"""Insert a row unless there is one already: the same on SQLite and PostgreSQL."""

from functools import cache
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database import Base


def insert_if_missing(session: Session, table: type[Base], values: dict[str, Any]) -> None:
    """Insert a row; where its key exists already, leave that row as it is."""
    connection = session.connection()
    connection.execute(_statement(table, connection.dialect.name), values)


@cache
def _statement(table: type[Base], dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()
