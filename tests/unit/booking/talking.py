"""What the tests of a request to the clinic say and look for."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.care.answer import Answer
from bot.care.booking.found import Trouble
from bot.care.hours import read_hours

NOW = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("America/Los_Angeles"))
ODD, LONG = Trouble.NAME_ODD, Trouble.NAME_LONG
FOX = "+1 415-555-0132"
EVERYTHING = "Dana Fox 415 555 0132, mornings are best, about my brown marks"
OFFICE = read_hours(
    {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["09:00-12:00"]}
)


def titles(answer: Answer) -> list[str]:
    return [button.title for button in answer.buttons]
