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
# One more treatment, told beside the one that is known; not so in "sorry, it was the other day".
_ANOTHER = (
    r"\b(?:other|right|left|first|second) (?:legs?|sides?|ones?|calf|thigh|sessions?|treatments?)\b"
    r"|\b(?:also|as well|too)\b"
)
_CORRECTS = r"\b(?:sorry|actually|wrong|mistake|meant|mean|oops|correction|not)\b"
# Nothing else is said: "they were just the spider veins".
_OWN_VEINS = (
    r"(?:(?:oh|so|and|btw|by the way|sorry|actually|no)[, ]+)*"
    r"(?:(?:they|it|these|those|mine|my veins|the ones treated)(?: were| was| are| is|'re|'s)"
    r"|(?:they|he|she) (?:only |just )?(?:did|treated|injected|lasered))"
    r"(?: just| only| all| the| my| small| some)* (?P<veins>[a-z -]{5,25}?)"
    r"(?: (?:veins?|ones))?(?: only| actually)?[.!]*"
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


def tells_own_veins(text: str) -> bool:
    """Tell whether a message says which veins were treated, and nothing else."""
    found = re.fullmatch(_OWN_VEINS, " ".join(text.lower().replace("\u2019", "'").split()))
    return found is not None and read_vein_kind(f"{found['veins']} veins") is not None


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


def tells_another(text: str) -> bool:
    """Tell whether a message tells of one more treatment, and does not correct the one known."""
    lowered = text.lower()
    return bool(re.search(_ANOTHER, lowered)) and not re.search(_CORRECTS, lowered)
