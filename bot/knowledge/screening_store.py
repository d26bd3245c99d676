"""A clinic's screening as one database column, and back."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.care.screening.model import Screening

_STORED = TypeAdapter(Screening)


def screening_to_json(screening: Screening) -> dict[str, Any]:
    """Return plain JSON values, for one database column."""
    plain: dict[str, Any] = _STORED.dump_python(screening, mode="json")
    return plain


def screening_from_json(plain: Mapping[str, Any]) -> Screening:
    """Build a screening from `screening_to_json`'s values. Raises ValidationError otherwise."""
    return _STORED.validate_python(plain)
