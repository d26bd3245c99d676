"""Pregnancy, clots, allergies, illnesses, sun and age in patients' words."""

import re
from collections.abc import Iterator
from typing import Final

from bot.care.screening.veins import NUMBER, read_number

# What counts although it is past.
LASTING: Final = frozenset(
    {
        "clotting_disorder",
        "past_clot",
        "keloids",
        "past_vein_treatment",
        "recent_surgery",
        "severe_allergy",
        "allergy_solution",
        "other_allergy",
        "diabetes_insulin",
        "recent_sun",
    }
)
_CLOT: Final = r"(?:blood )?clots?|dvts?|deep vein thrombos[ie]s|thrombos[ie]s|pulmonary embol\w+"
FINDINGS: Final[tuple[tuple[str, str], ...]] = (
    (
        "pregnant",
        r"\b(?:pregnan\w*|(?:late|missed) (?:my |a )?period|period is late"
        r"|expecting|prego|preggers|with child|weeks along|trimester)\b",
    ),
    (
        "trying",
        r"\b(?:trying (?:for|to (?:have|get|conceive|fall))|try(?:ing)? to conceive|ttc|conceive"
        r"|trying$|trying to be|(?:want|hoping) to get pregnant"
        r"|planning (?:a|to get) (?:pregnan\w+|bab\w+)|want a baby)\b",
    ),
    ("ivf", r"\b(?:ivf|in vitro|fertility (?:treatment|drugs|shots)|egg retrieval|embryo)\b"),
    (
        "breastfeeding",
        r"\b(?:breast ?-?feed\w*|nursing(?! home| school| student)|lactating|pumping"
        r"|breast milk)\b",
    ),
    (
        "clotting_disorder",
        r"\b(?:clot\w* (?:disorders?|problems?|issues?|conditions?|diseases?)|bleeding disorders?"
        r"|coagulopath\w+|h(?:a)?emophili\w+|von willebrand\w*|factor (?:v|5|five)(?: leiden)?"
        r"|thrombophili\w+|leiden|antiphospholipid|protein [cs] deficiency|low platelets"
        r"|thrombocytop\w+|blood (?:disorder|clotting)|clots? (?:too )?easily|bleed easily|lupus"
        r" anticoagulant)\b",
    ),
    (
        "current_clot",
        rf"\b(?:have|got|with|treated for|active|current) an? (?:active )?(?:{_CLOT})\b",
    ),
    ("past_clot", rf"\b(?:{_CLOT}|pe in my lungs?|embolism|phlebitis|stroke)\b"),
    ("cancer", r"\b(?:cancers?|melanoma|carcinoma|lymphoma|leuk(?:a)?emia|tumou?rs?|oncolog\w+)\b"),
    ("epilepsy", r"\b(?:epilep\w+|epilectic|seizures?|convulsions?)\b"),
    (
        "immune_weak",
        r"\b(?:hiv|aids|immun\w*[- ]?(?:compromised|suppressed|deficien\w+|system)|transplant\w*"
        r"|weak immune|immune (?:problem|disease|disorder|deficiency)|chemo\w*|low immunity)\b",
    ),
    ("keloids", r"\b(?:keloids?|keliods?|keloid scars?|hypertrophic scar\w*|raised scars?)\b"),
    (
        "hormonal_disorder",
        r"\b(?:hormon\w+ (?:disorders?|problems?|issues?|imbalance|condition)|pcos|thyroid"
        r"|hypothyroid\w*|hyperthyroid\w*|hashimoto\w*|graves|cushing\w*|addison\w*|melasma)\b",
    ),
    (
        "light_disease",
        r"\b(?:lupus(?! anticoagulant)|porphyria|sun allergy|allergic to (?:the )?sun"
        r"|solar urticaria|light[- ]sensitiv\w+|photosensitiv\w+"
        r"|polymorphous light|xeroderma|vitiligo|sle)\b",
    ),
    (
        "vein_trouble",
        r"\b(?:(?:leg|venous|open|skin) (?:ulcers?|sores?)|ulcers? on|sores? on|bleeding veins?"
        r"|veins? (?:bleed\w*|bled)|swollen legs?|legs? swell\w*|swelling|venous insufficiency"
        r"|leg swelling)\b",
    ),
    (
        "past_vein_treatment",
        r"\b(?:veins? (?:stripp\w+|surgery|removed|ablat\w+|treat\w+ before)|vein stripping|evlt"
        r"|evla"
        r"|(?:previous|past|prior|earlier) (?:vein |leg )?(?:sclero\w*|laser|treatments?|surgery)"
        r"|(?:had|did|done) (?:sclero\w*|laser|vein treat\w+)|sclero\w* (?:before|years|last))\b",
    ),
    (
        "recent_surgery",
        r"\b(?:surgery|surgeries|operation|operated|c[- ]section|cesarean|hospital\w*|(?:knee|hip)"
        r" replacement)\b",
    ),
    (
        "little_movement",
        r"\b(?:wheelchair|bed ?ridden|bed ?bound|bed rest|can'?t walk|cannot walk|in a cast"
        r"|immobile|paraly[sz]ed|hardly (?:walk|move)|barely (?:walk|move))\b",
    ),
    (
        "recent_sun",
        r"\b(?:tan(?:ned|ning|s)?|sun ?-?burn\w*|sunb(?:ath\w+|eds?)|tanning beds?|spray tan\w*"
        r"|(?:self|fake)[- ]tan\w*|beach|in the sun|sun exposure|a lot of sun|solarium)\b",
    ),
    (
        "other_illness",
        r"\b(?:asthma|(?:high |low )?blood pressure|hypertension|(?:high )?cholesterol|migraines?"
        r"|arthritis|osteo\w+|depression|depressed|anxiety|adhd|acid reflux|gerd|heartburn|ibs"
        r"|eczema|acne|rosacea|an(?:a)?emia|sleep apnea|fibroids?|endometriosis|gout)\b",
    ),
)
_COMPILED: Final = tuple((finding, re.compile(pattern)) for finding, pattern in FINDINGS)
_NO_PREGNANCY: Final = re.compile(
    r"\b(?:trying|try|want|hoping|planning|after|since|during|from|before) (?:\w+ ){0,3}pregnan\w+"
)
DIABETES: Final = re.compile(r"\b(?:diabet\w+|t1d|t2d|type (?:1|2|one|two))\b")
_TYPE_1: Final = re.compile(r"\b(?:type (?:1|one)|t1d|insulin|juvenile)\b")
_NO_INSULIN: Final = re.compile(
    r"\b(?:no|not|without|don'?t|never)\b[^.;]*\binsulin\b|\bdiet[- ]controlled\b|\bpre-?diabet\w+"
)
# Scopes and groups.
ALLERGY: Final = re.compile(
    r"\b(?:allerg\w*|alerg\w*|anaphyla\w+|epi-?pen|react(?:ed|ion)?s? to)\b"
)
SEVERE: Final = re.compile(
    r"\b(?:anaphyla\w+|epi-?pen|severe(?:ly)?|throat (?:closed|swelled|swells|closes)"
    r"|bad reaction)\b"
)
SOLUTION: Final = re.compile(
    r"\b(?:polidocanol|polidocan\w*|asclera|varithena|aethoxysklerol|sclerosants?|sotradecol"
    r"|sodium tetradecyl(?: sulfate)?|tetradecyl|sts|saline|(?:the )?(?:solution|injection)s?)\b"
)
ALLERGENS: Final = re.compile(
    r"\b(?:latex|pea ?nuts?|(?:tree )?nuts?|shell ?fish|shrimp|fish|eggs?|milk|dairy|lactose|gluten"
    r"|wheat|soy|pollen|grass|dust(?: mites)?|mold|cats?|dogs?|pets?|bees?|wasps?|stings?|nickel"
    r"|adhesives?|tape|band ?-?aids?|sulfa|codeine|morphine|contrast|dye|iodine|perfume|fragrance"
    r"|hay ?fever|seasonal|strawberr\w+|kiwi|bananas?)\b"
)
GROUP_WORDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    (
        "medicines",
        re.compile(
            r"\b(?:medications?|medicines?|medicin|meds|drugs?|pills|prescriptions?|tablets"
            r"|supplements?|take anything|on anything|taking anything|using anything)\b"
        ),
    ),
    ("allergies", re.compile(r"\b(?:allerg(?:y|ies|ic to anything|ens)|alerg(?:y|ies)|nkda)\b")),
    (
        "illnesses",
        re.compile(
            r"\b(?:illness(?:es)?|(?:health|medical) (?:problems?|issues?|conditions?|history)"
            r"|diseases?|conditions|sickness(?:es)?)\b"
        ),
    ),
)
NOBODY_PREGNANT: Final = re.compile(
    r"\b(?:i'?m|i am|as) an? (?:\w+ )?(?:man|male|guy|dude)\b|\bmale\b|\bmenopaus\w+"
    r"|\bpost-?menopaus\w+|\bhysterectomy\b|\bpast that age\b"
)
_AGE: Final = (
    re.compile(r"\b(\d{1,3})[ -]?(?:years?[ -]old|y/?o|yrs? old|years? of age)\b"),
    re.compile(r"\b(?:i'?m|i am|she'?s|he'?s|age[d]?(?: is)?|turn(?:ed|ing)?|just) (\d{1,3})\b"),
)
_NOT_AN_AGE: Final = re.compile(r"^\s*(?:weeks?|months?|days?|mm|%|mg|weeks|lbs?|kg|cm|ft|hours?)")
_ADULT: Final = re.compile(r"\b(?:over|above|older than) (?:18|21)\b|\ban adult\b|\bof age\b")
_MINOR: Final = re.compile(r"\b(?:under (?:18|age)|a minor|teenager|not 18|in high school)\b")
_AGO: Final = re.compile(rf"\b({NUMBER})\s*(day|week|month|year)s? (?:ago|back|before|since)\b")
_LAST: Final = re.compile(r"\b(?:for|in) (?:the )?(?:last |past |over )?"
                          rf"({NUMBER})\s*(day|week|month|year)s?\b")  # fmt: skip
