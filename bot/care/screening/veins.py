"""What patients call their veins, how wide they say these are, and where."""

import re
from collections.abc import Iterator
from typing import Final

NUMBERS: Final = {
    "half a": 0.5,
    "half": 0.5,
    "a quarter": 0.25,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "couple of": 2,
    "a couple of": 2,
    "a couple": 2,
    "three": 3,
    "a few": 3,
    "few": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
NUMBER: Final = r"\d+(?:[.,]\d+)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
_WIDTH: Final = re.compile(
    rf"(?:({NUMBER})\s*(?:-|to|or)\s*)?\b({NUMBER})\s*(mm|millimet\w+|cm|centimet\w+|inch(?:es)?)\b"
)
_IN_MM: Final = {"m": 1.0, "c": 10.0, "i": 25.4}
_NOUN: Final = r"(?:veins?|ones|lines?|threads?|vessels?|squiggles?)"
_COLOR: Final = (
    r"(?:(?:red|purple|blue|pink|purplish|bluish|reddish|dark)(?:,? (?:and|or) |[ /,-]+)?)*"
)
_THIN: Final = r"(?:thin|fine|tiny|little|small|hairline|teeny|skinny)"
_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("reticular", r"\b(?:reticulars?|reticular veins?|feeders?|feeder veins?|small varicose)\b"),
    ("reticular", rf"\b(?:blue[- ]?green|greenish|green|bluish[- ]green) {_NOUN}\b"),
    (
        "spider",
        r"\b(?:spiders?|spidery|spider ?veins?|thread(?:\s?-?\s?veins?)|telangiectasias?)\b",
    ),
    ("spider", r"\b(?:broken capillar\w+|capillaries|spider ?webs?|web[- ]?like)\b"),
    ("spider", rf"\b{_THIN}[ ,]+(?:(?:squiggly|wiggly|little) )?{_COLOR}{_NOUN}\b"),
    ("spider", rf"\b{_THIN},? (?:red|purple|blue|pink)\b(?!-)"),
    ("spider", rf"^(?:very |really |they are |they're |super )*{_THIN}$"),
    ("varicose", r"(?<!small )\b(?:varicose|varicosities|varicosity)\b"),
    (
        "varicose",
        r"\b(?:bulging|bulgy|bulge|ropey|ropy|rope[- ]like|cords?|knotted|knotty|twisted)\b",
    ),
    ("varicose", r"\b(?:stick(?:ing)? out|pop(?:ping)? out|protrud\w+|raised|lumpy)\b"),
    ("varicose", rf"\b(?:big|bigger|large|larger|thick|thicker|fat|huge) {_COLOR}\s*{_NOUN}\b"),
)
_PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("legs", r"\b(?:legs?|thighs?|cal(?:f|ves)|shins?|knees?|ankles?|hamstrings?|lower limbs?)\b"),
    ("face", r"\b(?:face|facial|nose|cheeks?|chin|forehead)\b"),
    (
        "elsewhere",
        r"\b(?:hands?|arms?|chest|breasts?|foot|feet|toes?|bell(?:y|ies)|abdomen|stomach|neck"
        r"|vulva\w*|groin|eyelids?|temples?|buttocks?|bum|hips?|pelvi[cs]|scalp|wrists?"
        r"|(?<!the )back(?! of))\b",
    ),
)
SPEAKS_OF_VEINS: Final = re.compile(
    r"\b(?:veins?|spiders?|varicose|capillar\w+|reticulars?|feeders?|threads?|squiggl\w+|ones|lines)\b"
)


def find_kinds(text: str, *, asked: bool) -> Iterator[tuple[str, int]]:
    """Yield the kinds of vein that a part names, with the character each begins at.

    A bare "thin" or "bulging" is about veins only when they are what was asked about.
    """
    for kind, pattern in _KINDS:
        for match in re.finditer(pattern, text):
            if asked or SPEAKS_OF_VEINS.search(match.group()) or SPEAKS_OF_VEINS.search(text):
                yield kind, match.start()


def find_places(text: str) -> Iterator[tuple[str, int]]:
    """Yield the places on the body that a part names, with the character each begins at."""
    for place, pattern in _PLACES:
        for match in re.finditer(pattern, text):
            yield place, match.start()


def read_width(text: str) -> float | None:
    """Return the width told, in mm, of a range the wider end; None if none is told."""
    found = _WIDTH.search(text)
    if found is None:
        return None
    return read_number(found.group(2)) * _IN_MM[found.group(3)[0]]


def kind_of_width(width: float) -> str:
    """Return the kind of a vein of so many mm: the sizes that three of five documents give."""
    if width <= 1:
        return "spider"
    return "reticular" if width <= 3 else "varicose"


def read_number(text: str) -> float:
    """Return a number in digits or words. Raises ValueError if it is none."""
    return NUMBERS[text] if text in NUMBERS else float(text.replace(",", "."))
