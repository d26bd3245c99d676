"""Phone numbers and e-mail addresses in a message."""

import re
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

_EMAIL = re.compile(r"[^\s,;:<>()]+@[^\s,;:<>()]+")
_FILLER = re.compile(
    r"\b(?:my|name|is|i'?m|i am|this|it'?s|phone|number|mobile|cell|tel|e-?mail|address|and|call|"
    r"me|on|at|or|please|thanks?|thank you|hi|hello|yes|sure|ok(?:ay)?|the|you|can|reach)\b|"
    r"[^\w\s'-]",
    re.IGNORECASE,
)
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to reach a person: a phone number in international form, or an e-mail address."""

    name: str
    reach: str


def find_contact_details(text: str, country: str) -> ContactDetails | None:
    """Return name and reach as far as a message gives them; None without phone or e-mail.

    `country` is the two-letter region whose national phone numbers need no prefix. A name that is
    not told is the empty string.
    """
    for found in _EMAIL.finditer(text):
        try:
            email = validate_email(found.group().rstrip("."), check_deliverability=False)
        except EmailNotValidError:
            continue
        return ContactDetails(_name(text.replace(found.group(), " ")), email.normalized)
    for match in phonenumbers.PhoneNumberMatcher(text, country):
        reach = phonenumbers.format_number(
            match.number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
        return ContactDetails(_name(text[: match.start] + " " + text[match.end :]), reach)
    return None


def _name(rest: str) -> str:
    words = _FILLER.sub(" ", rest).split()
    return " ".join(words[:5])[:MAX_NAME].strip()
