"""One spelling for the words that dates are made of."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz.distance import OSA

from bot.care.dates.foreign import in_english
from bot.text.normalise import normalise

# Longer than any message that the gateway lets in.
_LONGEST: Final = 2_000

_FORMS: Final[dict[str, str]] = {
    "monday": "mon munday monady mondya",
    "tuesday": "tue tues teusday tuseday tusday tuesay tuesdy",
    "wednesday": "wed weds wensday wendsday wednsday wedensday wednesay wendesday wedneday",
    "thursday": "thu thur thurs thrusday thursaday thurday thirsday thusday thrs",
    "friday": "fri firday friady frday fryday",
    "saturday": "saterday satuday satruday saturdy staurday satday",
    "sunday": "sundy sunady",
    "today": "2day tday todya todat",
    "tonight": "2night 2nite tonite tonigt",
    "tomorrow": "tomo tomoz tomrw tomoro tmoro tmorrow tomorow tommorow tommorrow tommarow 2mrw "
    "2mro 2moro 2morow 2morro tmrow tmrrw tomorro",
    "yesterday": "ystrday yesturday yesterdy yesteray yesterady yestarday ytd ystd",
    "morning": "morn mornin",
    "afternoon": "aftrnoon arvo",
    "night": "nite nght",
    "weekend": "wkend wknd weekened",
    "next": "nxt",
    "last": "lst",
    "it's": "its",
    "january": "jan janurary",
    "february": "feb febuary feburary",
    "march": "mar",
    "april": "apr",
    "june": "jun",
    "july": "jul",
    "august": "aug",
    "september": "sep sept septmber setember",
    "october": "oct octber ocotber",
    "november": "nov novemeber novmber",
    "december": "dec decemeber decmber",
    "christmas": "xmas chrismas",
    "2": "two couple",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
    "10": "ten",
    "11": "eleven",
    "12": "twelve",
    "14": "fourteen",
    "15": "fifteen",
    "20": "twenty",
    "24": "twenty-four twentyfour",
    "30": "thirty",
    "48": "forty-eight fortyeight",
    "72": "seventy-two",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
    "11th": "eleventh",
    "12th": "twelfth",
    "14th": "fourteenth",
    "15th": "fifteenth",
    "20th": "twentieth",
}
_STANDARD: Final = {form: word for word, forms in _FORMS.items() for form in forms.split()}
_WORD: Final = re.compile(r"[a-z0-9]+(?:['-][a-z]+)?")
# Words so long are known with a slip in them too, those of eight letters and more with two.
_LONG: Final = 6
_TWO_SLIPS: Final = 8
_LONG_WORDS: Final = frozenset(word for word in _FORMS if word.isalpha() and len(word) >= _LONG) - {
    "morning",
    "afternoon",
    "weekend",
    "christmas",
}

_UNITS: Final = (
    (re.compile(r"(?<![\w.])(\d{1,3}) ?-? ?(?:h|hrs?|hours?)\b"), r"\1 hours"),
    (re.compile(r"(?<![\w.])(\d{1,3}) ?-? ?(?:mins?|minutes?)\b"), r"\1 minutes"),
    (re.compile(r"(?<![\w.])(\d{1,3}) ?-? ?(?:d|dys?|days?)\b"), r"\1 days"),
    (re.compile(r"(?<![\w.])(\d{1,3}) ?-? ?(?:w|wks?|weeks?)\b"), r"\1 weeks"),
    (re.compile(r"(?<![\w.])(\d{1,3}) ?-? ?(?:mos?|mths?|months?)\b"), r"\1 months"),
    (re.compile(r"\b(?:an? )?2 of (?=days|weeks|hours|months)"), "2 "),
    (re.compile(r"\ba 2 (?=days|weeks|hours|months)"), "2 "),
    (re.compile(r"\b(?:(?:an?|1|one) )?fortnight\b"), "2 weeks"),
    (re.compile(r"\bday one\b"), "day 1"),
    (re.compile(r"\b(?:an? )?half an hour\b"), "30 minutes"),
    (re.compile(r"\b([ap])\.m\b\.?"), r"\1m"),
    # "sat" and "sun" are days only where the words around them say so.
    (
        re.compile(
            r"\b(on|this|last|next|past|coming|by|until|till|since|treated|injected|done|for|was|"
            r"is|flying|fly|gym|friday or|friday and) sat\b(?! (?:down|in|on|at|for|all))"
        ),
        r"\1 saturday",
    ),
    (re.compile(r"\bsat(?= (?:morning|afternoon|evening|night|am|pm)\b)"), "saturday"),
    (
        re.compile(
            r"\b(on|this|last|next|past|coming|by|until|till|since|treated|injected|done|"
            r"saturday or|saturday and) sun\b"
            r"(?!-| (?:exposure|beds?|tan|screen|cream|burn|light|damage|lamp|rays|protection))"
        ),
        r"\1 sunday",
    ),
    (re.compile(r"\bsun(?= (?:morning|afternoon|evening|night|am|pm)\b)"), "sunday"),
    (re.compile(r"\bsat/sun\b"), "weekend"),
    # Only beside a month is a bare "first" a day.
    (re.compile(r"\bfirst of (?=[a-z]{3})"), "1st of "),
    (re.compile(r"\bsecond of (?=[a-z]{3})"), "2nd of "),
    (re.compile(r"\bthird of (?=[a-z]{3})"), "3rd of "),
)


def plain(text: str) -> str:
    """`text` in lower case, with days, months, units and small numbers in one spelling."""
    words = _WORD.sub(_standard, in_english(normalise(text[:_LONGEST])))
    for pattern, replacement in _UNITS:
        words = pattern.sub(replacement, words)
    return words


def _standard(word: re.Match[str]) -> str:
    found = word.group()
    return _STANDARD.get(found) or _slipped(found)


def _slipped(word: str) -> str:
    """The day or month that is surely meant by a mistyped word; the word itself if none is.

    The first letter is seldom mistyped, and a plural ("Mondays") is another word. What is as near
    to two days is left alone: a wrong day is worse than none, which is asked for.
    """
    if len(word) < _LONG - 1 or not word.isalpha() or word in _LONG_WORDS:
        return word
    near = sorted(
        (slips, day)
        for day in _LONG_WORDS
        if day[0] == word[0] and not word.startswith(day)
        if (slips := OSA.distance(word, day)) <= (2 if len(day) >= _TWO_SLIPS else 1)
    )
    fewest = [day for slips, day in near if slips == near[0][0]]
    return fewest[0] if len(fewest) == 1 else word
