"""Addresses of servers as settings name them; what is wrong is said with its cure."""

from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

POSTGRESQL = "postgresql+psycopg"


def http_address(value: str) -> str:
    """Return an address without the slash at its end. Raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("write an address that begins with http:// or https://")
    return value.rstrip("/")


def origin(text: str) -> str:
    """Return scheme and host, as a browser names where a page comes from. Raises ValueError."""
    found = text.strip().rstrip("/")
    parts = urlsplit(found)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        raise ValueError(
            f"{found!r} is not an origin; write scheme and host only, for example "
            "https://www.clinic.example, and separate several with commas"
        )
    return found


def database_url(value: str) -> URL:
    """Return the URL of a database with the driver that is used for it. Raises ValueError."""
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError(
            "it is not a database URL; write sqlite:///path/to/file.db or "
            "postgresql://user:password@host/name"
        ) from None
    backend = url.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername=POSTGRESQL)
    if backend != "sqlite":
        raise ValueError(f"{backend} is not supported; use sqlite:///... or postgresql://...")
    if not url.database or url.database == ":memory:":
        raise ValueError(
            "a SQLite database in memory cannot be shared by the processes; name a file: "
            "sqlite:///path/to/file.db"
        )
    return url.set(drivername="sqlite+pysqlite")
