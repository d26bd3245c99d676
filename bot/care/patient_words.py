"""What patients call their veins and treatments, read from a message without any model."""

import re

from bot.care.rules import VeinKind

_TREATED = (
    r"\b(?:had|got|get|getting|did|done|treated|treating|inject\w*|sclero\w*|laser\w*|zapped|"
    r"shots?|session|procedure|appointment|appt|removed|post[- ]?op)\b"
)
_NAMED = (
    r"\b(?:treat(?:ed|ment)s?|inject\w*|sclero\w*|laser\w*|zapped|session|procedure|veins? done)\b"
)
_VEINS: tuple[tuple[VeinKind, str], ...] = (
    (
        "spider",
        r"\b(?:spiders?|spidery|thread(?:\s?-?veins?)?|telangiectasias?|broken capillaries)\b",
    ),
    (
        "reticular",
        r"\b(?:reticulars?|feeders?|(?:blue[- ]?green|green|blue) (?:ones|veins?))\b",
    ),
    (
        "varicose",
        r"\b(?:varicose|varicosities|(?:bigger|larger|big|bulging|ropey|ropy) (?:ones|veins?))\b",
    ),
)
_NEGATED = r"\b(?:not|no|isn'?t|wasn'?t|weren'?t)\s+(?:the\s+|my\s+)?(?:\w+\s+)?$"
_KINDS = (
    ("laser", r"\b(?:laser\w*|zapped)\b"),
    ("sclerotherapy", r"\b(?:sclero\w*|inject\w*|shots?|foam)\b"),
)


def read_vein_kind(text: str) -> VeinKind | None:
    """Return the one kind of vein a message names as its own; None if none or several.

    "Not the spiders" does not count as spiders. "Small varicose veins" are reticular veins, as
    both documents that use the words say.
    """
    lowered = text.lower()
    if re.search(r"\bsmall varicose\b", lowered):
        return "reticular"
    found: set[VeinKind] = set()
    for kind, pattern in _VEINS:
        for match in re.finditer(pattern, lowered):
            if not re.search(_NEGATED, lowered[: match.start()]):
                found.add(kind)
    return found.pop() if len(found) == 1 else None


def read_treatment(text: str) -> str | None:
    """Return "sclerotherapy" or "laser" if the message names just one of them."""
    found = [kind for kind, pattern in _KINDS if re.search(pattern, text.lower())]
    return found[0] if len(found) == 1 else None


def asks_when(text: str) -> bool:
    """Tell whether the message asks for a time rather than about a day that it names."""
    return re.search(r"\b(?:when|how (?:long|soon|many days)|what day)\b", text.lower()) is not None


def names_treatment(text: str) -> bool:
    """Tell whether the message names a treatment of veins, not just something had or done."""
    return re.search(_NAMED, text.lower()) is not None


def speaks_of_treatment(text: str) -> bool:
    """Tell whether the message speaks of a treatment had or planned, not of veins in general."""
    return re.search(_TREATED, text.lower()) is not None
