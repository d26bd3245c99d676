"""Messages that lean on the last reply. The model's reading is given; see test_dialogue.py."""

import pytest

from bot.care.follow_ups import CHOICES
from bot.care.topic import TopicKind
from bot.care.turn import Subject
from tests.talking import Conversation, protocols
from tests.unit.test_voice import MAX_GRADE, grade, texts, topics


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour")


def test_why_gives_the_reason_of_the_clinics_own_document(glamour: Conversation) -> None:
    glamour.say("how long do I wear the stockings", "compression")
    (answer,) = glamour.say("why?", "follow_up")
    assert answer.topic == "compression"
    assert "risk of a deep clot" in answer.text
    assert [source.section for source in answer.sources] == ["Immediately after treatment"]


@pytest.mark.parametrize("asked", ["what is it?", "is that bad?", "Should I worry?"])
def test_what_names_nothing_is_about_the_symptom_before_it(
    glamour: Conversation, asked: str
) -> None:
    (told,) = glamour.say("there is a lump", "lump")
    (again,) = glamour.say(asked, "laser")
    assert (again.topic, again.text) == ("lump", told.text)


def test_what_is_bad_about_anything_else_is_asked_anew(glamour: Conversation) -> None:
    glamour.say("how does the laser work", "laser")
    (answer,) = glamour.say("is it dangerous?", "risks")
    assert answer.topic == "risks"


@pytest.mark.parametrize(
    "asked", ["why", "how come?", "But why so long though?", "why no sauna then"]
)
def test_why_without_a_reason_in_the_document_is_said_plainly(
    glamour: Conversation, asked: str
) -> None:
    glamour.say("sauna tomorrow?", "heat")
    (answer,) = glamour.say(asked, "follow_up")
    assert (answer.topic, answer.known) == ("heat", False)
    assert "gives no reason" in answer.text
    assert [button.topic for button in answer.buttons] == ["book"]


def test_a_new_question_with_why_is_a_question_of_its_own(glamour: Conversation) -> None:
    glamour.say("sauna tomorrow?", "heat")
    (answer,) = glamour.say("why do people get these veins", "causes")
    assert answer.topic == "causes"
    assert "no reason" not in answer.text


def test_why_first_of_all_leans_on_nothing(glamour: Conversation) -> None:
    (answer,) = glamour.say("why", "follow_up")
    assert answer.topic == "capabilities"


def test_what_do_you_mean_is_answered_shorter_then_by_a_person(glamour: Conversation) -> None:
    glamour.say("treated on Sunday", "treatment_record")
    (first,) = glamour.say("can I run?", "exercise")
    (short,) = glamour.say("what do you mean", "rephrase")
    assert short.text == "In short: not yet. Wait until Wednesday, November 25."
    assert short.verdict == first.verdict
    (person,) = glamour.say("i still don't get it", "rephrase")
    assert "call you back" in person.text
    (asked,) = glamour.say("yes", "affirm")
    assert asked.topic == "book"


@pytest.mark.parametrize("clinic", sorted(protocols()))
def test_the_short_form_is_never_the_same_text_and_keeps_to_the_voice(clinic: str) -> None:
    wrong = []
    for topic in topics().values():
        if topic.kind not in (TopicKind.FAQ, TopicKind.SYMPTOM, TopicKind.AFTERCARE):
            continue
        talk = Conversation(clinic)
        first = talk.say("question", topic.id)[-1]
        (short,) = talk.say("in english please", "rephrase")
        longer = len(short.text.split()) > max(30, len(first.text.split()))
        if short.text == first.text or longer or grade(short.text) > MAX_GRADE:
            wrong.append(f"{topic.id}: {short.text}")
    assert wrong == []


def test_the_short_form_of_a_symptom_still_says_when_to_call(glamour: Conversation) -> None:
    glamour.say("my leg is bruised", "bruising")
    (short,) = glamour.say("huh?", "rephrase")
    assert "call 911" in short.text


