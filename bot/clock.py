"""The time. Domain code takes `now` as a parameter; the edges get it here."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time; `fixed` (the setting NOW, tests only) replaces it.

    A fixed time without an offset is the wall clock of whichever zone is asked for.
    """

    fixed: datetime | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Clock":
        """Return the clock that the settings ask for."""
        return cls(settings.now)

    def now(self, zone: tzinfo = UTC) -> datetime:
        """Return the time in `zone`, with its offset."""
        if self.fixed is None:
            return datetime.now(zone)
        if self.fixed.tzinfo is None:
            return self.fixed.replace(tzinfo=zone)
        return self.fixed.astimezone(zone)
