"""Phone numbers as patients type them: any country's form, spelled out, with letters."""

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from bot.care.booking.found import Problem, Trouble, is_rejected, without

_DIGIT_WORDS: Final = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_DIGIT: Final = rf"(?:\d|{'|'.join(_DIGIT_WORDS)})"
_SPELLED: Final = re.compile(rf"\b(?:(?:double |triple )?{_DIGIT}\b[ ,.-]*){{7,}}", re.IGNORECASE)
_SPELLED_ONE: Final = re.compile(rf"(?:(double|triple) )?({_DIGIT})", re.IGNORECASE)
# "415-555-O132", "4l5": letters that look like digits.
_O: Final = re.compile(r"(?<=\d)[oO](?=[-. ]?\d)|(?<=\d[-. ])[oO](?=\d)")
_L: Final = re.compile(r"(?<=\d)[lI](?=[-. ]?\d)|(?<=\d[-. ])[lI](?=\d)")
_ABROAD: Final = re.compile(r"(?<![\d+])00(?=[1-9]\d)")
_VANITY: Final = re.compile(
    r"(?<![\w@])(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?(?=[\w-]*[A-Za-z])(?:[A-Za-z0-9]-?){7,8}(?![\w@])"
)
_LETTERED: Final = re.compile(
    r"(?<![\w@])(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ](?:\d{3}[-. ]?)?(?=\w*[A-Za-z])[A-Za-z0-9]{3,}"
)
_DIGITS: Final = re.compile(r"(?<![\w/:$.])\+?\(?\d(?:[ ().-]{0,2}\d){2,24}(?![\w/:%])")
_NO_NUMBER: Final = re.compile(
    r"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}|(?:19|20)\d\d|\d{1,2}\s?-\s?\d{1,2}|\d{1,3}"
)
_SOME_DIGITS: Final = 6
_SURELY_MEANT: Final = 7  # digits, where no number was asked for
NATIONAL_DIGITS: Final = 10  # of a number with letters, which exist in North America


def read_phone(text: str, country: str) -> tuple[str | Problem | None, str]:
    """Return the number in a cleaned message in international form, and the rest of the text.

    `country` is the two-letter region whose national numbers need no prefix. Several numbers are
    asked about, unless one is named only to be corrected.
    """
    text = _ABROAD.sub("+", _L.sub("1", _O.sub("0", _SPELLED.sub(_in_digits, text))))
    found, spans = _numbers(text, country)
    if not found:
        found, spans = _with_letters(text, country, spans)
    rest = without(text, spans)
    told = tuple(dict.fromkeys(found))
    if len(told) > 1:
        return Problem(Trouble.PHONE_TWO, choices=told[:3]), rest
    return (told[0] if told else None), rest


def read_attempt(text: str, country: str, *, asked: bool) -> tuple[Problem | None, str]:
    """Return what is wrong with digits that are no valid number, and the rest of the text.

    `asked`: a number was asked for, so even a few digits are a try to give one.
    """
    lettered = _LETTERED.search(text)
    if lettered and (asked or sum(c.isdigit() for c in lettered.group()) >= _SOME_DIGITS):
        problem = Problem(Trouble.PHONE_LETTERS, lettered.group())
        return problem, without(text, [lettered.span()])
    for match in _DIGITS.finditer(text):
        told = match.group().strip()
        count = sum(character.isdigit() for character in told)
        if _NO_NUMBER.fullmatch(told) and not (asked and text.strip() == told):
            continue
        if count >= _SURELY_MEANT or asked:
            return Problem(_trouble(told, country), told), without(text, [match.span()])
    return None, text


def _in_digits(match: re.Match[str]) -> str:
    digits = ""
    for times, digit in _SPELLED_ONE.findall(match.group()):
        number = _DIGIT_WORDS.get(digit.lower(), digit)
        digits += number * {"": 1, "double": 2, "triple": 3}[times.lower()]
    return digits + " "


def _numbers(text: str, country: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Return the valid numbers, and every span (that of a rejected one too)."""
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for match in phonenumbers.PhoneNumberMatcher(text, country):
        spans.append((match.start, match.end))
        if not is_rejected(text, match.start):
            found.append(_international(match.number))
    return found, spans


def _with_letters(
    text: str, country: str, spans: list[tuple[int, int]]
) -> tuple[list[str], list[tuple[int, int]]]:
    """ "1-800-VEINS-4U": letters that stand for digits; extra ones at its end are ignored."""
    found: list[str] = []
    for match in _VANITY.finditer(text):
        try:
            number = phonenumbers.parse(match.group(), country)
        except phonenumbers.NumberParseException:
            continue
        national = str(number.national_number)[:NATIONAL_DIGITS]
        number.national_number = int(national)
        if number.country_code == 1 and phonenumbers.is_valid_number(number):
            spans = [*spans, match.span()]
            found.append(_international(number))
    return found, spans


def _trouble(told: str, country: str) -> Trouble:
    try:
        number = phonenumbers.parse(told, country)
    except phonenumbers.NumberParseException as error:
        long = error.error_type == phonenumbers.NumberParseException.TOO_LONG
        return Trouble.PHONE_LONG if long else Trouble.PHONE_SHORT
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_SHORT:
            return Trouble.PHONE_SHORT
        case ValidationResult.TOO_LONG:
            return Trouble.PHONE_LONG
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return Trouble.PHONE_NO_AREA
        case _:
            return Trouble.PHONE_INVALID


def _international(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
