"""Spanish and Portuguese words for days, put into English: they slip into English messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WEEKDAYS: Final = {
    "monday": "lunes|segunda[- ]feira",
    "tuesday": "martes|ter[cç]a[- ]feira",
    "wednesday": "mi[eé]rcoles|quarta[- ]feira",
    "thursday": "jueves|quinta[- ]feira",
    "friday": "viernes|sexta[- ]feira",
    "saturday": "s[aá]bado",
    "sunday": "domingo",
}
_UNITS: Final = {"days": "d[ií]as?", "weeks": "semanas?", "months": "m[eê]s(?:es)?"}
_NUMBERS: Final = {
    "1": "una?|uma?",
    "2": "dos|dois|duas",
    "3": "tr[eê]s",
    "4": "cuatro|quatro",
    "5": "cinco",
    "6": "seis",
    "10": "diez|dez",
}
_DAY: Final = rf"(?P<day>{'|'.join(_WEEKDAYS.values())})"
_LENGTH: Final = (
    rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS.values())}) (?P<unit>{'|'.join(_UNITS.values())})"
)
_THE: Final = r"(?:(?:el|este|no|na|neste|nesta) )?"

# What is longer comes first.
_PHRASES: Final = {
    "antes de ayer|anteayer|antier|antes de ontem|anteontem": "day before yesterday",
    "pasado ma[nñ]ana|depois de amanh[aã]": "day after tomorrow",
    "(?:esta|hoy por la) ma[nñ]ana|(?:esta|hoje de) manh[aã]": "this morning",
    "anoche|ontem [aà] noite": "last night",
    "esta noche|esta noite|hoje [aà] noite": "tonight",
    "ayer|ontem": "yesterday",
    "hoy|hoje": "today",
    "(?<!la )ma[nñ]ana|amanh[aã]": "tomorrow",
    "(?:la )?semana pasada|(?:na )?semana passada": "last week",
    rf"{_THE}{_DAY} (?:pasado|passad[ao])": "last {day}",
    rf"{_THE}(?:pr[oó]xim[ao] )?{_DAY}": "{day}",
    rf"h(?:ace|[aá]) {_LENGTH}(?: atr[aá]s)?": "{n} {unit} ago",
    rf"{_LENGTH} atr[aá]s": "{n} {unit} ago",
    "me (?:trataron|inyectaron|trataram|injetaram)|fui tratad[oa]": "i was treated",
    "tratamiento|tratamento": "treatment",
}
_FORMS: Final = {"day": _WEEKDAYS, "unit": _UNITS, "n": _NUMBERS}
_PATTERNS: Final = [
    (re.compile(rf"(?<![\w'])(?:{phrase})(?![\w'])"), english)
    for phrase, english in _PHRASES.items()
]


def in_english(text: str) -> str:
    """`text`, in lower case, with its Spanish and Portuguese days and lengths in English."""
    for pattern, english in _PATTERNS:
        for match in reversed(list(pattern.finditer(text))):
            named = {name: _named(word, _FORMS[name]) for name, word in match.groupdict().items()}
            text = text[: match.start()] + english.format(**named) + text[match.end() :]
    return text


def _named(word: str, forms: Mapping[str, str]) -> str:
    """The English name of `word`; a number in digits stays."""
    return next((name for name, form in forms.items() if re.fullmatch(form, word)), word)
