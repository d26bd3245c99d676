"""Buttons and options: answered at once, gone after the choice, nobody else's."""

import pytest

from tests.channels.standin import CHOICES, StandIn
from tests.channels.telegram.conftest import GLAMOUR
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import ASKS, GREETING, STALE, answering, heard_by


def test_a_button_is_answered_at_once_and_goes_after_the_choice(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    rasa.delay = 0.6
    before = len(bot_api.called("answerCallbackQuery"))
    ada.presses("Cost")
    bot_api.wait(lambda: len(bot_api.called("answerCallbackQuery")) > before)
    assert "You said: /cost" not in ada.texts
    ada.hears("You said: /cost")
    bot_api.wait(lambda: offered.keyboard == [])
    assert offered.text == "You said: hello\n\n» Cost"


def test_what_a_button_carries_is_short_and_says_nothing(ada: Person) -> None:
    ada.says("hello")
    for _, data in ada.hears("You said: hello").keyboard:
        assert len(data.encode()) <= 16
        assert "cost" not in data


def test_a_button_pressed_twice_is_answered_once(
    ada: Person, rasa: StandIn, bot_api: Front
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    (_, data) = offered.keyboard[0]
    for _ in range(3):
        ada.presses_data(offered.id, data)
    ada.says("and then?")
    ada.hears("You said: and then?")
    assert ada.texts[2:] == ["You said: /cost", "You said: and then?"]


def test_a_subject_can_still_be_chosen_later(ada: Person) -> None:
    ada.says("/start")
    ada.hears(GREETING)
    ada.says("hello")
    ada.hears("You said: hello")
    ada.presses("Does it hurt?")
    ada.hears("You said: /pain")


def test_an_answer_to_an_earlier_question_is_stale_and_says_so(ada: Person, rasa: StandIn) -> None:
    answering(rasa, buttons=[ASKS])
    ada.says("does it suit me?")
    asked = ada.hears("You said: does it suit me?")
    (data,) = [data for _, data in asked.keyboard]
    ada.says("how much is it?")
    ada.hears("You said: how much is it?")
    ada.presses_data(asked.id, data)
    ada.hears(STALE)
    assert asked.keyboard == []
    assert heard_by(rasa) == ["does it suit me?", "how much is it?"]


@pytest.mark.parametrize("data", ["b:AAAAAAAAAAA", "c:x", "d", "restart", "b:"])
def test_a_button_of_nobody_is_explained(ada: Person, rasa: StandIn, data: str) -> None:
    ada.presses_data(77, data)
    ada.hears(STALE)
    assert rasa.messages == []


def test_nobody_presses_the_buttons_of_another_chat(
    ada: Person, bot_api: Front, rasa: StandIn
) -> None:
    ada.says("hello")
    offered = ada.hears("You said: hello")
    other = Person(bot_api, GLAMOUR)
    other.says("hi")
    other.hears("You said: hi")
    other.presses_data(offered.id, offered.keyboard[0][1])
    other.hears(STALE)
    assert heard_by(rasa) == ["hello", "hi"]


def test_options_are_checked_by_changing_the_message(ada: Person, rasa: StandIn) -> None:
    answering(rasa, input="choices", choices=CHOICES, buttons=[])
    ada.says("does it suit me?")
    asked = ada.hears("does it suit me?")
    assert asked.titles == ["○ Pregnant", "○ Having IVF", "○ None of these"]

    def after(title: str) -> list[str]:
        edits = asked.edits
        ada.presses(title)
        ada.front.wait(lambda: asked.edits > edits)
        return asked.titles

    assert after("○ Pregnant") == ["✓ Pregnant", "○ Having IVF", "○ None of these", "Send"]
    assert after("○ None of these") == ["○ Pregnant", "○ Having IVF", "✓ None of these", "Send"]
    assert after("○ Having IVF") == ["○ Pregnant", "✓ Having IVF", "○ None of these", "Send"]
    assert after("○ Pregnant") == ["✓ Pregnant", "✓ Having IVF", "○ None of these", "Send"]
    assert after("✓ Having IVF") == ["✓ Pregnant", "○ Having IVF", "○ None of these", "Send"]
    after("○ Having IVF")
    ada.presses("Send")
    ada.hears('You said: /affirm{"picked": ["pregnant", "ivf"]}')
    ada.front.wait(lambda: asked.keyboard == [])
    assert asked.text.endswith("» Pregnant; Having IVF")
