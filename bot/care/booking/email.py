"""E-mail addresses as patients type them."""

import re
from typing import Final

from email_validator import EmailNotValidError, validate_email
from rapidfuzz.distance import OSA

from bot.care.booking.found import Problem, Trouble, is_rejected, without

_LOCAL: Final = r"[^\s,;:<>()@\[\]\"]+"
_DOMAIN: Final = r"[^\s,;:<>()@\[\]\"]+"
_SURE_TLD: Final = r"(?:com|net|org|edu|gov|info|biz|us|uk|ca|de|io|me)"
_PLAIN: Final = re.compile(rf"{_LOCAL}@+{_DOMAIN}(?:, ?{_SURE_TLD}\b)?")
# "dana @ gmail . com", "dana at gmail dot com"
_SPACED: Final = re.compile(
    r"(?P<local>[\w.+'-]+)(?: ?@ ?| ?[(\[]at[)\]] ?)"
    rf"(?P<domain>[\w-]+(?: ?(?:\.| dot ) ?[\w-]+)*?"
    rf"(?:(?: ?\. ?| dot ){_SURE_TLD}| (?:com|net|org)))(?![.-]?\w)",
    re.IGNORECASE,
)
_SPOKEN: Final = re.compile(
    r"(?P<local>[\w+-]+(?:(?:\.| dot | underscore )[\w+-]+)*) at "
    rf"(?P<domain>[\w-]+(?: dot [\w-]+)*? dot {_SURE_TLD}(?: dot uk)?)\b",
    re.IGNORECASE,
)
_DOT: Final = re.compile(r"\s*(?:\.|\bdot\b)\s*|\s+", re.IGNORECASE)

# Where most people have their address; a slip that is near to one of these is asked about.
_COMMON: Final = frozenset(
    """
    gmail.com googlemail.com yahoo.com ymail.com rocketmail.com hotmail.com outlook.com live.com
    msn.com aol.com icloud.com me.com mac.com comcast.net verizon.net att.net sbcglobal.net
    bellsouth.net cox.net charter.net earthlink.net protonmail.com proton.me pm.me zoho.com
    gmx.com gmx.net gmx.de mail.com email.com web.de fastmail.com hey.com yandex.com
    yahoo.co.uk hotmail.co.uk outlook.co.uk yahoo.ca live.ca
    """.split()  # noqa: SIM905
)
_TLD_SLIPS: Final = {
    slip: right
    for right, slips in {
        "com": "con cmo ocm comm vom xom cim cpm coom c0m om cm co coml conm",
        "net": "ner nett ent met bet nte",
        "org": "ogr orgg ort rog",
    }.items()
    for slip in slips.split()
}
# Endings that are countries too: only beside a well-known name are they slips.
_ALSO_REAL: Final = frozenset({"om", "cm", "co"})
_LONG_NAME: Final = 7  # letters; in a name so long two slips still tell what was meant


def read_email(text: str) -> tuple[str | Problem | None, str]:
    """Return the address in a cleaned message, or what is wrong with it; and the rest of the text.

    The address comes in the validator's spelling. Several are asked about, unless one is named
    only to be corrected.
    """
    found, spans = _candidates(text)
    rest = without(text, spans)
    valid: list[str] = []
    broken: list[str] = []
    for address in found:
        normal = _valid(address)
        (valid if normal else broken).append(normal or address)
    told = tuple(dict.fromkeys(valid))
    if len(told) > 1:
        return Problem(Trouble.EMAIL_TWO, choices=told[:3]), rest
    if told:
        likely = suggest(told[0])
        if likely:
            return Problem(Trouble.EMAIL_TYPO, told[0], (likely, told[0])), rest
        return told[0], rest
    if broken:
        return Problem(Trouble.EMAIL_INVALID, broken[0]), rest
    return None, rest


def suggest(address: str) -> str | None:
    """Return the address that was probably meant, if its domain looks like a slip; else None."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in _COMMON:
        return None
    name, _, ending = domain.partition(".")
    right_ending = _TLD_SLIPS.get(ending, ending)
    for common in sorted(_COMMON):
        common_name, _, common_ending = common.partition(".")
        if common_ending == right_ending and _near(name, common_name):
            return f"{local}@{common}"
    if right_ending != ending and ending not in _ALSO_REAL:
        return f"{local}@{name}.{right_ending}"
    return None


def _near(name: str, common: str) -> bool:
    if len(common) < 5:
        return name == common
    allowed = 2 if len(common) >= _LONG_NAME else 1
    return name[:1] == common[:1] and OSA.distance(name, common) <= allowed


def _candidates(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Return what looks like an address, and every span it took (rejected ones too)."""
    spans: list[tuple[int, int]] = []
    found: list[str] = []
    for pattern in (_SPACED, _PLAIN, _SPOKEN):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            spans.append(match.span())
            if not is_rejected(text, match.start()):
                found.append(_written(match))
    return found, spans


def _written(match: re.Match[str]) -> str:
    if "local" not in match.groupdict():
        return re.sub("@+", "@", re.sub(r", ?", ".", match.group())).strip(".'!?")
    local = re.sub(r"\s+underscore\s+", "_", match["local"], flags=re.IGNORECASE)
    return f"{_DOT.sub('.', local)}@{_DOT.sub('.', match['domain'])}"


def _valid(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return None
