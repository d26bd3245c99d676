"""Links to a patient's aftercare plan: signed, each for one conversation."""

from datetime import timedelta
from typing import Final

from bot.gateway.tokens import Tokens

# As long as the longest rule of a pack may matter; the conversation itself may go earlier.
DAYS: Final = 60
PATH: Final = "/plan"
_SALT: Final = "plan link"


def plan_tokens(secret_key: str) -> Tokens:
    """Return what signs and opens the links' tokens; no other token opens a plan."""
    return Tokens(secret_key, timedelta(days=DAYS), salt=_SALT)


def address(base: str, token: str) -> str:
    """Return the whole address; `base` is the gateway's public one, with or without a slash."""
    return f"{base.rstrip('/')}{PATH}/{token}"
