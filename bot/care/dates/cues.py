"""The words that tell what a date is the date of, and in which tense."""

from __future__ import annotations

import re
from typing import Final

TREATMENT: Final = (
    r"(?:treat\w*|inject\w*|sclero\w*|foam(?! roll| part)|asclera|varithena|laser\w*|zapp\w*|zaps?|"
    r"procedures?|op|"
    r"operation|surgery|sessions?|shots?|jabs?|needles?|appointments?)\b"
)
_OWN: Final = r"(?:my|her|his|the|both|all|mom's|wife's)"
_PARTS: Final = (
    r"(?:legs?|veins?|ankles?|thighs?|calf|calves|knees?|spiders?|spider veins|feet|foot)"
)

_BOOKING: Final = (
    r"do you have|is there|any (?:openings?|slots?|appointments?|availab\w+)|available|availability"
    r"|book|rebook|reschedule|cancel|openings?|slots?|fit me in|get in(?= ?(?:on|for|this|\0))"
    r"|(?:make|get|schedule|need|want) (?:an? |my )?appointments?"
    r"|(?:move|change|push|postpone|delay|swap|switch) (?:my|the|our|it)"
    r"|(?:open|closed)(?= \0| on)"
)
_OTHER_EVENT: Final = (
    r"(?:flu|covid|tetanus|allergy|cortisone|botox) (?:shots?|jabs?|vaccine|injections?)|vaccin\w*"
    r"|booster|follow[- ]?ups?|check[- ]?ups?|consult\w*|ultrasound|scan|blood test|gave birth"
    r"|giving birth|birth|born|baby|delivered|miscarriage|c-section|covid|flu|dvt|clots?|diagnosed"
    r"|quit|quitting|stopped|started|starting|smok\w+|called|rang|phoned|emailed|messaged|texted"
    r"|paid|broke|fell|hernia|knee surgery|hip surgery|period|pills?|antibiotics?|prescri\w+|took"
    r"|taken|taking|moved|sent|ordered|bought|received"
)
_SYMPTOM: Final = (
    r"hurt\w*|pain\w*|ach(?:e|es|ed|ing|y)|sore\w*|swell\w*|swollen|bruis\w*|itch\w*|redness|rash\w*"
    r"|lumps?|noticed|noticing|came up|come up|appeared|showed up|got worse|worse|fever\w*"
    r"|throb\w*|burn\w*|numb\w*|dizz\w*|blister\w*|cramp\w*|stain\w*|spots?|fad\w+"
)
# What somebody goes back to a clinic for.
_MORE: Final = r"[ \0]+for (?:more|another|the (?:rest|other|second))"
_ASKED: Final = (
    r"(?:gym|spin|yoga|pilates|training|workout|tanning|dance|barre|swim\w*|pt)"
    r" (?:session|class|appointment)s?"
    r"|(?:hair|nail|dentist|dental|salon|wax\w*|facial|massage|spa) appointments?|hair removal"
    r"|(?:can|could|may|should|will) (?:i|we|she|he)|am i ok|(?:ok|fine|safe|alright|allowed) to"
    r"|fly|flies|flying|flights?|flew|planes?|leave|leaves|leaving|travel\w*|trip|cruise|honeymoon"
    r"|holidays?|vacation|drive|driving|road trip|gym|run|runs|running|ran|jog\w*|swim\w*|swam|pool"
    r"|sauna|steam|hot tub|jacuzzi|baths?|bathe|shower\w*|shav\w+|wax\w*|epilat\w+|tan|tanning"
    r"|tanned|beach|sunbath\w+|sunbed|drink\w*|drank|wine|beers?|alcohol|cocktails?|margaritas?"
    r"|champagne|party|dance|dancing|danced|race|marathon|half(?! (?:way|of|my|the|an?|as|hour))"
    r"|5k|10k|hike|hiking|hiked|ski|skiing|yoga|pilates|spin|class|massage|work|working|shift"
    r"|worked out|workout|works? out|exercis\w+|walk\w*|lift\w*|squats?|leg day|tennis|golf"
    r"|cycl\w+|bike|biking|weddings?|events?|birthday|dinner|concert|festival|reunion|prom"
    r"|graduation|photos?|photoshoot|dress|heels|shorts|(?:i|we) go(?! in | back)"
    rf"|(?:go|going) back(?!{_MORE})|went(?!(?: back| in)?{_MORE})"
    r"|want to go|planning|planned"
)
_OBJECT: Final = (
    rf"(?:it|them|mine|this|these|that|everything|{_OWN}(?: \w+){{0,2}}? {_PARTS}|{_PARTS})"
)
_TREATED: Final = (
    rf"{TREATMENT}(?: (?:is|are)? ?planned)?|(?:had|got|did) {_OBJECT}(?: done)?"
    r"(?! (?:wet|wax|shav|massag|tan|back|out|off|up))"
    rf"|(?:get|gets|have|has) {_OBJECT} done|(?:getting|having) (?:it|them|{_OBJECT} done)"
    r"|done|came in|come in|coming in|(?:go|going|went|was) in(?= ?(?:on |for |at |this |\0))"
    r"|underwent|booked|scheduled|(?:saw|see|seeing|seen) (?:you|dr|doctor|the doctor)"
    r"|(?:next|last|first|second) (?:one|was|is)"
    # One more: a touch-up, another round, "they did a few more", "went back for the rest".
    r"|touch(?:ed|ing|es)?[- ]?(?:them |it |some |one )?ups?|rounds?(?! ?(?:of|the|trip))"
    r"|they (?:did|added|do)(?! (?:say|tell|not|nothing|ask|mention|warn|give|want))"
    r"(?:(?: \w+){0,4} (?:veins?|spots?|ones|more))?"
    rf"|(?:went|go|going|come|came|been)(?: back| in)?{_MORE}"
)
# The first that fits wins: a "gym session" is no treatment, a "flu shot" neither.
CUE: Final = re.compile(
    rf"\b(?:(?P<booking>{_BOOKING})|(?P<other>{_OTHER_EVENT})|(?P<symptom>{_SYMPTOM})"
    rf"|(?P<asked>{_ASKED})|(?P<treated>{_TREATED}))\b"
)

