"""The screening as a conversation: consent, answers in any form, questions in between, stopping.

The model's reading of each message is given, so these test the dialogue only.
"""

import pytest

from bot.care.answer import Input
from bot.care.screening import Outcome
from bot.care.turn import ScreeningDone
from tests.talking import Conversation

FINE = (
    ("thin purple ones on my thighs", "spider_veins"),
    ("no", "deny"),
    ("none of those", "deny"),
    ("no meds except the pill", "medication"),
    ("none", "deny"),
    ("no", "deny"),
    ("51", "out_of_scope"),
)


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour")


@pytest.fixture
def asked(glamour: Conversation) -> Conversation:
    """A conversation whose first question is open."""
    glamour.say("am I a candidate?", "candidate")
    glamour.say("yes", "affirm")
    return glamour


def outcome(conversation: Conversation) -> Outcome:
    done = [one for one in conversation.effects if isinstance(one, ScreeningDone)]
    return done[-1].result.outcome


def test_consent_comes_before_the_first_question(glamour: Conversation) -> None:
    *_, notice = glamour.say("am I a candidate?", "candidate")
    assert "stored" in notice.text
    assert notice.input is None
    (question,) = glamour.press(notice, "Yes, go ahead")
    assert question.text.startswith("Question 1 of 7")
    assert question.input is Input.CHOICES


def test_without_consent_nothing_is_asked_and_the_rest_still_works(glamour: Conversation) -> None:
    *_, notice = glamour.say("am I a candidate? I take eliquis", "candidate")
    (declined,) = glamour.press(notice, "No")
    assert "will not ask" in declined.text
    assert glamour.slots["screening"] is None
    assert "anticoagulant" not in str(glamour.slots)
    (answer,) = glamour.say("does it hurt?", "pain")
    assert answer.topic == "pain"
    *_, again = glamour.say("ok am I a candidate", "candidate")
    assert "stored" in again.text


def test_seven_answers_in_own_words(asked: Conversation) -> None:
    for text, heard in FINE:
        (reply,) = asked.say(text, heard)
        assert reply.topic == "candidate"
    assert outcome(asked) is Outcome.LIKELY_SUITABLE
    assert "may well suit you" in reply.text


def test_one_message_fills_several_questions(glamour: Conversation) -> None:
    glamour.say("am I a candidate? I'm 34, thin purple ones on my thigh", "candidate")
    (question,) = glamour.say("sure", "affirm")
    assert "Question 2 of 7" in question.text
    (question,) = glamour.say("nothing like that, no meds except the pill", "pregnancy")
    assert "clot" in question.text
    (question,) = glamour.say("no", "deny")
    assert "llergic" in question.text


