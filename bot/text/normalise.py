"""Brings what people type to one spelling, for matching only: it is never shown to anyone."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PUNCTUATION: Final = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "`": "'",
        "\u00b4": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2026": "...",
    }
)
_SPACES: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?(?:/[a-z0-9]+)?")
# Three or more of a letter is emphasis; no English word has three.
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_MARKS: Final = re.compile(r"(?<!\d)[?!.,;:]+|[?!.,;:]+(?!\d)")
_REPEATED_MARK: Final = re.compile(r"([!?.,])\1+")

# "Hello there, Ann here, hope you are well." before at least three words of something else.
_SALUTATION: Final = re.compile(
    r"(?:hi|hiya|hello|hey|dear(?= \w+,)|greetings|good (?:morning|afternoon|evening|day))\b"
    r"(?: (?:there|all|again|team|everyone|everybody|folks|guys|doctor|nurse|sir))*"
    r"\s*[,.!:-]?\s*(?:[a-z]+ here\s*[,.!]\s*)?"
    r"(?:(?:i )?hope (?:you're|you are|this finds you|all is) (?:well|good|fine)\s*[,.!]?\s*)?"
    r"(?:(?:so )?sorry to (?:bother|disturb|trouble) you(?: so late)?\s*[,.!]?\s*)?"
    r"(?=(?:\S+\s+){2}\S)",
    re.IGNORECASE,
)

# "You useless bot, just tell me" before at least three words of something else.
_GRUMBLE: Final = re.compile(
    r"(?:[\w']+,? ){0,4}?"
    r"(?:useless|stupid|dumb|silly|hopeless|annoying|pointless|rubbish|crap|damn)"
    r" (?:chat ?)?(?:bot|robot|machine|computer|thing|app|ai)\b\s*[,.!:-]*\s*"
    r"(?:(?:just|please|now|so|can you|could you|will you) )*"
    r"(?:(?:tell|answer) me(?: straight| already| now)?\s*[,.!:-]*\s*)?"
    r"(?=(?:\S+\s+){2}\S)",
    re.IGNORECASE,
)

# ", not the laser" behind at least three words of something else.
_DENIAL: Final = re.compile(
    r"(?<=\w)(?<!why)(?<!or), (?:and )?not (?:about )?(?:the |my |a )?[\w'-]+(?: [\w'-]+)?[.!]*$",
    re.IGNORECASE,
)

# "<b>", "</p>"; no sum and no "<3".
_TAG: Final = re.compile(r"</?[a-z][^<>]{0,80}>", re.IGNORECASE)

_ABBREVIATIONS: Final[dict[str, str]] = {
    "2day": "today",
    "2moro": "tomorrow",
    "2morrow": "tomorrow",
    "2nite": "tonight",
    "abt": "about",
    "apt": "appointment",
    "appt": "appointment",
    "appts": "appointments",
    "aint": "isn't",
    "arent": "aren't",
    "asap": "as soon as possible",
    "b4": "before",
    "bc": "because",
    "bday": "birthday",
    "bf": "breastfeeding",
    "bp": "blood pressure",
    "btw": "by the way",
    "cant": "can't",
    "couldnt": "couldn't",
    "couldve": "could have",
    "cos": "because",
    "coz": "because",
    "cuz": "because",
    "cud": "could",
    "didnt": "didn't",
    "doc": "doctor",
    "docs": "doctors",
    "doesnt": "doesn't",
    "dont": "don't",
    "dr": "doctor",
    "gonna": "going to",
    "gotta": "have to",
    "hadnt": "hadn't",
    "hasnt": "hasn't",
    "havent": "haven't",
    "hes": "he's",
    "hr": "hour",
    "hrs": "hours",
    "ibu": "ibuprofen",
    "idk": "i don't know",
    "im": "i'm",
    "inj": "injection",
    "injs": "injections",
    "isnt": "isn't",
    "ive": "i've",
    "k": "ok",
    "kk": "ok",
    "lemme": "let me",
    "lil": "little",
    "mins": "minutes",
    "med": "medication",
    "meds": "medication",
    "mo": "month",
    "mos": "months",
    "msg": "message",
    "okay": "ok",
    "oclock": "o'clock",
    "pls": "please",
    "plz": "please",
    "ppl": "people",
    "preg": "pregnant",
    "prob": "probably",
    "probs": "probably",
    "q": "question",
    "r": "are",
    "rn": "right now",
    "sclero": "sclerotherapy",
    "sec": "second",
    "shes": "she's",
    "shouldnt": "shouldn't",
    "shud": "should",
    "smth": "something",
    "sth": "something",
    "tel": "phone",
    "thats": "that's",
    "theyre": "they're",
    "theyve": "they've",
    "thnx": "thanks",
    "tho": "though",
    "thru": "through",
    "thx": "thanks",
    "tmr": "tomorrow",
    "tmrw": "tomorrow",
    "tmw": "tomorrow",
    "tomoro": "tomorrow",
    "tomorow": "tomorrow",
    "tommorow": "tomorrow",
    "tommorrow": "tomorrow",
    "tonite": "tonight",
    "tx": "treatment",
    "ty": "thank you",
    "u": "you",
    "ur": "your",
    "vv": "varicose veins",
    "w/o": "without",
    "wanna": "want to",
    "wasnt": "wasn't",
    "wat": "what",
    "werent": "weren't",
    "whats": "what's",
    "whens": "when's",
    "wheres": "where's",
    "wk": "week",
    "wks": "weeks",
    "wont": "won't",
    "wouldnt": "wouldn't",
    "wud": "would",
    "wut": "what",
    "yday": "yesterday",
    "yest": "yesterday",
    "yr": "year",
    "yrs": "years",
    "youre": "you're",
    "youve": "you've",
}


def clean(text: str) -> str:
    """`text` in Unicode NFKC, straight quotes, no control characters, single spaces."""
    straight = unicodedata.normalize("NFKC", text.translate(_PUNCTUATION))
    visible = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character
        for character in straight
        if unicodedata.category(character) != "Cf"
    )
    return _SPACES.sub(" ", visible).strip()


def normalise(text: str) -> str:
    """`text` cleaned, in lower case, with chat abbreviations and stretched letters spelled out."""
    lowered = clean(text).lower()
    unstretched = _STRETCHED.sub(r"\1\1", lowered)
    single_marks = _REPEATED_MARK.sub(r"\1", unstretched)
    return _WORD.sub(_spell_out, single_marks)


def without_salutation(text: str) -> str:
    """`text` without the greeting, or the insult, in front of what it says; bare ones stay."""
    before = _SALUTATION.match(text) or _GRUMBLE.match(text)
    return text[before.end() :] if before else text


def without_tags(text: str) -> str:
    """`text` without HTML tags, as one may paste them."""
    return _TAG.sub(" ", text).strip() or text


def without_denial(text: str) -> str:
    """`text` without what it says at its end that it is not about: "running, not flying"."""
    return _DENIAL.sub("", text)


def without_marks(text: str) -> str:
    """`text` without the marks that end sentences and clauses; those within a number stay."""
    return _SPACES.sub(" ", _MARKS.sub(" ", text)).strip() or text


def _spell_out(word: re.Match[str]) -> str:
    return _ABBREVIATIONS.get(word.group(), word.group())