def test_the_date_is_still_awaited_after_a_rephrase(glamour: Conversation) -> None:
    glamour.say("can I fly?", "flying")
    (short,) = glamour.say("what?", "rephrase")
    assert "2 to 3 days" in short.text
    (answer,) = glamour.say("on Sunday", "treatment_record")
    assert answer.verdict is not None
    assert (answer.topic, answer.verdict.state) == ("flying", "caution")


def test_yes_to_which_day_is_asked_again_and_not_sure_is_fine(glamour: Conversation) -> None:
    glamour.say("can I fly?", "flying")
    (again,) = glamour.say("yes", "affirm")
    assert "Which day" in again.text
    (left,) = glamour.say("no idea", "unsure")
    assert "length of time" in left.text


def test_not_knowing_the_kind_of_vein_means_the_longer_time() -> None:
    talk = Conversation("true-jewel")
    (asked,) = talk.say("injected on Sunday, stockings off when?", "compression")
    assert asked.buttons
    (again,) = talk.say("yes", "affirm")
    assert [button.title for button in again.buttons] == [button.title for button in asked.buttons]
    (left,) = talk.say("no clue", "unsure")
    assert "longer time" in left.text


def offer(talk: Conversation) -> list[str | None]:
    (asked,) = talk.say("hot thing", ("exercise", 0.2))
    assert asked.topic == "clarify"
    return [button.topic for button in asked.buttons]


@pytest.mark.parametrize(
    ("said", "places"),
    [("the first one", [0]), ("2", [1]), ("number two please", [1]), ("both", [0, 1, 2])],
)
def test_a_choice_is_taken_by_its_place(
    glamour: Conversation, said: str, places: list[int]
) -> None:
    offered = offer(glamour)
    answers = glamour.say(said, "follow_up")
    assert [answer.topic for answer in answers] == [offered[place] for place in places]


def test_yes_takes_the_likeliest_choice(glamour: Conversation) -> None:
    offered = offer(glamour)
    assert [answer.topic for answer in glamour.say("yes", "affirm")] == offered[:1]


@pytest.mark.parametrize(("said", "heard"), [("no", "deny"), ("neither", "follow_up")])
def test_none_of_the_choices_leads_to_a_person(
    glamour: Conversation, said: str, heard: str
) -> None:
    offer(glamour)
    (answer,) = glamour.say(said, heard)
    assert [button.topic for button in answer.buttons] == ["book"]


def test_a_choice_is_open_for_one_message_only(glamour: Conversation) -> None:
    offer(glamour)
    glamour.say("what does it cost", "cost")
    (answer,) = glamour.say("the first one", "follow_up")
    assert answer.topic == "cost"


def test_yes_where_danger_is_a_choice_means_the_danger(glamour: Conversation) -> None:
    glamour.say("feel strange", ("emergency", 0.4))
    (answer,) = glamour.say("yes", "affirm")
    assert answer.urgency == "emergency"


def test_no_after_anything_else_ends_the_talk(glamour: Conversation) -> None:
    glamour.say("thanks", "thanks")
    (bye,) = glamour.say("no", "deny")
    assert bye.text == texts().say("lean.anything_else")


def test_every_place_of_a_choice_has_its_phrases() -> None:
    assert all(f"lean.phrases.{name}" in texts() for name in CHOICES)


def test_what_sounds_like_a_follow_up_but_is_the_first_message_is_the_next_best_guess(
    glamour: Conversation,
) -> None:
    first = Subject("follow_up", 0.8, (("downtime", 0.12), ("cost", 0.02)), "and after?")
    (answer,) = glamour.heard("and after?", first)
    assert answer.topic == "downtime"
    lost = Subject("follow_up", 0.9, (("downtime", 0.02), ("cost", 0.02)), "and then?")
    (answer,) = Conversation("glamour").heard("and then?", lost)
    assert answer.topic == "capabilities"
