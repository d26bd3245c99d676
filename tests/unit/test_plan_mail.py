"""The dates by mail, judged by the dialogue alone: how the wish is heard, what is said to it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.care.answer import Answer
from bot.care.plan_mail import address_in
from tests.talking import Conversation

TREATED = ("treated on Sunday", "treatment_record")
ASKS = "Which e-mail address"


@pytest.fixture
def glamour() -> Conversation:
    return Conversation("glamour", can_mail=True)


@pytest.fixture
def treated(glamour: Conversation) -> Conversation:
    glamour.say(*TREATED)
    return glamour


def told(answers: Sequence[Answer]) -> tuple[str, str | None]:
    return answers[-1].text, answers[-1].effect


WISHES = [
    "email me the plan",
    "E-mail me my dates please",
    "can you mail me the aftercare instructions",
    "Could you send me the schedule by email?",
    "can i get the calendar by e-mail",
    "mail me these dates",
    "email me that",
    "can you send it to my email",
    "email me reminders",
    "e mail me the days",
]


@pytest.mark.parametrize("said", WISHES)
@pytest.mark.parametrize("heard", ["reminders", "out_of_scope", "contact", "privacy"])
def test_a_wish_is_heard_whatever_the_model_makes_of_it(
    treated: Conversation, said: str, heard: str
) -> None:
    (answer,) = treated.say(said, heard)
    assert answer.text.startswith(ASKS), answer.text
    assert "Sunday, November 22" in answer.text
    assert answer.topic == "reminders"


NO_WISHES = [
    ("don't email me the plan", "deny"),
    ("stop emailing me reminders", "reminders"),
    ("can the clinic email me about my appointment dates", "contact"),
    ("can somebody email me about my visit", "contact"),
    ("what is your email address", "contact"),
    ("email me the prices", "cost"),
    ("I got your email about the plan", "thanks"),
    ("remind me when I can run", "reminders"),
    ("send me the plan", "reminders"),
    ("what does the plan say about flying", "flying"),
    ("my address is dana@example.com", "contact"),
]


@pytest.mark.parametrize(("said", "heard"), NO_WISHES)
def test_what_is_no_wish_for_a_mail(treated: Conversation, said: str, heard: str) -> None:
    answers = treated.say(said, heard)
    assert not any(
        answer.text.startswith(ASKS) or answer.effect == "mail_plan" for answer in answers
    )


@pytest.mark.parametrize(
    "said",
    [
        "can you send it to dana.fox@example.com",
        "email the plan to dana.fox@example.com please",
        "send my dates to dana.fox@example.com",
        "email my dates: dana.fox @ example . com",
    ],
)
def test_an_address_in_the_wish_is_used_at_once(treated: Conversation, said: str) -> None:
    text, effect = told(treated.say(said, "reminders"))
    assert effect == "mail_plan"
    assert "d...@example.com" in text
    assert "dana" not in text
    assert address_in(said) == "dana.fox@example.com"


def test_the_address_is_asked_for_and_never_remembered(treated: Conversation) -> None:
    asked, _ = told(treated.say("email me the plan", "reminders"))
    assert "for this one mail" in asked
    text, effect = told(treated.say("dana.fox@example.com", "out_of_scope"))
    assert (effect, "d...@example.com" in text) == ("mail_plan", True)
    assert "example.com" not in str(treated.slots)
    assert treated.slots["awaiting"] is None


def test_the_day_is_asked_for_first(glamour: Conversation) -> None:
    asked, effect = told(glamour.say("email me the plan", "reminders"))
    assert ("Which day was your treatment" in asked, effect) == (True, None)
    asked, _ = told(glamour.say("on sunday", "treatment_record"))
    assert asked.startswith(ASKS)
    assert told(glamour.say("dana.fox@example.com", "contact"))[1] == "mail_plan"


def test_what_was_asked_besides_is_answered_first(treated: Conversation) -> None:
    answers = treated.hear(
        "may I run tomorrow? and email me the plan",
        ("exercise", "may I run tomorrow?"),
        ("reminders", "and email me the plan"),
    )
    assert [answer.topic for answer in answers] == ["exercise", "reminders"]
    assert told(treated.say("dana.fox@example.com", "contact"))[1] == "mail_plan"


@pytest.mark.parametrize("said", ["dana.fox@", "@example.com", "dana@@", "dana@example", "d@x.c!m"])
def test_a_malformed_address_is_asked_for_again(treated: Conversation, said: str) -> None:
    treated.say("email me the plan", "reminders")
    text, effect = told(treated.say(said, "out_of_scope"))
    assert ("name@example.com" in text, effect) == (True, None)
    assert told(treated.say("dana.fox@example.com", "out_of_scope"))[1] == "mail_plan"


def test_a_likely_slip_is_asked_about_once(treated: Conversation) -> None:
    text, effect = told(treated.say("email my dates to dana@gmial.com", "reminders"))
    assert ("Did you mean dana@gmail.com?" in text, effect) == (True, None)
    assert told(treated.say("dana@gmail.com", "contact"))[1] == "mail_plan"
    treated.say("email my dates to dana@gmial.com", "reminders")
    assert told(treated.say("dana@gmial.com", "contact"))[1] == "mail_plan"


def test_it_goes_to_one_address(treated: Conversation) -> None:
    text, effect = told(treated.say("email my dates to a@b.com and c@d.com", "reminders"))
    assert ("one address" in text, effect) == (True, None)


@pytest.mark.parametrize(
    ("said", "heard"), [("no", "deny"), ("never mind", "deny"), ("no thanks", "deny")]
)
def test_it_can_be_left(treated: Conversation, said: str, heard: str) -> None:
    treated.say("email me the plan", "reminders")
    text, effect = told(treated.say(said, heard))
    assert (text, effect) == ("All right, I send no e-mail.", None)


def test_another_question_instead_of_the_address_is_answered(treated: Conversation) -> None:
    treated.say("email me the plan", "reminders")
    (answer,) = treated.say("can I fly tomorrow?", "flying")
    assert answer.topic == "flying"
    (answer,) = treated.say("dana.fox@example.com", "contact")
    assert answer.effect is None


def test_a_yes_is_no_address(treated: Conversation) -> None:
    treated.say("email me the plan", "reminders")
    assert told(treated.say("yes please", "affirm"))[0].startswith(ASKS)


def test_the_button_under_a_noted_day(glamour: Conversation) -> None:
    (noted,) = glamour.say(*TREATED)
    (asked,) = glamour.press(noted, "E-mail me my dates")
    assert asked.text.startswith(ASKS)


def test_where_reminders_reach_the_patient_no_mail_is_offered() -> None:
    conversation = Conversation("glamour", can_mail=True, reaches_away=True)
    (noted,) = conversation.say(*TREATED)
    assert [button.title for button in noted.buttons] == ["Remind me on these days"]
    assert told(conversation.say("email me the plan", "reminders"))[0].startswith(ASKS)


def test_reminders_on_a_page_that_rings_no_phone_offer_a_mail(treated: Conversation) -> None:
    (answer,) = treated.say("remind me of everything", "reminders")
    assert [button.title for button in answer.buttons][-1] == "E-mail me my dates"


def test_an_address_of_a_booking_is_the_booking_s(treated: Conversation) -> None:
    treated.say("please call me back", "book")
    answers = treated.say("Dana Fox, dana.fox@example.com", "contact")
    assert {answer.effect for answer in answers} == {None}
    assert answers[-1].topic == "book"


def test_an_address_with_a_day_in_it_tells_no_day(treated: Conversation) -> None:
    treated.say("email me the plan", "reminders")
    treated.say("friday.dana@example.com", "treatment_record")
    assert treated.slots["treated"] == "2026-11-22"
    treated.say("saturday.dana@example.com", "treatment_record")
    assert treated.slots["treated"] == "2026-11-22"


def test_without_a_mail_server_nothing_is_offered_and_the_dates_are_given() -> None:
    conversation = Conversation("glamour")
    text, effect = told(conversation.say("email me the plan", "reminders"))
    assert "Tell me your treatment day" in text
    (noted,) = conversation.say(*TREATED)
    assert noted.buttons == ()
    text, effect = told(conversation.say("email the plan to dana@example.com", "reminders"))
    assert (text, effect) == ("I can't send e-mail from here.", "send_plan")


def test_where_the_clinic_has_no_rules_there_is_nothing_to_send(glamour: Conversation) -> None:
    glamour.protocol = replace(glamour.protocol, rules={})
    text, effect = told(glamour.say("email me the plan", "reminders"))
    assert ("has not published aftercare rules" in text, effect) == (True, None)
