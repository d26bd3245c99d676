"""What a listing names that is on no list: kept, so that it is never taken for harmless."""

import re
from collections.abc import Iterator
from typing import Final

from bot.care.screening.clauses import Part
from bot.care.screening.medicines import WORD, Medicines

_DRUG_LIKE: Final = re.compile(
    r"[a-z]{2,}(?:olol|pril|sartan|statin|azole|cillin|mycin|cycline|floxacin|xaban|parin|prazole"
    r"|tidine|oxetine|azepam|formin|gliptin|gliflozin|glutide|mab|nib|tinib|dronate|triptan"
    r"|setron|thiazide|dipine|zosin|lukast|sone|solone|onide|vir|platin|rubicin|tinoin|arotene"
    r"|amide|idine|zepine|barbital|profen|caine)"
)
_TAKES: Final = re.compile(
    r"\b(?:i take|i'm taking|i am taking|taking|prescribed|i'm on|i am on|i use|i'm using)"
    r" (?:my |some |a )?(?:daily |weekly )?([a-z][a-z-]{3,})\b"
)
# Words that stand in an answer and name nothing.
_FILLERS: Final = frozenset(
    """
    a about above actually after again all also always am an and any anymore are as at be
    because been before both but by call called can check checked could currently daily day
    days did do does doctor doing dose ever every few for from get getting got had has have
    having he hello help her here hey hi his how i i'd i'll i'm i've if in into is it it's
    its just kind know last later least less let like little lot many may maybe me mg mcg ml
    month months more morning most much my need never night no none nope not now of off ok
    old on once one only or other our out own per please really right same say she since so
    some something sometimes still stuff such sure take taken takes taking than thank thanks
    that that's the their them then there these they thing things think this those though
    time times to today too twice up use used using usually very want was we week weekly
    weeks well were what when which while who why will with would yeah year years yes yet
    you your everything nothing anything okay tell ask told question mean meant pill pills
    tablet tablets medication medications medicine medicines drug drugs prescription
    prescribed low high occasionally rarely regularly dental teeth allergic allergy
    allergies reaction mild slight bit condition conditions illness problem problems issue
    issues feel feeling good fine great healthy otherwise generally main mainly actual
    treatment treated diagnosed diagnosis suffer history past wait sorry correction wrong
    mistake instead rather changed mind care part advantage look long feet way break turns
    whatever home work place two three
    """.split()  # noqa: SIM905
)
_ASKS: Final = re.compile(
    r"^(?:why|what|when|where|how|who|which|does|do you|can|could|is it|will|would|should"
    r"|are you)\b"
)


def unplaced_in(
    part: Part, asked: str | None, medicines: Medicines, *, placed: bool
) -> Iterator[tuple[str, str]]:
    """Yield (group, words) for what a part names and nothing on the lists explains.

    `placed`: the part named something that was understood; then only what looks like a medicine's
    name beside it is looked for.
    """
    if part.relative or _ASKS.match(part.text):
        return
    known = {
        word.group()
        for mention in medicines.find(part.text)
        for word in WORD.finditer(part.text[mention.start : mention.end])
    }
    for word in WORD.findall(part.text):
        if word not in known and word not in _FILLERS and _DRUG_LIKE.fullmatch(word):
            if not part.denied:
                yield "medicines" if asked != "allergies" else "allergies", word
            return
    if placed:
        return
    if asked in ("medicines", "allergies", "illnesses"):
        rest = [w for w in WORD.findall(part.text) if w not in _FILLERS and not w.isdigit()]
        if rest and not part.denied:
            yield asked, part.text[:60]
        return
    taken = _TAKES.search(part.text)
    if taken and taken.group(1) not in _FILLERS and not part.denied:
        yield "medicines", taken.group(1)
