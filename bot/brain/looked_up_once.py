"""What Rasa works out anew at every message though it never changes: looked up once."""

from functools import cache
from typing import Any


def event_types() -> None:
    """Remember the class of each type of event; Rasa goes through all classes for each event."""
    from rasa.shared.core.events import Event  # noqa: PLC0415

    found = cache(Event.resolve_by_type)

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        return found(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)


def empty_domain() -> None:
    """Remember whether a domain is empty; Rasa writes it and an empty one out to compare them."""
    from rasa.shared.core.domain import Domain  # noqa: PLC0415

    is_empty = Domain.is_empty

    def remembered(domain: Any) -> bool:
        if not hasattr(domain, "known_empty"):
            domain.known_empty = is_empty(domain)
        known: bool = domain.known_empty
        return known

    Domain.is_empty = remembered
