"""Free text to answers: a message may fill several questions, correct them, or leave them open."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.care.screening import conditions, veins
from bot.care.screening.answers import Answers
from bot.care.screening.clauses import Part, split_parts
from bot.care.screening.listing import unplaced_in
from bot.care.screening.medicines import Medicine, Medicines
from bot.care.screening.model import (
    AGE,
    FINDINGS_OF,
    KINDS,
    PLACES,
    QUESTIONS,
    SUN,
    WIDTH,
    Status,
)
from bot.text.normalise import normalise

LISTED: Final = ("medicines", "allergies", "illnesses")
# The pattern below can be read in several ways, so a long run of it would take long.
LONGEST_NONE: Final = 60
_NONE: Final = re.compile(
    r"(?:(?:no|nope|nah|none|neither|never|nothing|n/a|na|nil|zero|not at all|not any|all no"
    r"|(?:no|none|nothing)(?: (?:of|to|like))?(?: all)?(?: of)? (?:these|those|them|that|the above"
    r"|it|all|everything)|(?:no )?(?:i )?(?:don'?t|do not|haven'?t|have not|am not|'m not|i'm not)"
    r"(?: have| take| had)?(?: any| either)?(?: of (?:these|those|them|that))?"
    r"|(?:not|none|nothing|no,? not)(?: that)? i know(?: of)?"
    r"|(?:i'm )?not aware of any|not applicable|not me"
    r"|no thanks?|no ma'?am|no sir|healthy"
    r"|(?:i'm )?(?:perfectly |otherwise |totally |very )?healthy|nothing else)[ .!]*)+"
)
_YES: Final = re.compile(r"(?:yes|yeah|yep|yup|y|sure|i do|i am|i have|yes i (?:do|am|have))[ .!]*")
_ONLY: Final = re.compile(
    r"\b(?:only|just|except|apart from|other than|besides|nothing else|that'?s (?:all|it)"
    r"|that is all)\b"
)
_CORRECTS: Final = re.compile(
    r"\b(?:actually|sorry|i meant?|correction|wrong|mistake|instead|rather|changed my mind|wait)\b"
)
_ON_SKIN: Final = re.compile(
    r"\b(?:creams?|ointments?|gels?|lotions?|topical\w*|serums?|on my skin)\b"
)
_BY_MOUTH: Final = re.compile(r"\b(?:pills?|tablets?|oral\w*|by mouth|injections?|shots?|iv)\b")
# "No problems with warfarin" is said by somebody who takes it.
_FINE_WITH: Final = re.compile(
    r"\bno (?:problems?|issues?|trouble|side effects?) (?:with|on|from)\b"
)
_CARRIES_ON: Final = re.compile(r"\b(?:take|taking|on|use|using|have|am|i'm|i've|not|no|don'?t)\b")


@dataclass
class _Draft:
    """Answers while they are being read; of two statuses for a finding the graver stays."""

    findings: dict[str, Status] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    unplaced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)

    def note(self, finding: str, status: Status | None) -> None:
        graver = [Status.NO, Status.UNSURE, Status.YES]
        if status is not None:
            known = self.findings.get(finding, Status.NO)
            self.findings[finding] = max(known, status, key=graver.index)

    def add_unplaced(self, group: str, words: str) -> None:
        self.unplaced[group] = tuple(dict.fromkeys((*self.unplaced.get(group, ()), words)))

    def done(self) -> Answers:
        return Answers(
            self.findings,
            self.figures,
            frozenset(self.denied),
            frozenset(self.listed),
            frozenset(self.unsure),
            self.unplaced,
        )


def read_answers(text: str, medicines: Medicines, asked: str | None = None) -> Answers:
    """Read a message. `asked` is the id of the question it may answer, None if none was asked.

    Total: any text has answers, if only empty ones. What it cannot place in an answer to a
    question on medicines, allergies or illnesses is kept as unplaced, never taken for harmless.
    """
    message = normalise(text)
    draft = _Draft()
    groups = tuple(QUESTIONS.get(asked or "", ()))
    allergic = asked == "allergies"
    for part in split_parts(message):
        if _whole_answer(part, groups, draft):
            continue
        starts = conditions.ALLERGY.search(part.text) is not None
        allergic = starts or (allergic and not _CARRIES_ON.search(part.text))
        before = (len(draft.findings), len(draft.unplaced), len(draft.denied), len(draft.unsure))
        named = [
            *_vein_findings(part, message, asked, draft),
            *_condition_findings(part, message, draft),
        ]
        named += (
            _allergies(part, medicines, draft) if allergic else _medicines(part, medicines, draft)
        )
        named += _group_words(part, draft, named=bool(named))
        changed = before != (
            len(draft.findings), len(draft.unplaced), len(draft.denied), len(draft.unsure)
        )  # fmt: skip
        for group, words in unplaced_in(part, asked, medicines, placed=bool(named) or changed):
            draft.add_unplaced(group, words)
    _read_age(message, asked, draft)
    _close(message, groups, draft)
    return draft.done()


def _whole_answer(part: Part, groups: tuple[str, ...], draft: _Draft) -> bool:
    """ "None of these", "yes" and "not sure" answer what was asked as a whole."""
    if not groups:
        return False
    if len(part.text) <= LONGEST_NONE and _NONE.fullmatch(part.text):
        draft.denied |= {group for group in groups if not group.startswith("vein_")}
        return True
    if _YES.fullmatch(part.text):
        _yes(groups[0], draft)
        return True
    if part.unsure and _is_bare_doubt(part.text):
        draft.unsure |= set(groups)
        return True
    return False


def _yes(group: str, draft: _Draft) -> None:
    if group == "sun":
        draft.note("recent_sun", Status.YES)
    elif group not in ("vein_kind", "vein_place", "age"):
        draft.add_unplaced(group, "")


def _is_bare_doubt(text: str) -> bool:
    return len(text.split()) <= 6 and not any(
        True for _ in conditions.find_conditions(text)
    ) and not any(pattern.search(text) for _, pattern in conditions.GROUP_WORDS)  # fmt: skip


def _vein_findings(part: Part, message: str, asked: str | None, draft: _Draft) -> Iterator[str]:
    about_veins = asked == "veins" or veins.SPEAKS_OF_VEINS.search(message) is not None
    if not about_veins or part.relative:
        return
    for kind, start in veins.find_kinds(part.text, asked=asked == "veins"):
        # What somebody thinks their veins are counts; a clinician looks at them in any case.
        doubt = Status.UNSURE if part.unsure else Status.YES
        denied = part.denied_from is not None and start > part.denied_from
        draft.note(kind, Status.NO if denied and not part.unsure else doubt)
        yield kind
    for place, start in veins.find_places(part.text):
        denied = part.denied_from is not None and start > part.denied_from
        draft.note(place, Status.NO if denied else Status.YES)
        yield place
    width = veins.read_width(part.text)
    if width is not None:
        draft.figures[WIDTH] = max(width, draft.figures.get(WIDTH, 0.0))
        yield "wide_vein"


def _condition_findings(part: Part, message: str, draft: _Draft) -> Iterator[str]:
    for finding, start in conditions.find_conditions(part.text):
        status = part.status_at(start, lasting=finding in conditions.LASTING)
        if finding == "recent_sun":
            _read_sun(part, status, draft)
        elif finding == "recent_surgery":
            _read_surgery(part, status, draft)
        else:
            draft.note(finding, status)
            if finding == "past_clot" and status is Status.NO:
                draft.note("current_clot", status)
        yield finding
    diabetes = conditions.DIABETES.search(part.text)
    if diabetes and not part.relative:
        _read_diabetes(part, message, diabetes.start(), draft)
        yield "diabetes_insulin"
    if conditions.NOBODY_PREGNANT.search(part.text) and not part.relative:
        draft.denied.add("pregnancy")
        yield "pregnant"


def _read_sun(part: Part, status: Status | None, draft: _Draft) -> None:
    days = conditions.days_ago(part.text)
    if days is not None and status is not None:
        draft.figures[SUN] = min(days, draft.figures.get(SUN, days))
    elif conditions.TO_COME.search(part.text) or "last month" in part.text:
        draft.note("recent_sun", Status.UNSURE)
    else:
        draft.note("recent_sun", status)


def _read_surgery(part: Part, status: Status | None, draft: _Draft) -> None:
    """An operation long ago does not count; one without a time may."""
    days = conditions.days_ago(part.text)
    if status is Status.YES and days is not None:
        status = Status.YES if days <= conditions.RECENT_SURGERY_DAYS else None
    elif status is Status.YES and not re.search(r"\brecent|\bjust\b|last month", part.text):
        status = Status.UNSURE
    draft.note("recent_surgery", status)


def _read_diabetes(part: Part, message: str, start: int, draft: _Draft) -> None:
    uses = conditions.insulin(message)
    status = part.status_at(start, lasting=True)
    if uses is False:
        draft.note("diabetes_insulin", Status.NO)
        draft.note("other_illness", status)
    elif uses is None and status is Status.YES:
        draft.note("diabetes_insulin", Status.UNSURE)
    else:
        draft.note("diabetes_insulin", status)


def _allergies(part: Part, medicines: Medicines, draft: _Draft) -> Iterator[str]:
    """A medicine that somebody is allergic to is no medicine that they take."""
    solution = conditions.SOLUTION.search(part.text)
    severe = conditions.SEVERE.search(part.text)
    other = conditions.ALLERGENS.search(part.text)
    for mention in medicines.find(part.text):
        draft.note("other_allergy", part.status_at(mention.start, lasting=True))
        yield mention.medicine.name
    for finding, match in (
        ("allergy_solution", solution), ("severe_allergy", severe), ("other_allergy", other)
    ):  # fmt: skip
        if match:
            draft.note(finding, part.status_at(match.start(), lasting=True))
            yield finding


def _medicines(part: Part, medicines: Medicines, draft: _Draft) -> Iterator[str]:
    for mention in medicines.find(part.text):
        status = part.status_at(mention.start)
        if status is Status.NO and _FINE_WITH.search(part.text[: mention.start]):
            status = Status.YES
        if status is None:
            yield mention.medicine.name
            continue
        for finding, certain in _counts_as(mention.medicine, part.text):
            draft.note(finding, status if certain or status is Status.NO else Status.UNSURE)
        if status is Status.YES:
            draft.taken.append(mention.medicine.name)
        yield mention.medicine.name


def _counts_as(medicine: Medicine, text: str) -> Iterator[tuple[str, bool]]:
    """The classes of a medicine, each with whether it is certain."""
    if medicine.on_skin is not None and _ON_SKIN.search(text):
        yield from ((finding, True) for finding in medicine.on_skin)
        return
    yield from ((finding, True) for finding in medicine.findings)
    certain = bool(_BY_MOUTH.search(text)) and medicine.on_skin is not None
    yield from ((finding, certain) for finding in medicine.unsure)


def _group_words(part: Part, draft: _Draft, *, named: bool) -> Iterator[str]:
    for group, pattern in conditions.GROUP_WORDS:
        match = pattern.search(part.text)
        if match is None or part.relative or (named and not part.denied):
            continue
        yield group
        if part.unsure:
            draft.unsure.add(group)
        elif part.status_at(match.start()) is Status.NO or match.group() == "nkda":
            draft.denied.add(group)
        elif not part.denied and not part.text.endswith("?"):
            draft.add_unplaced(group, "")


def _read_age(message: str, asked: str | None, draft: _Draft) -> None:
    adult = conditions.is_adult(message)
    age = conditions.read_age(message, asked=asked == "age")
    if adult is not None:
        draft.note("under_age", Status.NO if adult else Status.YES)
    elif age is not None:
        draft.figures[AGE] = age


def _close(message: str, groups: tuple[str, ...], draft: _Draft) -> None:
    """What the message as a whole adds: a kind from a width, the end of a list, a correction."""
    if WIDTH in draft.figures and not any(kind in draft.findings for kind in KINDS):
        draft.note(veins.kind_of_width(draft.figures[WIDTH]), Status.YES)
    told = {f for f, status in draft.findings.items() if status is not Status.NO}
    for group in LISTED:
        named = told & set(FINDINGS_OF[group]) or group in draft.unplaced
        closed = group in groups or (group == "medicines" and _ONLY.search(message))
        if named and closed and "" not in draft.unplaced.get(group, ()):
            draft.listed.add(group)
    for group in draft.denied:
        if group in draft.unplaced:
            draft.unplaced[group] = tuple(word for word in draft.unplaced[group] if word)
            if not draft.unplaced[group]:
                del draft.unplaced[group]
    if _CORRECTS.search(message):
        _correct(told, draft)


def _correct(told: set[str], draft: _Draft) -> None:
    """ "Sorry, they are spider veins": the kinds and places not named now are taken back."""
    for named in (KINDS, PLACES):
        if told & set(named):
            for finding in named:
                draft.findings.setdefault(finding, Status.NO)
