"""Cuts a message where a new question or statement begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Token

from bot.text.normalise import clean, without_salutation

Parser = Callable[[str], Doc]


@dataclass(frozen=True)
class Segment:
    """A stretch of the message that may be a subject of its own.

    `lead` and `rest` are the two sides of its first comma where the first may only tell the
    treatment or be polite: "had it friday, gym tomorrow?".
    `parts` are the same sentence with one member each of an enumeration ("run and swim").
    """

    text: str
    question: bool
    lead: str = ""
    rest: str = ""
    parts: tuple[str, ...] = ()

    def texts(self) -> Iterator[str]:
        """Everything of this segment that the classifier has to rank."""
        yield self.text
        if self.lead:
            yield from (self.lead, self.rest)
        yield from self.parts


# After a full stop, a question mark, a line, or the number of a list. "2.5" and "a.m." stay whole.
_SENTENCE_END: Final = re.compile(
    r"(?<=[?!])\s*(?=\w)|(?<=[a-z0-9)]{2}\.)\s+|\.{2,}\s*|\s*;\s*|\s+-+\s+|(?:^|\s+)\(?\d\)\s+"
)
_ASKING: Final = (
    r"(?:what|when|where|who|whose|why|how|which|can|could|may|might|should|shall|must|will|would"
    r"|do|does|did|is|are|am|was|were|any)(?:'?s|n't)?"
)
_BEFORE_ASKING: Final = r"(?:at|by|for|from|in|on|to|until|with)"
_LINK: Final = (
    r"(?:and|but|so|also|plus|then|oh|ok|or|btw|by the way|if not|if so|is it true|please)"
)
_OPENS_QUESTION: Final = re.compile(
    rf"(?:[^:,]{{1,25}}:\s*)?(?:{_LINK}[\s,]+)*{_ASKING}\b", re.IGNORECASE
)
_NEW_QUESTION: Final = re.compile(
    rf"\s*,\s*(?=(?:{_LINK}[\s,]+)*{_ASKING}\b)|\s+(?=(?:and|but|plus|also|so)\s+(?:also\s+)?(?:{_BEFORE_ASKING}\s+)?{_ASKING}\b)"
    r"|[\s,]+(?=(?:and|also|plus) please\b)"
    r"|[\s,]+(?=(?:and also|oh and|one more thing|another question)\b)|\s*,\s*(?=(?:also|plus)\b)",
    re.IGNORECASE,
)
_TRAILING_LINK: Final = re.compile(r"[\s,]+(?:and|but|so|plus)$", re.IGNORECASE)
_TELLING: Final = re.compile(
    r"\b(?:had|got|done|did|was|were|treated|treatment|inject\w*|sclero\w*|laser\w*|session|days?"
    r"|weeks?|yesterday|today|morning|last|ago|on|hi|hey|hello|good|thanks?|thank|ok|okay|yes|yep|no"
    r"|sorry|great|im|i'm)\b",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"\s*,\s*")
# "If I skip one do I start over" asks, though it begins as if it told something.
_ASKS_WITHIN: Final = re.compile(
    r"\b(?:(?:do|does|did|can|could|may|might|should|will|would|am|shall)"
    r" (?:i|we|you|u|they|he|she)|(?:does|can|could|may|might|should|will|would) it"
    r"|(?:is|are|was) (?:it|that|this|they|there|my|the)"
    r"|how (?:much|many|long|soon|often|far|bad))\b"
    r"(?! know\b)",
    re.IGNORECASE,
)
# "Please tell me the address" asks too.
_REQUESTS: Final = re.compile(
    rf"(?:{_LINK}[\s,]+)*(?:please|pls|(?:tell|show|give|send|explain|remind)\b"
    r"|i(?:'d| would)? (?:want|need|like) to (?:know|ask|see)\b)",
    re.IGNORECASE,
)
# "1. is walking ok 2. is sitting ok": only where the numbers begin at one.
_NUMBERED: Final = re.compile(r"(?:^|\s+)\(?\d[.)]\s+(?=[a-z])", re.IGNORECASE)
_FIRST_NUMBER: Final = re.compile(r"(?:^|\s)\(?1[.)]\s")
# "Cost, downtime, risks?" lists what is asked about.
_LIST_MARK: Final = re.compile(r"\s*(?:,|\band\b|&|\+)\s*", re.IGNORECASE)
_LISTED_WORDS: Final = 3
# "Is that normal?" asks about the sentence before it.
_LEANING: Final = frozenset(
    """
    a about again allowed already also am and any anything are at away bad be been but by can
    caused causes concern concerned could dangerous day did do does doing done ever expected
    fine for from get getting go gone had happen happening happens has have having help helps
    how i if in is it it's just k kind long matter matters me mean my need no normal not now of
    off ok on or out problem right risky safe serious should so something soon still that that's
    the them then there these they thing this those to too treat treated treatment up usual wait
    want was we what what's when why will with worried worry would yes you your
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a column
)
# "Also, when can I get in?" asks anew, but for "also, is that normal?".
_ADDS: Final = re.compile(r"(?:and |oh )*(?:also|plus)\b(?!.*\b(?:it|that|this|they|them|these)\b)")
_WORDS: Final = re.compile(r"[a-z0-9']+")
_SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
_LISTED: Final = ("NN", "VB", "IN")


