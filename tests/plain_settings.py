"""Settings of a test: what it gives, and nothing of a file .env."""

from typing import Any

from bot.settings import Settings


def plain_settings(**values: Any) -> Settings:
    """Settings with these values, by field name."""
    return Settings(**{"_env_file": None, **values})
