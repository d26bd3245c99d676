"""Insert a row unless there is one already: the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.database import Base


def insert_if_missing(session: Session, table: type[Base], values: dict[str, Any]) -> None:
    """Insert a row; where its key exists already, leave that row as it is."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())
