"""Links to a copy of a patient's data: signed, short-lived, each for one conversation."""

from datetime import timedelta
from typing import Final

from bot.gateway.tokens import Tokens

MINUTES: Final = 10
PATH: Final = "/my-data"
_SALT: Final = "data link"


def link_tokens(secret_key: str) -> Tokens:
    """Return what signs and opens the links' tokens; no other token opens a link."""
    return Tokens(secret_key, timedelta(minutes=MINUTES), salt=_SALT)


def address(base: str, token: str) -> str:
    """Return the whole address; `base` is the gateway's public one, with or without a slash."""
    return f"{base.rstrip('/')}{PATH}/{token}"
