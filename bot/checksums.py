"""The checksum of a file that was made here, kept in a file beside it, and checked before loading.

It tells a file that was cut short, changed or exchanged from the one that was made; who can write
to the folder can write both. Standard library only, Python 3.10: Rasa's process imports it too.
"""

import hashlib
from pathlib import Path

CHUNK = 1 << 20


class ChecksumError(Exception):
    """A file is not the one that was made; the text names cause and cure."""


def beside(path: Path) -> Path:
    """Return where the checksum of a file stands."""
    return path.with_name(f"{path.name}.sha256")


def write_checksum(path: Path, final: Path | None = None) -> None:
    """Write a file's checksum, in the form of sha256sum; `final` is where the file will be."""
    final = final or path
    beside(final).write_text(f"{_digest(path)}  {final.name}\n", encoding="utf-8")


def require_checksum(path: Path, cure: str) -> None:
    """Return if a file is the one that was made. Raises ChecksumError."""
    try:
        expected = beside(path).read_text(encoding="utf-8").partition(" ")[0]
    except (OSError, UnicodeDecodeError):
        raise ChecksumError(
            f"{path} has no checksum beside it ({beside(path).name}). {cure}"
        ) from None
    try:
        found = _digest(path)
    except OSError as error:
        raise ChecksumError(f"{path} cannot be read: {error.strerror}. {cure}") from None
    if found != expected:
        raise ChecksumError(
            f"{path} is not the file that was made here: its checksum differs. {cure}"
        )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
