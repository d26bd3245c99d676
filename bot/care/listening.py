"""What a message tells about the patient's own treatment, and what that adds to the memory."""

import re
from dataclasses import replace
from typing import Final, Literal

from bot.care.dates import DateReading, read_dates
from bot.care.memory import Memory, read_moment
from bot.care.moments import Moment
from bot.care.patient_words import (
    asks_when,
    names_treatment,
    read_treatment,
    read_vein_kind,
    speaks_of_treatment,
    tells_another,
    tells_own_veins,
)
from bot.care.rules import VeinKind, as_vein_kind
from bot.care.turn import Turn

# "dana.sunday@example.com" names no day.
_ADDRESS: Final = re.compile(r"\S+@\S+")


def read_turn_dates(turn: Turn, memory: Memory) -> DateReading:
    """Return the days a message names; a pressed button carries its own."""
    if turn.pressed:
        treated, asked = (read_moment(turn.told.get(name)) for name in ("treated", "asked"))
        return DateReading(treated=treated, asked=asked, unclear=None)
    dates = read_dates(_ADDRESS.sub(" ", turn.text), turn.now, expecting=_expected(turn, memory))
    if memory.tasks.active and memory.awaiting is None and not names_treatment(turn.text):
        # "Had my baby two weeks ago" answers a question; it is no treatment of veins.
        return replace(dates, treated=None, unclear=None)
    return dates


def _expected(turn: Turn, memory: Memory) -> Literal["treated", "asked"] | None:
    match memory.awaiting:
        case "treatment_date" | "plan_date":
            return "treated"
        case "asked_date":
            return "asked"
    # "Sorry, they are on Thursday" corrects the day that was told before.
    telling = [subject.topic for subject in turn.subjects] == ["treatment_record"]
    return "treated" if telling and memory.treated is not None else None


def day_of_subject(words: str, turn: Turn, dates: DateReading) -> DateReading:
    """Return the days as they count for one of several subjects.

    A day named beside the subject is its own; a subject that asks "when" has none; else the day
    named anywhere in the message counts for it too.
    """
    own = read_dates(words, turn.now)
    if own.asked is not None:
        # Read with the whole message, "Sunday" is the one after a session on Friday.
        whole = dates.asked
        same = whole is not None and whole.day.weekday() == own.asked.day.weekday()
        return replace(dates, asked=whole if same else own.asked, asked_after=None)
    if own.asked_after is not None:
        return replace(dates, asked=None, asked_after=own.asked_after)
    return replace(dates, asked=None, asked_after=None) if asks_when(words) else dates


def learn(turn: Turn, memory: Memory, dates: DateReading) -> Memory:
    """Return the memory with treatment date, kind and kind of vein as far as the message tells."""
    learned = memory
    if dates.treated is not None and not _is_earlier_one(dates.treated, turn, memory):
        learned = replace(memory, treated=dates.treated)
    vein = _own_vein(turn, memory, dates)
    if vein is not None:
        learned = replace(learned, vein_kind=vein)
    kind = read_treatment(turn.text) if dates.treated else None
    return replace(learned, treatment_kind=kind) if kind else learned


def _is_earlier_one(told: Moment, turn: Turn, memory: Memory) -> bool:
    """Tell whether an earlier treatment is told besides: the later one forbids longer."""
    later = memory.treated is not None and told.day < memory.treated.day
    return later and not turn.pressed and tells_another(turn.text)


def _own_vein(turn: Turn, memory: Memory, dates: DateReading) -> VeinKind | None:
    """A kind of vein counts as the patient's own only beside a treatment, or when it was asked."""
    told = as_vein_kind(turn.told.get("vein_kind"))
    if told is not None:
        return told
    own = (
        dates.treated is not None
        or memory.awaiting == "vein_kind"
        or any(subject.topic == "treatment_record" for subject in turn.subjects)
        or (memory.treated is not None and speaks_of_treatment(turn.text))
        or (memory.treated is not None and tells_own_veins(turn.text))
    )
    return read_vein_kind(turn.text) if own else None
