"""What a clinic asks before a first treatment, and what speaks against it, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.care.answer import Source


class Status(StrEnum):
    """What a patient has told about a finding; a finding not told of has none."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """What a screening comes to, best first. Never a diagnosis: the clinic decides."""

    LIKELY_SUITABLE = "likely_suitable"
    NEEDS_CLINICIAN = "needs_clinician"
    NOT_NOW = "not_now"
    NOT_WITH_THIS_TREATMENT = "not_with_this_treatment"

    @property
    def rank(self) -> int:
        """How far from suitable: 0 is likely suitable."""
        return list(Outcome).index(self)


# Question -> its groups -> their findings, in the order asked. A group is answered as a whole by
# "none of these" or "not sure".
QUESTIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "veins": {
        "vein_kind": ("spider", "reticular", "varicose", "wide_vein"),
        "vein_place": ("legs", "face", "elsewhere"),
    },
    "pregnancy": {"pregnancy": ("pregnant", "trying", "ivf", "breastfeeding")},
    "clotting": {"clotting": ("clotting_disorder", "past_clot", "current_clot")},
    "medicines": {
        "medicines": (
            "anticoagulant",
            "antiplatelet",
            "aspirin",
            "nsaid",
            "steroid",
            "steroid_cream",
            "steroid_inhaled",
            "retinoid",
            "photosensitizer",
            "may_photosensitize",
            "antibiotic",
            "other_medicine",
        )
    },
    "allergies": {"allergies": ("allergy_solution", "severe_allergy", "other_allergy")},
    "illnesses": {
        "illnesses": (
            "cancer",
            "diabetes_insulin",
            "epilepsy",
            "immune_weak",
            "keloids",
            "hormonal_disorder",
            "light_disease",
            "vein_trouble",
            "past_vein_treatment",
            "recent_surgery",
            "little_movement",
            "other_illness",
        )
    },
    "sun": {"sun": ("recent_sun",)},
    "age": {"age": ("under_age",)},
}
MOST_QUESTIONS: Final = 7
GROUP_OF: Final[Mapping[str, str]] = {
    finding: group
    for groups in QUESTIONS.values()
    for group, findings in groups.items()
    for finding in findings
}
FINDINGS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    group: findings for groups in QUESTIONS.values() for group, findings in groups.items()
}
QUESTION_OF: Final[Mapping[str, str]] = {
    group: question for question, groups in QUESTIONS.items() for group in groups
}
KINDS: Final = ("spider", "reticular", "varicose")
PLACES: Final = FINDINGS_OF["vein_place"]
# What anybody may have, and no document speaks against: only known so that it is understood.
HARMLESS: Final = frozenset({"other_medicine", "other_allergy", "other_illness"})
# Findings that are judged by a figure: its name, and whether it counts below or above the limit.
WIDTH: Final = "width_mm"
AGE: Final = "age_years"
SUN: Final = "days_since_sun"
FIGURE_OF: Final[Mapping[str, str]] = {"wide_vein": WIDTH, "under_age": AGE, "recent_sun": SUN}


@dataclass(frozen=True, slots=True)
class Contraindication:
    """One thing that speaks against a treatment, with what its document says of it.

    `limit` belongs to findings judged by a figure: a vein wider than so many mm (`or_equal`: that
    wide or wider), somebody younger than so many years, a tan less than so many days back.
    `when` says when to ask again, `refer` who does treat it. `general`: from general.yml.
    """

    finding: str
    outcome: Outcome
    reason: str
    sources: tuple[Source, ...]
    when: str = ""
    refer: str = ""
    limit: float | None = None
    or_equal: bool = False
    disputed: bool = False
    general: bool = False

    @property
    def group(self) -> str:
        """The group of findings it belongs to."""
        return GROUP_OF[self.finding]


@dataclass(frozen=True, slots=True)
class Screening:
    """One clinic's screening: which veins it treats and where, and what speaks against it."""

    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    contraindications: tuple[Contraindication, ...] = ()

    def concerning(self, question: str) -> tuple[Contraindication, ...]:
        """Return what speaks against treatment among the findings of one question."""
        return tuple(one for one in self.contraindications if QUESTION_OF[one.group] == question)
