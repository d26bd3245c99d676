"""Dates as patients write them: the day of treatment and the day asked about."""

from bot.care.dates.reader import read_dates
from bot.care.dates.reading import DateReading, Role, Unclear

__all__ = ["DateReading", "Role", "Unclear", "read_dates"]
