"""Which questions are still open, and what the answers come to: pure rules over plain data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.care.answer import Source
from bot.care.screening.answers import Answers, status_of, told_of
from bot.care.screening.model import (
    KINDS,
    PLACES,
    QUESTIONS,
    Contraindication,
    Outcome,
    Screening,
    Status,
)

# Groups in which something must be named: nobody is suitable without a kind and a place of vein.
NAMED: Mapping[str, tuple[str, ...]] = {"vein_kind": KINDS, "vein_place": PLACES}


class Ground(StrEnum):
    """Why a reason counts."""

    TOLD = "told"  # the patient has it
    UNSURE = "unsure"  # the patient does not know whether they have it
    MISSING = "missing"  # the question has no answer yet
    UNPLACED = "unplaced"  # the patient named something that is on no list


@dataclass(frozen=True, slots=True)
class Question:
    """One grouped question: its options are findings; `sources` say why it is asked."""

    id: str
    groups: tuple[str, ...]
    options: tuple[str, ...]
    sources: tuple[Source, ...]
    general: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for an outcome. `subject` is a finding, a group, or a question (if missing)."""

    outcome: Outcome
    ground: Ground
    subject: str
    contraindication: Contraindication | None = None
    told: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where it stands."""
        return self.contraindication.sources if self.contraindication else ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a screening comes to: the worst of its reasons, gravest first; none if suitable."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    sources: tuple[Source, ...]

    @property
    def when(self) -> tuple[str, ...]:
        """When to ask again, one text for every reason that passes."""
        return _texts(one.contraindication.when for one in self.reasons if one.contraindication)

    @property
    def refer(self) -> tuple[str, ...]:
        """Who does treat it, as far as the document says so."""
        return _texts(one.contraindication.refer for one in self.reasons if one.contraindication)

    @property
    def general(self) -> bool:
        """Whether a reason comes from general knowledge, not from the clinic's own document."""
        return any(one.contraindication and one.contraindication.general for one in self.reasons)

    @property
    def disputed(self) -> bool:
        """Whether the document contradicts itself on a reason that counts."""
        return any(one.contraindication and one.contraindication.disputed for one in self.reasons)


def questions(screening: Screening) -> tuple[Question, ...]:
    """Return the questions that matter for a clinic, in the order to ask; at most seven.

    A question none of whose findings speaks against the treatment is not asked.
    """
    asked = []
    for name, groups in QUESTIONS.items():
        concerning = screening.concerning(name)
        if not concerning and name != "veins":
            continue
        against = {one.finding for one in concerning}
        shown = against | ({*screening.kinds, *screening.places} if name == "veins" else set())
        sources = [source for one in concerning for source in one.sources]
        sources += screening.sources if name == "veins" else ()
        asked.append(
            Question(
                id=name,
                groups=tuple(groups),
                options=tuple(f for fs in groups.values() for f in fs if f in shown),
                sources=tuple(dict.fromkeys(sources)),
                general=bool(concerning) and all(one.general for one in concerning),
            )
        )
    return tuple(asked)


def open_questions(screening: Screening, answers: Answers) -> tuple[Question, ...]:
    """Return the questions that still lack an answer, in the order to ask."""
    return tuple(
        question
        for question in questions(screening)
        if any(is_open(group, screening, answers) for group in question.groups)
    )


def is_open(group: str, screening: Screening, answers: Answers) -> bool:
    """Tell whether a group still lacks an answer.

    A finding that speaks against treatment closes its group; so does something on no list.
    """
    if group in answers.unsure or group in answers.unplaced:
        return False
    if group in NAMED:
        told = [told_of(finding, answers) for finding in NAMED[group]]
        return Status.YES not in told and Status.UNSURE not in told
    statuses = [
        status_of(one, answers) for one in screening.contraindications if one.group == group
    ]
    return Status.YES not in statuses and None in statuses


def judge(screening: Screening, answers: Answers) -> Result:
    """Return what the answers come to for a clinic. Total: never raises.

    Likely suitable needs an answer to every question, none of them against it or unknown.
    """
    reasons = [*_told(screening, answers), *_left_open(screening, answers)]
    reasons.sort(key=lambda reason: (-reason.outcome.rank, list(Ground).index(reason.ground)))
    if reasons:
        sources = [source for reason in reasons for source in reason.sources]
        return Result(reasons[0].outcome, tuple(reasons), tuple(dict.fromkeys(sources)))
    return Result(Outcome.LIKELY_SUITABLE, (), screening.sources)


def _told(screening: Screening, answers: Answers) -> list[Reason]:
    reasons = []
    for one in screening.contraindications:
        status = status_of(one, answers)
        if status is Status.YES:
            reasons.append(Reason(one.outcome, Ground.TOLD, one.finding, one))
        elif status is Status.UNSURE and one.group not in answers.unsure:
            reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.UNSURE, one.finding, one))
    return reasons


def _left_open(screening: Screening, answers: Answers) -> list[Reason]:
    asked = questions(screening)
    still_open = {question.id for question in open_questions(screening, answers)}
    reasons = []
    for question in asked:
        for group in question.groups:
            if group in answers.unsure:
                reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.UNSURE, group))
            if group in answers.unplaced:
                told = ", ".join(word for word in answers.unplaced[group] if word)
                reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.UNPLACED, group, told=told))
        if question.id in still_open:
            reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.MISSING, question.id))
    return [*reasons, *_veins(screening, answers)]


def _veins(screening: Screening, answers: Answers) -> list[Reason]:
    """A vein or place counts as treated only if the document names it and the patient is sure."""
    against = {one.finding for one in screening.contraindications}
    treated = {*screening.kinds, *screening.places}
    reasons = []
    for finding in (*KINDS, *PLACES):
        status = answers.findings.get(finding)
        if finding in treated and status is Status.UNSURE:
            reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.UNSURE, finding))
        elif finding not in treated | against and status in (Status.YES, Status.UNSURE):
            reasons.append(Reason(Outcome.NEEDS_CLINICIAN, Ground.TOLD, finding))
    return reasons


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
