"""Free text to answers: what a message fills, what it leaves open, and what takes it back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.screening import Answers, Status, merge, read_answers
from bot.care.screening.model import QUESTIONS
from tests.screening_fixtures import medicines


def told(text: str, asked: str | None = None) -> Answers:
    return read_answers(text, medicines(), asked)


def flat(answers: Answers) -> set[str]:
    """Answers as words: "+spider", "-pregnant", "?past_clot", "none medicines", "unsure sun"."""
    sign = {Status.YES: "+", Status.NO: "-", Status.UNSURE: "?"}
    words = {sign[status] + finding for finding, status in answers.findings.items()}
    words |= {f"none {group}" for group in answers.denied}
    words |= {f"listed {group}" for group in answers.listed}
    words |= {f"unsure {group}" for group in answers.unsure}
    words |= {f"unplaced {group}" for group in answers.unplaced}
    return words | {f"{name} {value:g}" for name, value in answers.figures.items()}


# (question asked or None, message, exactly what it tells)
MESSAGES = [
    (None, "thin purple ones on my thigh, no meds except the pill",
     {"+spider", "+legs", "none medicines", "listed medicines", "+other_medicine",
      "+may_photosensitize"}),
    (None, "I'm 52, spider veins on both legs, no medication, no allergies",
     {"age_years 52", "+spider", "+legs", "none medicines", "none allergies"}),
    (None, "meds: none, allergies: none", {"none medicines", "none allergies"}),
    (None, "I take care of my kids and I'm on my feet all day", set()),
    (None, "does it hurt?", set()),
    (None, "I take Eliquis, can I still come?", {"+anticoagulant"}),
    ("clotting", "why do you ask?", set()),
    ("medicines", "what does that matter?", set()),
    ("pregnancy", "no", {"none pregnancy"}),
    ("pregnancy", "No.", {"none pregnancy"}),
    ("pregnancy", "not pregnant", {"-pregnant"}),
    ("pregnancy", "not pregnant or breastfeeding", {"-pregnant", "-breastfeeding"}),
    ("pregnancy", "not pregnant, trying", {"-pregnant", "+trying"}),
    ("pregnancy", "no, but I am breastfeeding", {"none pregnancy", "+breastfeeding"}),
    ("pregnancy", "I might be pregnant", {"?pregnant"}),
    ("pregnancy", "I'm 34 weeks pregnant", {"+pregnant"}),
    ("pregnancy", "i'm a man", {"none pregnancy"}),
    ("pregnancy", "trying to get pregnant", {"+trying"}),
    ("clotting", "not sure", {"unsure clotting"}),
    ("clotting", "I don't think so", {"unsure clotting"}),
    ("clotting", "idk", {"unsure clotting"}),
    ("clotting", "my dad had a clot, I haven't", {"none clotting"}),
    ("clotting", "never had a clot", {"-past_clot", "-current_clot"}),
    ("clotting", "had a DVT in 2019", {"+past_clot"}),
    ("clotting", "yes", {"unplaced clotting"}),
    ("medicines", "I don't take any blood thinners", {"-anticoagulant"}),
    ("medicines", "I take aspirin but not warfarin",
     {"+aspirin", "-anticoagulant", "listed medicines"}),
    ("medicines", "no, only Tylenol", {"none medicines", "+other_medicine", "listed medicines"}),
    ("medicines", "I stopped Xarelto", {"?anticoagulant", "listed medicines"}),
    ("medicines", "used Accutane 2 years ago",
     {"?retinoid", "?photosensitizer", "listed medicines"}),
    ("medicines", "never took Accutane", {"-retinoid", "-photosensitizer"}),
    ("medicines", "Eliquis and zyloprasin",
     {"+anticoagulant", "unplaced medicines", "listed medicines"}),
    ("medicines", "can't take aspirin so I take Plavix",
     {"-aspirin", "+antiplatelet", "listed medicines"}),
    ("medicines", "no problems with warfarin", {"+anticoagulant", "listed medicines"}),
    ("medicines", "no more than one aspirin a day", {"+aspirin", "listed medicines"}),
    ("medicines", "nothing except warfarin",
     {"none medicines", "+anticoagulant", "listed medicines"}),
    ("illnesses", "without my insulin I'd be lost", {"+diabetes_insulin", "listed illnesses"}),
    ("clotting", "no problems with clots", {"-past_clot", "-current_clot"}),
    ("pregnancy", "not pregnant yet", {"?pregnant"}),
    ("medicines", "some pills from my doctor", {"unplaced medicines"}),
    ("medicines", "yes", {"unplaced medicines"}),
    ("allergies", "penicillin and aspirin", {"+other_allergy", "listed allergies"}),
    ("allergies", "allergic to polidocanol", {"+allergy_solution", "listed allergies"}),
    ("allergies", "no known allergies", {"none allergies"}),
    ("allergies", "a strange flower", {"unplaced allergies", "listed allergies"}),
    ("illnesses", "no diabetes, epilepsy or cancer", {"-diabetes_insulin", "-epilepsy", "-cancer"}),
    ("illnesses", "no diabetes, I have epilepsy",
     {"-diabetes_insulin", "+epilepsy", "listed illnesses"}),
    ("illnesses", "type 2 diabetes", {"?diabetes_insulin", "listed illnesses"}),
    ("illnesses", "type 2 diabetes, no insulin",
     {"-diabetes_insulin", "+other_illness", "listed illnesses"}),
    ("illnesses", "just high blood pressure", {"+other_illness", "listed illnesses"}),
    ("illnesses", "psoriasis", {"unplaced illnesses", "listed illnesses"}),
    ("sun", "spray tan two weeks ago", {"days_since_sun 14"}),
    ("sun", "no tanning at all", {"-recent_sun"}),
    ("age", "34", {"age_years 34"}),
    ("age", "I'm over 18", {"-under_age"}),
    ("veins", "about 2 mm, legs", {"width_mm 2", "+reticular", "+legs"}),
    ("veins", "not varicose, just spider veins on my calf", {"-varicose", "+spider", "+legs"}),
    ("veins", "my mom has varicose veins, mine are thin red lines on my knee",
     {"+spider", "+legs"}),
    ("veins", "don't know", {"unsure vein_kind", "unsure vein_place"}),
]  # fmt: skip


@pytest.mark.table
@pytest.mark.parametrize(
    ("asked", "text", "expected"), MESSAGES, ids=[f"{a}: {t}" for a, t, _ in MESSAGES]
)
def test_a_message_tells(asked: str | None, text: str, expected: set[str]) -> None:
    assert flat(told(text, asked)) == expected


# (what was answered first, the correction, a finding, its status then)
CORRECTIONS = [
    ("veins", "varicose veins on my leg", "sorry, I meant spider veins", "varicose", Status.NO),
    ("medicines", "Eliquis", "actually I take no medication", "anticoagulant", None),
    ("medicines", "warfarin", "not warfarin, aspirin", "anticoagulant", Status.NO),
    ("pregnancy", "no", "wait, I am breastfeeding", "breastfeeding", Status.YES),
    ("clotting", "no", "actually I had a DVT once", "past_clot", Status.YES),
]


@pytest.mark.parametrize(("asked", "first", "then", "finding", "status"), CORRECTIONS)
def test_an_answer_can_be_corrected(
    asked: str, first: str, then: str, finding: str, status: Status | None
) -> None:
    answers = merge(told(first, asked), told(then))
    assert answers.findings.get(finding) == status


def test_a_later_list_takes_back_nothing_that_was_told_before() -> None:
    answers = merge(told("I'm on Eliquis by the way"), told("just vitamins", "medicines"))
    assert answers.findings["anticoagulant"] is Status.YES


@given(st.text(max_size=200), st.sampled_from([None, *QUESTIONS]))
def test_any_text_can_be_read(text: str, asked: str | None) -> None:
    answers = told(text, asked)
    assert Answers.from_json(answers.to_json()) == answers