def test_part_of_an_answer_leaves_the_rest_to_ask(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    (question,) = asked.say("not pregnant", "pregnancy")
    assert "Having IVF" in question.text
    assert "Pregnant," not in question.text
    (question,) = asked.check(question, "None of these")
    assert "clot" in question.text


def test_checked_options_answer_the_whole_question(asked: Conversation) -> None:
    (question,) = asked.say("spider veins on my legs", "spider_veins")
    (question,) = asked.check(question, "None of these")
    assert "clot" in question.text
    (question,) = asked.check(question, "A blood clot in the past")
    assert "medicines" in question.text
    (question,) = asked.check(question, "Not sure")
    assert "llergic" in question.text


def test_options_are_those_that_are_still_open(asked: Conversation) -> None:
    (question,) = asked.say("spider veins", "spider_veins")
    assert "Where are they" in question.text
    titles = [choice.title for choice in question.choices]
    assert "On the legs" in titles
    assert not any("purple" in title for title in titles)


def test_no_to_the_rest_takes_back_nothing(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    (rest,) = asked.say("I could be pregnant, my period is late", "pregnancy")
    assert "And any of these?" in rest.text
    for text in ("no", "no", "no meds", "no", "no", "42"):
        asked.say(text, "deny")
    assert outcome(asked) is Outcome.NEEDS_CLINICIAN


def test_a_yes_that_is_never_explained_is_not_forgotten(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    asked.say("no", "deny")
    (which,) = asked.say("yes", "affirm")
    assert "Which of these" in which.text
    for text in ("no", "no meds", "no", "no", "42"):
        asked.say(text, "deny")
    assert outcome(asked) is Outcome.NEEDS_CLINICIAN


def test_why_is_answered_and_the_question_stays(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    why, question = asked.say("why do you ask?", "follow_up")
    assert "put off in pregnancy" in why.text
    assert "Question 2" in question.text


def test_a_question_in_between_is_answered_first(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    pain, question = asked.say("does it hurt?", "pain")
    assert (pain.topic, question.topic) == ("pain", "candidate")
    assert "Question 2" in question.text
    (question,) = asked.say("no", "deny")
    assert "Question 3" in question.text


def test_an_answer_and_a_question_in_one_message(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    pain, question = asked.hear(
        "none of these. does it hurt?", ("deny", "none of these."), ("pain", "does it hurt?")
    )
    assert pain.topic == "pain"
    assert "Question 3" in question.text


def test_a_question_is_never_taken_for_a_medicine(asked: Conversation) -> None:
    for text in ("spider veins on my legs", "no", "no"):
        asked.say(text, "deny")
    contact, question = asked.say("what time do you open", "contact")
    assert contact.topic == "contact"
    assert "Question 4" in question.text
    (question,) = asked.say("fish oil and magnesium", "out_of_scope")
    assert "Question 5" in question.text


def test_a_bare_yes_is_asked_for_the_name(asked: Conversation) -> None:
    for text in ("spider veins on my legs", "no", "no"):
        asked.say(text, "deny")
    (which,) = asked.say("yes", "affirm")
    assert "Which ones" in which.text
    (question,) = asked.say("xeralto", "medication")
    assert "Question 5" in question.text


def test_an_answer_can_be_corrected_during_and_after(asked: Conversation) -> None:
    for text, heard in FINE[:4]:
        asked.say(text, heard)
    asked.say("wait, actually I take eliquis too", "medication")
    for text, heard in FINE[4:]:
        (result,) = asked.say(text, heard)
    assert outcome(asked) is Outcome.NEEDS_CLINICIAN
    (result,) = asked.say("and I am pregnant, 8 weeks", "pregnancy")
    assert "regnan" in result.text


def test_an_answer_with_a_question_in_it_is_both(asked: Conversation) -> None:
    for text in ("spider veins on my legs", "no", "no"):
        asked.say(text, "deny")
    answer, question = asked.say("I take a baby aspirin, is that a problem?", "medication")
    assert answer.topic == "medication"
    assert "Question 5" in question.text


def test_a_doubt_about_the_spelling_is_no_question(asked: Conversation) -> None:
    for text in ("spider veins on my legs", "no", "no"):
        asked.say(text, "deny")
    (question,) = asked.say("eliquis?", "medication")
    assert "Question 5" in question.text


def test_what_fits_another_question_is_noted(asked: Conversation) -> None:
    (question,) = asked.say("I take eliquis", "medication")
    assert question.text.startswith("Noted")
    assert "Question 1" in question.text


def test_what_do_you_mean_names_the_options(asked: Conversation) -> None:
    for text in ("spider veins on my legs", "no", "no", "no meds", "no"):
        asked.say(text, "deny")
    explained, question = asked.say("what does that mean?", "rephrase")
    assert "Sores, bleeding or swelling" in explained.text
    assert question.topic == "candidate"


def test_a_day_in_an_answer_is_no_treatment_date(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    (reply,) = asked.say("no, had my baby friday two weeks ago", "treatment_record")
    assert reply.topic == "candidate"
    assert asked.slots["treated"] is None


def test_going_back_replaces_an_answer(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    asked.say("pregnant", "pregnancy")
    (question,) = asked.say("go back", "follow_up")
    assert "Question 2" in question.text
    (question,) = asked.say("no", "deny")
    assert "Question 3" in question.text


def test_not_understood_twice_counts_as_not_sure(asked: Conversation) -> None:
    (question,) = asked.say("purple monkey dishwasher", ("out_of_scope", 0.4))
    assert "Question 1" in question.text
    noted, question = asked.say("blah", ("out_of_scope", 0.4))
    assert "not sure" in noted.text
    assert "Question 2" in question.text


def test_it_can_be_stopped_and_resumed(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    (stopped,) = asked.say("never mind", "deny")
    assert "leave it there" in stopped.text
    (cost,) = asked.say("what does it cost?", "cost")
    assert cost.topic == "cost"
    (question,) = asked.say("continue", ("follow_up", 0.6))
    assert "Question 2" in question.text


def test_asking_again_resumes_too(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    asked.say("stop", "deny")
    (question,) = asked.say("so am I a candidate?", "candidate")
    assert "Question 2" in question.text


def test_a_red_flag_comes_first_and_the_screening_waits(asked: Conversation) -> None:
    asked.say("spider veins on my legs", "spider_veins")
    (alarm,) = asked.say("my chest hurts and I can't breathe", ("emergency", 0.99))
    assert alarm.topic == "emergency"
    (question,) = asked.command("affirm", {"do": "go_on"})
    assert "Question 2" in question.text


def test_a_date_asked_for_in_between_is_taken(asked: Conversation) -> None:
    run, question = asked.say("when can I run again?", "exercise")
    assert run.verdict is not None
    assert question.topic == "candidate"
    run, question = asked.say("last friday", "treatment_record")
    assert run.topic == "exercise"
    assert run.verdict is not None
    assert "Question 1" in question.text


def test_starting_over_forgets_the_answers(asked: Conversation) -> None:
    asked.say("varicose veins on my face", "varicose_veins")
    (question,) = asked.say("start over", ("out_of_scope", 0.3))
    assert "Question 1" in question.text
