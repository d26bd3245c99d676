"""What a reader finds in a message: a value, a problem to ask about, or nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final


class Trouble(StrEnum):
    """Why something that was told cannot be taken as it is."""

    NAME_LONG = auto()
    NAME_ODD = auto()  # markup, digits, a link
    PHONE_SHORT = auto()
    PHONE_LONG = auto()
    PHONE_LETTERS = auto()
    PHONE_NO_AREA = auto()
    PHONE_INVALID = auto()
    PHONE_TWO = auto()  # `choices` are the numbers
    EMAIL_INVALID = auto()
    EMAIL_TYPO = auto()  # `choices` are the likely address, and the one that was told
    EMAIL_TWO = auto()
    TIME_PAST = auto()
    TIME_CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with what was told, in the patient's words, and what may have been meant."""

    trouble: Trouble
    told: str = ""
    choices: tuple[str, ...] = ()


# Stands where something was taken out of a message, and parts it like a full stop.
GAP: Final = " ; "
_REJECTED: Final = re.compile(
    r"\b(?:not|never|don'?t|do not|wrong|old|instead of|rather than|no longer|used to be|isn'?t)\b"
    r"(?: (?:at|on|to|my|the|number|one|phone|mail|e-?mail|address|is|was|use|call|it'?s|me)){0,4}"
    r" ?:? ?$",
    re.IGNORECASE,
)


def is_rejected(text: str, start: int) -> bool:
    """Tell whether what begins at `start` is named only to say that it is not the one."""
    return _REJECTED.search(text, max(0, start - 60), start) is not None


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return `text` with a gap where each span stood."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + GAP + text[end:]
    return text
