"""The form of a pack's `screening` section, and of general.yml's."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from bot.care.screening.model import FIGURE_OF, GROUP_OF, HARMLESS, KINDS, PLACES, Outcome
from bot.knowledge.facts import Strict
from bot.knowledge.prose import ProseText


class GeneralContraindicationForm(Strict):
    """One thing a public source names; it can only ask for a clinician first."""

    finding: str
    reason: ProseText = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    limit: float | None = Field(default=None, gt=0)

    @field_validator("finding")
    @classmethod
    def _known(cls, finding: str) -> str:
        if finding not in GROUP_OF:
            known = ", ".join(sorted(set(GROUP_OF) - HARMLESS))
            raise ValueError(f"{finding!r} is no finding of a screening; use one of: {known}")
        return finding

    @model_validator(mode="after")
    def _limited(self) -> Self:
        """A limit is in mm (wide_vein), years (under_age) or days (recent_sun)."""
        if (self.limit is not None) and self.finding not in FIGURE_OF:
            raise ValueError(f"{self.finding!r} has no figure; remove limit")
        if self.limit is None and self.finding in FIGURE_OF:
            raise ValueError(f"{self.finding!r} needs its figure; add limit")
        return self


class ContraindicationForm(GeneralContraindicationForm):
    """One contraindication or limit of the clinic's document, with what it comes to.

    `when` says when to ask again (not_now), `refer` who does treat it (not_with_this_treatment).
    `or_equal`: the limit itself counts too ("less than 3 mm" is treated: limit 3, or_equal).
    """

    outcome: Outcome
    when: ProseText = ""
    refer: ProseText = ""
    or_equal: bool = False
    disputed: bool = False

    @model_validator(mode="after")
    def _told_fully(self) -> Self:
        if self.outcome is Outcome.LIKELY_SUITABLE:
            raise ValueError("a contraindication makes nobody suitable; choose another outcome")
        if (self.outcome is Outcome.NOT_NOW) != bool(self.when):
            raise ValueError("not_now goes with when; give both, or neither")
        return self


class ScreeningForm(Strict):
    """Which veins the document says are treated, where, and what speaks against it."""

    kinds: list[str] = Field(min_length=1)
    places: list[str] = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    contraindications: list[ContraindicationForm] = Field(default=[])

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = {*self.kinds} - {*KINDS} | {*self.places} - {*PLACES}
        if unknown:
            known = ", ".join((*KINDS, *PLACES))
            raise ValueError(f"{sorted(unknown)} is no kind or place of vein; use: {known}")
        findings = [one.finding for one in self.contraindications]
        twice = {finding for finding in findings if findings.count(finding) > 1}
        if twice:
            raise ValueError(f"{sorted(twice)} stands here twice; keep the stricter one")
        both = {*self.kinds, *self.places} & {*findings}
        if both:
            raise ValueError(f"{sorted(both)} is treated and ruled out; keep one of the two")
        return self