TENSE: Final = re.compile(
    r"\b(?:(?P<past>had|got|did|was|were|wasn't|came|saw|went|underwent|finished|been|since|already|flew"
    r"|ran|drank|danced|swam|walked|worked out|took|hiked|last)"
    r"|(?P<future>will|i'll|it'll|going|getting|get|gets|having|have|has|is|isn't|it's|booked"
    r"|are|aren't|planned"
    r"|scheduled|upcoming|i'm|am|be|being|seeing|see|next|go in|going in|come in|coming in|what if"
    r"|(?:treatment|session|procedure|appointment|laser|sclerotherapy)'s))\b"
)
# "treated friday" speaks of the past; "get treated friday" does not.
PARTICIPLE: Final = re.compile(r"\b(?:treated|injected|lasered|zapped|done)\b")
# A verb of the past; "allowed" and the like are none.
HAPPENED: Final = re.compile(
    r"\b(?!(?:allowed|supposed|worried|excited|interested|invited|engaged|married)\b)"
    r"(?:[a-z]{3,}ed|gave|put|told|said|left|felt|wore|woke|found|lost|ate|slept|made|met|forgot)\b"
)
IT_WAS: Final = re.compile(r"\bit was(?: actually| probably)?(?: on)?(?: the)? $")
LASTING: Final = re.compile(r"\b(?:still|sore|swollen|bruis\w+|hurts?|hurting|itch\w*|lumps?)\b")

QUESTION: Final = re.compile(
    r"\b(?:can|could|may|should|shall|would|will|when|how|what|is it|is that|am i|ok to|do i|does"
    r"|safe to)\b|^\W*(?:is|are|ok)\b"
)
CLAUSE: Final = re.compile(
    r"[.,;?!()]+|: |\s-+\s"
    r"|\b(?:and|but|so|then|because|(?<!what )if|when|while|although|though|or|plus|now)\b"
    r"|(?<=\s)(?=(?:can|could|may|should) (?:i|we|she|he|you)\b|is it |is that |am i |i want to )"
)
CORRECTION: Final = re.compile(
    r"\b(?:sorry|i mean|i meant|actually|wait|no|oops|correction|rather|scratch that|my bad"
    r"|make that|wrong|mistake)\b"
)
# The other leg, or a second session: told beside a treatment, it is one more; "all right" is not.
ANOTHER: Final = re.compile(
    r"\b(?:(?:the|my|his|her) (?:other|right|left|second|third|2nd|3rd|rest)(?= ?(?:on |\0))"
    r"|again(?= ?(?:on |in |\0))|(?:other|right|left|second|third|2nd|3rd)"
    r" (?:legs?|sides?|ones?|half|calf|thighs?|ankles?|knees?|sessions?|rounds?)\b)"
)
NEGATED: Final = re.compile(
    r"(?:(?<!why )\bnot|\bwasn't|\bisn't|\binstead of|\brather than"
    r"|\bi (?:said|told you|wrote|put))(?: it was)?(?: (?:on|the))* $"
)
BY: Final = re.compile(r"\b(?:by|before|until|till|in time for) $")
JUST: Final = re.compile(
    r"\bjust (?:now )?(?:(?:got|came|come|left|walked)(?: (?:home|back|out|in|from))+|left|had"
    r"|finished|did|been|(?:got )?(?=treated|injected|zapped|lasered|done))"
)
THEN: Final = re.compile(r"\b(?:then|by then|that day)\b")
# Words that carry no subject.
_FILLER: Final = """
    nvm never mind lol thanks the on it was is it's i think so about like around um umm uh er
    maybe at time of my this last no not yes yeah yep ok sorry wait actually oops mean meant
    correction that date day and a for in to be will would by but bad make hi hello hey well
    probably what then if from till until happened bit back early late or believe guess sure
    just only approximately roughly sometime wasn't said wrote put got wrong how when morning
    afternoon evening night
"""
_NO_SUBJECT: Final = frozenset(_FILLER.split())
_WORD: Final = re.compile(r"[a-z0-9'#]+")


def says_nothing_else(clause: str) -> bool:
    """Whether a clause, its dates left out, holds only words that carry no subject."""
    return all(word in _NO_SUBJECT or word.isdigit() for word in _WORD.findall(clause))
