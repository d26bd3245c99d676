"""Every module that has tables."""

from importlib import import_module

MODULES = (
    "bot.knowledge.models",
    "bot.records.models",
    "bot.records.requests",
    "bot.records.alerts",
    "bot.records.unplaced",
    "bot.records.staff",
    "bot.records.handover",
    "bot.records.audit",
    "bot.records.treatments",
    "bot.records.screenings",
    "bot.records.events",
    "bot.records.telegram_chats",
    "bot.records.telegram_updates",
    "bot.records.outbox",
    "bot.records.reminders",
)


def register_all() -> None:
    """Import the modules with tables, so that `Base.metadata` is complete."""
    for module in MODULES:
        import_module(module)