def segments(text: str, parser: Language) -> list[Segment]:
    """The segments of `text` in order; at least one, even for an empty text."""
    said = without_salutation(text.strip())
    # Parsing is slow, and a clause often is the whole sentence that was parsed before.
    parsed = cache(parser)
    pieces = [piece for sentence in _sentences(said) for piece in _clauses(sentence, parsed)]
    return [_segment(piece, parsed) for piece in _leaning_joined(pieces)] or [Segment(text, False)]


def _sentences(text: str) -> list[str]:
    lines = (clean(line) for line in _numbered(text).splitlines())
    parts = (part.strip(" ,") for line in lines for part in _SENTENCE_END.split(line))
    return [part for part in parts if _WORDS.search(part.lower())]


def _numbered(text: str) -> str:
    """`text` with a line for each of its numbered questions."""
    return _NUMBERED.sub("\n", text) if _FIRST_NUMBER.search(text) else text


def _clauses(sentence: str, parser: Parser) -> list[str]:
    pieces: list[str] = []
    for question in _NEW_QUESTION.split(sentence):
        pieces += _coordinated_clauses(parser(question)) if " and " in question else [question]
    trimmed = (_TRAILING_LINK.sub("", piece.strip(" ,")) for piece in pieces)
    return [piece for piece in trimmed if _WORDS.search(piece.lower())]


def _coordinated_clauses(doc: Doc) -> list[str]:
    """Cut before "and" where what follows has a subject of its own."""
    cuts = [
        token.left_edge.i
        for token in doc
        if token.dep_ == "conj" and any(child.dep_ in _SUBJECTS for child in token.children)
    ]
    bounds = [0, *cuts, len(doc)]
    return [doc[start:end].text for start, end in pairwise(bounds)]


def _leaning_joined(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        # "Or will they come back" is the other half of one question.
        if joined and (_leans(piece) or piece.lower().startswith("or ")):
            separator = " " if joined[-1][-1] in ".?!" else ", "
            joined[-1] = f"{joined[-1]}{separator}{_with_question_mark(piece)}"
        else:
            joined.append(piece)
    return joined


def _with_question_mark(piece: str) -> str:
    unmarked = _OPENS_QUESTION.match(piece) and not piece.endswith("?")
    return f"{piece}?" if unmarked else piece


def _leans(piece: str) -> bool:
    if _ADDS.match(piece.lower()):
        return False
    return all(word in _LEANING for word in _WORDS.findall(piece.lower()))


def _segment(piece: str, parser: Parser) -> Segment:
    asking = (_OPENS_QUESTION.match, _ASKS_WITHIN.search, _REQUESTS.match)
    question = "?" in piece or any(sign(piece) for sign in asking)
    lead, *rest = _COMMA.split(piece, maxsplit=1)
    parts = _list(piece) or (_parts(parser(piece)) if " and " in piece else ())
    if not rest or not rest[0] or not _TELLING.search(lead) or _OPENS_QUESTION.match(lead):
        return Segment(piece, question, parts=parts)
    return Segment(piece, question, lead, rest[0], parts)


def _list(piece: str) -> tuple[str, ...]:
    """The members of a sentence that is nothing but a list of short names of things."""
    members = [member.strip(" ?.!") for member in _LIST_MARK.split(piece)]
    members = [member for member in members if member and not _leans(member)]
    short = all(len(member.split()) <= _LISTED_WORDS for member in members)
    asks = any(_OPENS_QUESTION.match(member) for member in members)
    return tuple(members) if short and not asks and len(members) > 1 else ()


def _parts(doc: Doc) -> tuple[str, ...]:
    """The sentence once for each member of its first enumeration of nouns or verbs."""
    for token in doc:
        members = [token, *_conjuncts(token)]
        if len(members) > 1 and all(member.tag_.startswith(_LISTED) for member in members):
            return tuple(_with_member(doc, members, index) for index in range(len(members)))
    return ()


def _conjuncts(token: Token) -> list[Token]:
    found: list[Token] = []
    current: Token | None = token
    while current is not None:
        current = next((child for child in current.children if child.dep_ == "conj"), None)
        if current is not None:
            found.append(current)
    return found


def _with_member(doc: Doc, members: list[Token], index: int) -> str:
    """`doc` with only one of the enumerated `members`; what stands around them is shared."""
    spans = []
    for position, member in enumerate(members):
        start = member.i if position == 0 else member.left_edge.i
        if position == 0 and member.tag_.startswith("NN"):
            start = min([member.i, *(left.i for left in member.lefts if left.dep_ == "compound")])
        spans.append((start, _end_of(members, position)))
    start, end = spans[index]
    kept = [
        token.text
        for token in doc[start:end]
        if token.dep_ not in {"cc", "punct"} or token.head.i != members[index].i
    ]
    before, after = doc[: spans[0][0]].text, doc[spans[-1][1] :].text
    return " ".join(part for part in (before, " ".join(kept), after) if part)


def _end_of(members: list[Token], position: int) -> int:
    """Where a member ends: before the next one; a last verb has all that follows it to itself."""
    if position + 1 < len(members):
        return members[position + 1].left_edge.i
    last = members[position]
    return last.i + 1 if last.tag_.startswith("NN") else last.right_edge.i + 1
