"""The name of a person, as they tell it."""

import re
from typing import Final

from bot.care.booking.found import Problem, Trouble, is_rejected
from bot.care.booking.request import MOST_NAME

_MARKUP: Final = re.compile(r"<[^<>]{0,200}>")
_SYMBOLS: Final = re.compile("[\u2190-\u2bff\u3000-\u303f\ufe00-\ufe0f\U0001f000-\U0001faff]")
_ODD: Final = re.compile(r"[<>{}\[\]|\\^=*#@%]|https?:|www\.|\d")
_TITLE: Final = r"(?:dr|mr|mrs|ms|miss|mx|prof|sir|rev|doctor|professor|jr|sr)"
# The dot of a title or an initial ends no sentence.
_DOT: Final = re.compile(rf"\b({_TITLE}|[^\W\d_])\.(?=\s|$)", re.IGNORECASE)
_TITLED: Final = re.compile(rf"{_TITLE} ", re.IGNORECASE)
# A letter of any script, with the marks, dots, hyphens and apostrophes inside names.
_LETTERS: Final = (
    r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e31-\u0e4e\u064b-\u0652'.’-])*"
)
_WORDS: Final = re.compile(rf"{_LETTERS}(?: {_LETTERS}){{0,5}}")
_NON_LATIN: Final = re.compile(r"[^\x00-\u024f]")
# Words before a name; what follows them is one, even if it is a word of the language.
_CUE: Final = re.compile(
    r"\b(?:my (?:full |first |last |real )?name(?:'s| is|:)|(?:the )?name(?:'s| is|:)|i am called"
    r"|call me by|ask for|i go by|it should be|spelled|name it under|under the name(?: of)?)"
    r"[ :]*(?:actually |now |just |spelled )?",
    re.IGNORECASE,
)
_WEAK_CUE: Final = re.compile(
    r"\b(?:i'm|i am|im|this is|it's|its|it is|for|from|regards,?|sincerely,?|call me|that's)\s+"
    r"(?:actually |just )?",
    re.IGNORECASE,
)
_HERE: Final = re.compile(rf"^({_LETTERS}(?: {_LETTERS}){{0,2}}) here\b", re.IGNORECASE)
_ANONYMOUS: Final = re.compile(
    r"\b(?:anonymous|no name|(?:rather|prefer|want) not (?:to )?(?:say|give|tell|share)"
    r"|(?:don't|do not|won't) (?:want to |wanna )?(?:say|give|tell|share)|none of your business)\b",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset(
    "de del della la da di do dos van von der den ten bin al el y".split()  # noqa: SIM905
)
# What a short answer may hold that is no name. Many names are words too: may, rose, grace, will.
_TAIL: Final = re.compile(
    r" (?:and|but|my|at|on|please|call|i'm|i|the|you|phone|number|with)\b", re.IGNORECASE
)
_NOT_NAMES: Final = frozenset(
    """
    a able about actually afraid after afternoon afternoons again agent all allergic allowed
    already also always am an and any anyone anything appointment appointments are as asap ask
    at available back be been before best better book booking brother busy but by bye call
    called calling can can't cancel cannot cell change clinic confused consult consultation
    contact could dad date daughter day days did didn't different do doctor does doesn't don't
    done e-mail either email emergency enough even evening evenings ever every father find fine
    first for forget free friday friend from get give go going gonna good got great had has have
    having he hello help her here hey hi him his hmm hold home hours how human hurt hurts
    husband i i'd i'll i'm i've idk if important in injections instead interested into is isn't
    it it's its just know laser last late later leg legs less let like looking mail make maybe
    me mean message mine minute mobile mom moment monday money more morning mornings mother much
    my name need nervous never new next nice no nobody none nope not nothing now number of off
    ok okay old on one only or other our out own pain painful patient person phone please
    possible prefer pregnant private question questions quit rather reaching ready really
    regarding reschedule right same saturday say scared schedule sees send sent she should sick
    sign sister skip so some somebody someone something son soon sorry speaking spider still
    stop sunday sure taking talk tell text than thank thanks that that's the their them then
    there they thing think this thursday time tired to today told tomorrow tonight too treated
    treatment trying tuesday twice unknown unsure until up urgent us use using varicose vein
    veins very visit wait waiting want was wasn't we wednesday week well were what what's when
    where which while who whoever why wife with won't work works worried would writing wrong
    yeah yep yes yesterday yet you your
    """.split()  # noqa: SIM905
)


def read_name(
    text: str, *, asked: bool, beside: bool = False, opening: bool = False
) -> str | Problem | None:
    """Return the name in a cleaned message, or what is wrong with it.

    `asked`: the message answers the question for a name; `beside`: it tells a phone number or an
    address too; `opening`: it opens a request, so "I'm Dana" tells the name. Ordinary words and a
    question ("why do you need it?") are no name.
    """
    told = _MARKUP.sub(" ", text)
    told = " ".join(_SYMBOLS.sub(" ", spell_titles(told)).split())
    cued = _after_cue(told, weak=asked or beside or opening)
    if cued is not None:
        return cued
    if asked:
        return _answer(told, marked=_MARKUP.search(text) is not None)
    return _beside_others(told) if beside else None


def _answer(told: str, *, marked: bool) -> str | Problem | None:
    """The answer to "what is your name?"."""
    if "?" in told or _ANONYMOUS.search(told):
        return None
    first = _first_part(told)
    name = _as_name(first)
    if name is not None or _sentence(told):
        return name
    if len(told) > MOST_NAME:
        return Problem(Trouble.NAME_LONG)
    return Problem(Trouble.NAME_ODD) if marked or _ODD.search(first) else None


def spell_titles(text: str) -> str:
    """Return the text without the dots of titles and initials, which end no sentence."""
    return _DOT.sub(r"\1", text)


def declines(text: str) -> bool:
    """Tell whether somebody would rather not give their name."""
    return _ANONYMOUS.search(text) is not None


def _after_cue(text: str, *, weak: bool) -> str | Problem | None:
    """ "my name is Dana", and if `weak` "it's Dana", "Dana here"; None without such words."""
    for pattern, certain in ((_CUE, True), (_WEAK_CUE, False))[: 2 if weak else 1]:
        for match in pattern.finditer(text):
            if is_rejected(text, match.start()):
                continue
            part = _first_part(text[match.end() :])
            name = _as_name(part, certain=certain)
            if name is not None and (certain or _looks_like_a_name(name, text)):
                return name
            if certain and len(part) > MOST_NAME:
                return Problem(Trouble.NAME_LONG)
            if certain and _ODD.search(part):
                return Problem(Trouble.NAME_ODD)
    here = _HERE.match(text) if weak else None
    return _as_name(here.group(1)) if here else None


def _beside_others(text: str) -> str | None:
    """A name that stands in a part of its own: "Dana Fox; ; mornings are best"."""
    for part in re.split(r"[;,.!?\n]+", text):
        bare = _without_fillers(part)
        name = _as_name(bare)
        # In small letters only a part that is nothing but a name: not "about cost".
        alone = bare == part.strip() or bare != bare.lower()
        if name is not None and alone and _looks_like_a_name(name, text):
            return name
    return None


def _looks_like_a_name(name: str, text: str) -> bool:
    """Capitals, a title, another script, or a whole message in small letters."""
    bare = _TITLED.sub("", name)
    words = bare.split()
    capitals = all(word[:1].isupper() or word in _PARTICLES for word in words)
    unshifted = text == text.lower() and len(words) <= 3
    return bool(_NON_LATIN.search(name)) or capitals or unshifted or bare != name


def _as_name(part: str, *, certain: bool = False) -> str | None:
    """Return the part as a name, if it can be one."""
    bare = part.strip(" .,;:!'\"()-–—")
    bare = re.sub(r"\s+(?:please|thanks|thank you|thx|ty)$", "", bare, flags=re.IGNORECASE)
    if not bare or len(bare) > MOST_NAME or not _WORDS.fullmatch(bare):
        return None
    words = _TITLED.sub("", bare).split()
    ordinary = [word for word in words if word.casefold() in _NOT_NAMES]
    # "Van An" after a first name, or after "my name is", is a name all the same.
    capitals = all(word[:1].isupper() for word in words)
    if ordinary and (words[0] in ordinary or not (certain or capitals) or len(words) > 4):
        return None
    return _capitalised(bare)


def _capitalised(name: str) -> str:
    if name != name.lower() or _NON_LATIN.search(name):
        return name
    return " ".join(
        word if word in _PARTICLES else word[:1].upper() + word[1:] for word in name.split()
    )


def _first_part(text: str) -> str:
    """The text up to the first comma or stop, without ordinary words at its end."""
    part = re.split(r"[,;!?\n.]", text, maxsplit=1)[0]
    return _without_fillers(_TAIL.split(part, maxsplit=1)[0], first=False)


def _without_fillers(part: str, *, first: bool = True) -> str:
    words = part.split()
    while first and words and words[0].casefold() in _NOT_NAMES:
        words.pop(0)
    ends = (n for n, word in enumerate(words) if n and word in _NOT_NAMES)
    return " ".join(words[: next(ends, None)])


def _sentence(text: str) -> bool:
    """Tell whether a text is ordinary speech rather than one odd name."""
    words = [word.strip(".,!'") for word in text.casefold().split()]
    return sum(word in _NOT_NAMES for word in words) >= max(2, len(words) // 4)
