"""What a patient has told so far, and how a later message adds to it or corrects it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.care.screening.model import (
    AGE,
    FIGURE_OF,
    GROUP_OF,
    KINDS,
    SUN,
    WIDTH,
    Contraindication,
    Status,
)

FIGURE_GROUP: Mapping[str, str] = {WIDTH: "vein_kind", AGE: "age", SUN: "sun"}


@dataclass(frozen=True, slots=True)
class Answers:
    """Findings by status; figures by name (mm, years, days); groups answered as a whole.

    `denied`: "none of these", for every finding of the group not told otherwise. `listed`: nothing
    in the group besides what was named. `unsure`: "I do not know". `unplaced`: what was told for a
    group and is on no list, in the patient's words ("" if it was not named at all), so that it is
    never taken for harmless.
    """

    findings: Mapping[str, Status] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    unplaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.findings or self.figures or self.denied or self.unsure or self.unplaced)

    def groups(self) -> frozenset[str]:
        """Return the groups on which anything has been told."""
        told = {GROUP_OF[finding] for finding in self.findings}
        told |= {FIGURE_GROUP[name] for name in self.figures}
        return frozenset(told) | self.denied | self.listed | self.unsure | frozenset(self.unplaced)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, for a tracker's slot or a database column."""
        return {
            "findings": {name: str(status) for name, status in sorted(self.findings.items())},
            "figures": dict(sorted(self.figures.items())),
            "denied": sorted(self.denied),
            "listed": sorted(self.listed),
            "unsure": sorted(self.unsure),
            "unplaced": {name: list(told) for name, told in sorted(self.unplaced.items())},
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Answers":
        """Build answers from `to_json`'s values. Raises ValueError on an unknown status."""
        return cls(
            findings={name: Status(status) for name, status in plain["findings"].items()},
            figures=dict(plain["figures"]),
            denied=frozenset(plain["denied"]),
            listed=frozenset(plain["listed"]),
            unsure=frozenset(plain["unsure"]),
            unplaced={name: tuple(told) for name, told in plain["unplaced"].items()},
        )


def merge(told: Answers, news: Answers) -> Answers:
    """Return what is known after a further message; where the two differ, the news holds.

    "None of these" takes back what was told of its group before, "not sure" does not.
    """
    kept = {
        finding: status
        for finding, status in told.findings.items()
        if GROUP_OF[finding] not in news.denied
    }
    figures = {
        name: value
        for name, value in told.figures.items()
        if FIGURE_GROUP[name] not in news.denied
        and not any(FIGURE_OF.get(finding) == name for finding in news.findings)
    }
    return Answers(
        findings=kept | dict(news.findings),
        figures=figures | dict(news.figures),
        denied=(told.denied - news.unsure) | news.denied,
        listed=(told.listed - news.unsure - news.denied) | news.listed,
        unsure=(told.unsure - news.denied - news.listed) | news.unsure,
        unplaced=_unplaced(told, news),
    )


def _unplaced(told: Answers, news: Answers) -> dict[str, tuple[str, ...]]:
    """A list that was asked for takes the place of "yes" without a name."""
    unplaced = {
        group: tuple(word for word in words if word or group not in news.listed)
        for group, words in told.unplaced.items()
        if group not in news.denied
    }
    for group, words in news.unplaced.items():
        unplaced[group] = tuple(dict.fromkeys((*unplaced.get(group, ()), *words)))
    return {group: words for group, words in unplaced.items() if words}


def status_of(one: Contraindication, answers: Answers) -> Status | None:
    """Return what the patient has told about a contraindication, None if nothing yet."""
    if one.limit is not None:
        judged = _by_figure(one, answers)
        if judged is not None:
            return judged
    return told_of(one.finding, answers)


def told_of(finding: str, answers: Answers) -> Status | None:
    """Return what the patient has told about a finding, None if nothing yet."""
    group = GROUP_OF[finding]
    if finding in answers.findings:
        return answers.findings[finding]
    if group in answers.unsure:
        return Status.UNSURE
    return Status.NO if group in answers.denied | answers.listed else None


def _by_figure(one: Contraindication, answers: Answers) -> Status | None:
    limit = one.limit or 0.0
    if one.finding == "wide_vein":
        return _by_width(one, limit, answers)
    figure = answers.figures.get(AGE if one.finding == "under_age" else SUN)
    if figure is None:
        return None
    return Status.YES if figure < limit else Status.NO


def _by_width(one: Contraindication, limit: float, answers: Answers) -> Status | None:
    """A width that was told counts; else spider and reticular veins are narrow by what they are."""
    width = answers.figures.get(WIDTH)
    if width is not None:
        return Status.YES if width > limit or (one.or_equal and width == limit) else Status.NO
    if one.finding in answers.findings:
        return answers.findings[one.finding]
    kinds = {kind: answers.findings.get(kind) for kind in KINDS}
    if kinds["varicose"] in (Status.YES, Status.UNSURE):
        return Status.UNSURE
    return Status.NO if Status.YES in kinds.values() else None
