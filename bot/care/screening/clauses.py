"""An answer in its parts, and how each part is meant: yes, no, not sure, past, of somebody else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.care.screening.model import Status

_SEPARATOR: Final = re.compile(
    r"([.;!?\n]+(?=\s|$)|,|\bbut\b|\bexcept(?: for)?\b|\bapart from\b|\bother than\b|\bbesides\b"
    r"|\bthough\b|\bhowever\b|\bjust\b|\bonly\b|\band\b|\bor\b|\bnor\b|\balso\b|\bplus\b|&"
    r"|\bso\b|\bbecause\b|\balthough\b|\bwhile\b"
    r"|\s/\s| - )"
)
_ANSWERED_AFTER: Final = re.compile(
    r"([a-z][a-z' ]{0,40}?)\s*(?:[:=?]|\s-)\s*(no|none|nope|nah|never|nothing)\b"
)
_UNSURE: Final = re.compile(
    r"\b(?:not (?:\w+ )?sure|unsure|not certain|(?:don'?t|do not) (?:really )?(?:know|remember)"
    r"|no (?:idea|clue)|maybe|may be|might|possibly|could be|can'?t (?:remember|tell|say)|perhaps"
    r"|don'?t think|do not think|doubt|who knows|uncertain|i guess|probably|waiting for (?:a )?test"
    r"|haven'?t (?:checked|tested)|yet|late period|period is late|missed (?:my|a) period)\b"
)
_BELIEF: Final = re.compile(r"\bi think\b|\bi believe\b|\bi suspect\b|\bnot ruled out\b")
_ENDED: Final = re.compile(
    r"\b(?:stopped|stop|used to|finished|quit|came off|went off|just got off|no longer|any ?more"
    r"|was on|had been (?:on|taking)|previously|in the past|was taking|formerly|completed|ended)\b"
)
_PAST: Final = re.compile(
    r"\b(?:ago|last (?:year|month|week|summer|winter|spring|fall)|as a (?:kid|child|teen(?:ager)?)"
    r"|took|was|were|had|years back|in remission|cured|when i was)\b"
)
_NEGATION: Final = re.compile(
    r"\b(?:no(?! (?:longer|idea|clue))|not|none|never|without|neither|nor|nope|nah|nothing"
    r"|don'?t|doesn'?t|didn'?t|haven'?t|hasn'?t|isn'?t|aren'?t|wasn'?t|weren'?t|won'?t"
    r"|negative for|deny|denies|free of|cannot|can'?t)\b"
)
# "I can't stop", "not only", "never without": the word no denies nothing.
_NO_DENIAL: Final = re.compile(
    r"\b(?:not only|no problem\b(?! with)|can'?t stop|can'?t live without|no matter|no one|no way"
    r"|no (?:more|less|longer) than|(?:never|not) without|without \w+ (?:i|my|it)\b"
    r"|without my|not (?:every|all|always|daily|often|much|a lot)|never (?:miss|skip)"
    r"|don'?t (?:like|want|mind|need to|have to|miss|forget|skip))\b"
)
_RELATIVE: Final = re.compile(
    r"\b(?:my|our|his|her) (?:\w+ )?(?:mom|mum|mother|dad|father|sister|brother|husband|wife"
    r"|partner|grandm\w+|grandf\w+|granny|aunt|uncle|friend|cousin|parents|family|boss|neighbou?r)\b"
    r"|\bfamily history\b|\bruns? in (?:the|my) family\b"
)
_OWN: Final = re.compile(r"\b(?:i|i'm|i've|me|mine|myself|my)\b")
_ASSERTS: Final = re.compile(
    r"\b(?:yes|i have|i've|i am|i'm|i take|i do|i use|i got|have|take|taking|use|using|am)\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer. `denied_from` is the character from which on it is denied, or None."""

    text: str
    before: str = ""
    denied_from: int | None = None
    unsure: bool = False
    believed: bool = False
    ended: bool = False
    past: bool = False
    relative: bool = False
    sentence: int = 0

    def status_at(self, start: int, *, lasting: bool = False) -> Status | None:
        """Return how a mention at a character is meant; None if it is of somebody else.

        `lasting`: a thing that counts although it is past, such as a clot.
        """
        if self.relative:
            return None
        if self.unsure:
            return Status.UNSURE
        if self.ended and not lasting:
            return Status.UNSURE
        if self.denied_from is not None and start >= self.denied_from:
            return Status.NO
        if (self.past or self.believed) and not lasting:
            return Status.UNSURE
        return Status.YES

    @property
    def denied(self) -> bool:
        """Whether anything in it is denied."""
        return self.denied_from is not None


def split_parts(text: str) -> list[Part]:
    """Split a normalised message (lower case) into its parts."""
    spread = _ANSWERED_AFTER.sub(r"no \1 ", text)
    pieces = _SEPARATOR.split(spread)
    parts: list[Part] = []
    sentence = 0
    before = ""
    for index, piece in enumerate(pieces):
        if index % 2:
            ends = piece[0] in ".;!?\n"
            sentence += ends
            before = piece if not piece.isspace() else before
        elif piece.strip():
            parts.append(_part(piece.strip(), before, sentence))
    return _with_somebody_else(_with_lists(parts))


def _part(text: str, before: str, sentence: int) -> Part:
    denial = None if _NO_DENIAL.search(text) else _NEGATION.search(text)
    at_end = denial is not None and denial.end() == len(text)
    return Part(
        text=text,
        before=before,
        denied_from=None if denial is None else 0 if at_end else denial.start(),
        unsure=bool(_UNSURE.search(text)),
        believed=bool(_BELIEF.search(text)),
        ended=bool(_ENDED.search(text)),
        past=bool(_PAST.search(text)),
        relative=bool(_RELATIVE.search(text)) and not re.search(r"\b(?:i|i'm|mine)\b", text),
        sentence=sentence,
    )


def _with_lists(parts: Sequence[Part]) -> list[Part]:
    """A denial or a doubt reaches over "or": "no clots, diabetes or epilepsy". Never over "and"."""
    done: list[Part] = []
    for index, part in enumerate(parts):
        previous = done[-1] if done and done[-1].sentence == part.sentence else None
        if previous is None or _ASSERTS.search(part.text) or part.denied:
            done.append(part)
        elif part.before in ("or", "nor") or (part.before == "," and _or_follows(parts, index)):
            denied = 0 if previous.denied else None
            done.append(replace(part, denied_from=denied, unsure=part.unsure or previous.unsure))
        else:
            done.append(part)
    return done


def _or_follows(parts: Sequence[Part], index: int) -> bool:
    for later in parts[index + 1 :]:
        if later.sentence != parts[index].sentence or later.denied or _ASSERTS.search(later.text):
            return False
        if later.before in ("or", "nor"):
            return True
        if later.before != ",":
            return False
    return False


def _with_somebody_else(parts: Sequence[Part]) -> list[Part]:
    """What follows a relative in a sentence is the relative's, until the patient speaks of self."""
    done: list[Part] = []
    for part in parts:
        previous = done[-1] if done and done[-1].sentence == part.sentence else None
        if previous and previous.relative and not _OWN.search(part.text):
            done.append(replace(part, relative=True))
        else:
            done.append(part)
    return done
