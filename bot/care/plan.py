"""A patient's aftercare plan: when each timed rule of the clinic changes, by date.

Pure. Nothing stands in a plan that the clinic's document does not say; every end is the safe one,
the treatment day plus the longest time that the document names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import pairwise
from typing import Literal

from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.rules import VEIN_KINDS, Kind, PhaseName, Rule, Span, VeinKind, over_on, spans
from bot.care.wording import length_in_words

Change = Literal["next", "over"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a rule from `first` on, until `over`: the first day on which it no longer holds.

    `hours` is its end since the treatment; both None: the document gives no end.
    """

    phase: PhaseName | None
    first: date
    over: date | None
    length: str
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One rule of the clinic for one treatment, from the treatment day on.

    `assumed`: the kind of vein matters and was not told, so these are the longest times.
    """

    rule: Rule
    stretches: tuple[Stretch, ...]
    assumed: bool = False

    @property
    def over(self) -> date | None:
        """The first day on which nothing of the rule holds; None: it has no end."""
        return self.stretches[-1].over if self.stretches else None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day on which rules change, and how: `next` begins another stretch, `over` ends the rule.

    `hours` after the treatment it has changed for certain, where its hour is known.
    """

    day: date
    course: Course
    change: Change
    stretch: Stretch | None = None
    hours: int | None = None


def courses(
    rules: Mapping[str, Rule],
    treated: Moment,
    vein: VeinKind | None,
    *,
    zone: tzinfo,
    texts: Phrases,
) -> tuple[Course, ...]:
    """Lay out all rules of a clinic for a treatment, those that end first at the front."""
    found = [_course(rule, treated, vein, zone, texts) for rule in rules.values()]
    return tuple(sorted(found, key=_order))


def milestones(plan: Iterable[Course]) -> tuple[Milestone, ...]:
    """Return the days after the treatment on which something changes, in order."""
    found: list[Milestone] = []
    for course in plan:
        for before, stretch in pairwise(course.stretches):
            found.append(Milestone(stretch.first, course, "next", stretch, before.hours))
        if course.over is not None:
            hours = course.stretches[-1].hours
            found.append(Milestone(course.over, course, "over", hours=hours))
    return tuple(sorted(found, key=lambda one: (one.day, one.course.rule.topic)))


def milestone_key(milestone: Milestone) -> str:
    """Return the key of the phrase that tells a milestone, below `plan`."""
    if milestone.change == "next":
        named = milestone.stretch is not None and milestone.stretch.phase is not None
        return "next_phase" if named else "next_as_needed"
    return "may_again" if milestone.course.rule.kind is Kind.RESTRICTION else "may_stop"


def milestone_in_words(milestone: Milestone, texts: Phrases) -> str:
    """Return what changes on the day, as one sentence."""
    phase = milestone.stretch.phase if milestone.stretch else None
    return texts.say(
        f"plan.{milestone_key(milestone)}",
        what=milestone.course.rule.what,
        phase=texts.say(f"phase.{phase}") if phase else "",
    )


def remarks(course: Course, texts: Phrases) -> list[str]:
    """Return what has to be said with a rule wherever its days are named."""
    told = [course.rule.note] if course.rule.note else []
    if course.assumed:
        told.append(texts.say("plan.assumed"))
    if course.rule.disputed:
        told.append(texts.say("plan.disputed"))
    return told


def _course(
    rule: Rule, treated: Moment, vein: VeinKind | None, zone: tzinfo, texts: Phrases
) -> Course:
    layouts = {kind: spans(rule, kind) for kind in ((vein,) if vein else VEIN_KINDS)}
    longest = max(layouts.values(), key=_length)
    first = treated.day
    laid: list[Stretch] = []
    for span in longest:
        over = None if span.max_end is None else over_on(treated, span.max_end, zone)
        laid.append(
            Stretch(span.phase, first, over, length_in_words(span.window, texts), span.max_end)
        )
        first = over or first
    return Course(rule, tuple(laid), assumed=len(set(layouts.values())) > 1)


def _length(laid: tuple[Span, ...]) -> float:
    if not laid:
        return 0
    end = laid[-1].max_end
    return float("inf") if end is None else end


def _order(course: Course) -> tuple[bool, date, str]:
    return course.over is None, course.over or date.max, course.rule.topic