_DAYS_IN: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_DAYS_BACK: Final = (
    (re.compile(r"\b(?:today|this morning|right now)\b"), 0),
    (re.compile(r"\byesterday\b"), 1),
    (re.compile(r"\b(?:this week|last weekend|this weekend|the weekend)\b"), 3),
    (re.compile(r"\blast week\b"), 7),
    (re.compile(r"\blast year\b"), 365),
)
RECENT_SURGERY_DAYS: Final = 92
TO_COME: Final = re.compile(r"\b(?:going to|will|next|planning|plan to|gonna|upcoming|tomorrow)\b")


def find_conditions(text: str) -> Iterator[tuple[str, int]]:
    """Yield the conditions that a part names, with the character each begins at."""
    for finding, pattern in _COMPILED:
        searched = _blanked(text) if finding == "pregnant" else text
        match = pattern.search(searched)
        if match is not None:
            yield finding, match.start()


def _blanked(text: str) -> str:
    """A pregnancy that is wished for, or was before the veins, is not one now."""
    return _NO_PREGNANCY.sub(lambda match: " " * len(match.group()), text)


def insulin(text: str) -> bool | None:
    """Tell whether a text about diabetes speaks of insulin; None if it does not say."""
    if _NO_INSULIN.search(text):
        return False
    return True if _TYPE_1.search(text) else None


def read_age(text: str, *, asked: bool) -> float | None:
    """Return an age in years, None if none is told."""
    for pattern in _AGE:
        for match in pattern.finditer(text):
            if not _NOT_AN_AGE.match(text[match.end() :]):
                return float(match.group(1))
    bare = re.fullmatch(r"\D{0,12}(\d{1,3})\D{0,12}", text.strip()) if asked else None
    return float(bare.group(1)) if bare else None


def is_adult(text: str) -> bool | None:
    """Tell whether somebody says to be an adult, or a minor; None if neither."""
    if _MINOR.search(text):
        return False
    return True if _ADULT.search(text) else None


def days_ago(text: str) -> float | None:
    """Return how many days back a text says that something was, None if it does not say."""
    for pattern in (_AGO, _LAST):
        match = pattern.search(text)
        if match:
            return read_number(match.group(1)) * _DAYS_IN[match.group(2)]
    return next((days for pattern, days in _DAYS_BACK if pattern.search(text)), None)
