"""What holds of every screening, whatever the clinic and the answers."""

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.answer import Source
from bot.care.screening import (
    Answers,
    Contraindication,
    Outcome,
    Screening,
    Status,
    judge,
    merge,
    open_questions,
    option_texts,
    question_text,
    questions,
    result_text,
    why_text,
)
from bot.care.screening.model import FIGURE_OF, FINDINGS_OF, GROUP_OF, MOST_QUESTIONS
from bot.knowledge.screening_store import screening_from_json, screening_to_json
from tests.screening_fixtures import protocols, texts

CLINIC_IDS = sorted(protocols())
GROUPS = list(FINDINGS_OF)
SOURCE = (Source("Page", "Section"),)

findings = st.sampled_from(sorted(GROUP_OF))
statuses = st.sampled_from(Status)
some_groups = st.frozensets(st.sampled_from(GROUPS), max_size=4)
figures = st.dictionaries(
    st.sampled_from(sorted(set(FIGURE_OF.values()))), st.floats(0, 200), max_size=3
)
all_answers = st.builds(
    Answers,
    findings=st.dictionaries(findings, statuses, max_size=12),
    figures=figures,
    denied=some_groups | st.just(frozenset(GROUPS)),
    listed=some_groups,
    unsure=some_groups,
    unplaced=st.dictionaries(st.sampled_from(GROUPS[3:6]), st.just(("x",)), max_size=1),
)
screenings = st.sampled_from([protocols()[name].screening for name in CLINIC_IDS])


@st.composite
def contraindications(draw: Callable[..., object]) -> Contraindication:
    finding = str(draw(findings))
    limit = draw(st.floats(0.5, 100)) if finding in FIGURE_OF else None
    outcome = draw(st.sampled_from(list(Outcome)[1:]))
    assert isinstance(outcome, Outcome)
    assert limit is None or isinstance(limit, float)
    return Contraindication(finding, outcome, "Because.", SOURCE, limit=limit)


@given(screenings, contraindications(), all_answers)
def test_a_contraindication_more_never_makes_the_result_better(
    screening: Screening, one: Contraindication, answers: Answers
) -> None:
    more = replace(screening, contraindications=(*screening.contraindications, one))
    assert judge(more, answers).outcome.rank >= judge(screening, answers).outcome.rank


@given(screenings, all_answers, st.integers(0, 60))
def test_having_a_contraindication_never_makes_the_result_better(
    screening: Screening, answers: Answers, pick: int
) -> None:
    one = screening.contraindications[pick % len(screening.contraindications)]
    if one.finding in FIGURE_OF:
        return
    has_it = replace(answers, findings={**answers.findings, one.finding: Status.YES})
    assert judge(screening, has_it).outcome.rank >= judge(screening, answers).outcome.rank
    assert judge(screening, has_it).outcome.rank >= one.outcome.rank


@given(screenings, all_answers, st.sampled_from(GROUPS))
def test_what_is_unknown_never_makes_anybody_suitable(
    screening: Screening, answers: Answers, group: str
) -> None:
    asked = {name for question in questions(screening) for name in question.groups}
    if group not in asked:
        return
    unsure = replace(answers, unsure=answers.unsure | {group})
    assert judge(screening, unsure).outcome is not Outcome.LIKELY_SUITABLE
    if open_questions(screening, answers):
        assert judge(screening, answers).outcome is not Outcome.LIKELY_SUITABLE


@given(screenings, all_answers)
def test_suitable_means_a_treated_vein_in_a_treated_place_and_nothing_against_it(
    screening: Screening, answers: Answers
) -> None:
    result = judge(screening, answers)
    assert (result.outcome is Outcome.LIKELY_SUITABLE) == (not result.reasons)
    if not result.reasons:
        told = {name for name, status in answers.findings.items() if status is Status.YES}
        assert told & set(screening.kinds)
        assert told & set(screening.places)
        assert not told & {one.finding for one in screening.contraindications if not one.limit}


@given(screenings, st.lists(all_answers, min_size=2, max_size=4), st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    screening: Screening, told: list[Answers], random: object
) -> None:
    del random
    pieces = [_only(group_of, answers) for group_of, answers in zip(_thirds(), told, strict=False)]
    outcomes = set()
    for order in permutations(pieces):
        whole = Answers()
        for piece in order:
            whole = merge(whole, piece)
        outcomes.add((judge(screening, whole), len(open_questions(screening, whole))))
    assert len(outcomes) == 1


def _thirds() -> list[set[str]]:
    """The groups in four parts, so that each answer speaks of questions of its own."""
    return [set(GROUPS[start::4]) for start in range(4)]


def _only(groups: set[str], answers: Answers) -> Answers:
    own = {name for name in FIGURE_OF if GROUP_OF[name] in groups}
    return Answers(
        findings={f: s for f, s in answers.findings.items() if GROUP_OF[f] in groups},
        figures={n: v for n, v in answers.figures.items() if n in {FIGURE_OF[f] for f in own}},
        denied=answers.denied & groups,
        listed=answers.listed & groups,
        unsure=answers.unsure & groups,
        unplaced={g: words for g, words in answers.unplaced.items() if g in groups},
    )


@given(all_answers)
def test_answers_survive_being_stored(answers: Answers) -> None:
    assert Answers.from_json(answers.to_json()) == answers


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_a_clinics_screening_survives_being_stored(clinic: str) -> None:
    screening = protocols()[clinic].screening
    assert screening_from_json(screening_to_json(screening)) == screening


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_nobody_answers_more_than_seven_questions_and_each_has_its_texts(clinic: str) -> None:
    protocol = protocols()[clinic]
    asked = questions(protocol.screening)
    assert len(asked) <= MOST_QUESTIONS
    assert asked == open_questions(protocol.screening, Answers())
    for question in asked:
        assert question.sources
        assert question_text(question, texts()).endswith(("?", "yourself."))
        assert protocol.name in why_text(question, protocol.name, texts()) or question.id != "veins"
        assert list(option_texts(question, texts()))[-1] == "unsure"


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_a_document_never_lends_its_reasons_to_another_clinic(clinic: str) -> None:
    own = protocols()[clinic].screening.sources[0].document
    for one in protocols()[clinic].screening.contraindications:
        documents = {source.document for source in one.sources}
        assert (documents == {own}) != one.general
        assert not one.general or one.outcome is Outcome.NEEDS_CLINICIAN


def test_only_the_laser_asks_about_tanning_and_only_injections_about_age() -> None:
    asked = {name: {q.id for q in questions(protocols()[name].screening)} for name in CLINIC_IDS}
    assert [name for name in CLINIC_IDS if "sun" in asked[name]] == ["harmony-laser"]
    assert [name for name in CLINIC_IDS if "age" not in asked[name]] == ["harmony-laser"]


@given(screenings, all_answers)
def test_every_result_can_be_told_in_ninety_words(screening: Screening, answers: Answers) -> None:
    text = result_text(judge(screening, answers), "Advanced Skin Therapy", texts())
    assert len(text.split()) <= 90
