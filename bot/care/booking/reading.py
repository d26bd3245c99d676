"""Everything that one message tells for a request: name, reach, and when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.care.booking.draft import Field
from bot.care.booking.email import read_email
from bot.care.booking.found import Problem
from bot.care.booking.names import read_name, spell_titles
from bot.care.booking.phone import read_attempt, read_phone
from bot.care.booking.request import MOST_REASON, Kind
from bot.care.booking.times import Wish, read_times
from bot.care.hours import OpeningHours
from bot.text.normalise import clean

_NO_REASON: Final = re.compile(
    r"\W*(?:no|none|nope|nothing|no reason|skip|n/?a|not really|just (?:call|because)|private"
    r"|i'?d rather not say|rather not say|personal)\W*",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"\b(?:(?:about|regarding|concerning|because(?: of)?|to discuss)\b"
    r"|for\b(?=[^.,;?!]*\b(?:veins?|legs?|thighs?|ankles?|calf|calves|marks?|spots?|bruis\w+|swelling"
    r"|laser|sclero\w*|injections?)\b)) (?P<what>[^.;?!\n,]{3,})",
    re.IGNORECASE,
)
# "about that" points to what was said before.
_POINTING: Final = re.compile(
    r"\W*(?:that|this|it|them|these|those|something|everything|all that|prices? and such)\b.{0,12}",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(
    r"\b(?:call|ring|phone|contact|reach|text|e-?mail|write to|get back to|message)\b"
    r"(?! (?:the|my) (?:doctor|gp|pharmacy))|\b(?:appointment|consultation|book|schedule)\b",
    re.IGNORECASE,
)
_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        Kind.CANCEL,
        re.compile(
            r"\b(?:cancel\w*|call(?:ing)? off|can(?:'t|not) (?:make|come|keep)|won't (?:be able to"
            r" )?(?:come|make)|not coming|no longer (?:want|need))\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.RESCHEDULE,
        re.compile(
            r"\b(?:re-?schedul\w*|re-?book\w*|postpone|push (?:back|it)|move|change|switch"
            r"|another (?:day|time|date)|different (?:day|time|date)|earlier|later)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.CALL_BACK,
        re.compile(
            r"\b(?:call|ring|phone|contact|reach|text|e-?mail|speak|talk|hear from)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.CONSULTATION,
        re.compile(
            r"\b(?:appointments?|appt|consult\w*|book\w*|schedul\w*|visit|come in|be seen"
            r"|see (?:a|the|somebody|someone)|evaluation|assessment)\b",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a message tells. `problems` are what cannot be taken as it is, by field."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    times: Wish | None = None
    problems: Mapping[Field, Problem] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email or self.times or self.problems)


def read_told(
    text: str,
    *,
    asked: Field | None,
    now: datetime,
    country: str,
    hours: OpeningHours | None,
    opening: bool = False,
) -> Told:
    """Read a message of any length; `asked` is the field that was asked for, if any.

    `now` is local; `country` the region whose phone numbers need no prefix. `opening`: the message
    asks to be called or seen, so that "I'm Dana" is a name.
    """
    problems: dict[Field, Problem] = {}
    said = spell_titles(clean(text))
    email, rest = read_email(said)
    phone, rest = read_phone(rest, country)
    times, rest = read_times(rest, now, hours, asked=asked == "times")
    attempt, rest = read_attempt(rest, country, asked=asked == "reach")
    reached = bool(email or phone or attempt)
    name = read_name(rest, asked=asked == "name", beside=reached, opening=opening)
    for found in (attempt, email, phone):
        if isinstance(found, Problem):
            problems["reach"] = found
    if isinstance(times, Problem):
        problems["times"] = times
    if isinstance(name, Problem):
        problems["name"] = name
    told = Told(
        _value(name), _value(phone), _value(email), None if isinstance(times, Problem) else times
    )
    if "reach" in problems and problems["reach"] is attempt and (told.phone or told.email):
        del problems["reach"]
    return Told(told.name, told.phone, told.email, told.times, problems)


def gives_reach(text: str, *, now: datetime, country: str, hours: OpeningHours | None) -> bool:
    """Tell whether a message gives a number or an address, or tries to, without being asked.

    What `read_told` would find; this is asked of every message, and most have no digit.
    """
    email, rest = read_email(spell_titles(clean(text)))
    phone, rest = read_phone(rest, country)
    if email or phone:
        return True
    if not any(character.isdigit() for character in rest):
        return False
    _, rest = read_times(rest, now, hours, asked=False)
    return read_attempt(rest, country, asked=False)[0] is not None


def read_reason(text: str) -> str:
    """Return the reason in the patient's own words, cut where it gets long; "" for none."""
    said = clean(text)
    if _NO_REASON.fullmatch(said):
        return ""
    if len(said) <= MOST_REASON:
        return said
    return said[:MOST_REASON].rsplit(" ", 1)[0] + "..."


def told_reason(text: str) -> str | None:
    """Return what a message says a request is about: "... about my brown marks"; else None."""
    found = _ABOUT.search(clean(text))
    if found is None or _POINTING.fullmatch(found["what"]):
        return None
    return read_reason(found["what"]) or None


def wants_contact(text: str) -> bool:
    """Tell whether a message asks somebody to call, write or see one."""
    return _CONTACT.search(clean(text)) is not None


def read_kind(text: str, topic: str) -> Kind:
    """Return what is asked of the clinic, by the words of the message and the topic it raised."""
    wanted = (Kind.CANCEL, Kind.RESCHEDULE) if topic == "reschedule" else tuple(Kind)[:2]
    said = clean(text)
    named = (kind for kind, words in _KINDS if kind in wanted and words.search(said))
    return next(named, Kind.RESCHEDULE if topic == "reschedule" else Kind.CALL_BACK)


def _value(found: str | Problem | None) -> str | None:
    return found if isinstance(found, str) else None
