"""The one spelling in which messages are compared."""

import pytest

from bot.text.normalise import (
    clean,
    normalise,
    without_denial,
    without_marks,
    without_salutation,
    without_tags,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Can I RUN tmrw??", "can i run tomorrow?"),
        ("had my inj yday, r u open", "had my injection yesterday, are you open"),
        ("it\u2019s sooooo itchy!!!", "it's soo itchy!"),
        ("dont wanna wear em 2 wks", "don't want to wear em 2 weeks"),
        ("appt @ 3pm w/o stockings", "appointment @ 3pm without stockings"),
        ("  two\n\nlines ", "two lines"),
        ("zero\u200bwidth \u0007bell", "zerowidth bell"),
        ("\uff28\uff25\uff2c\uff2c\uff2f", "hello"),
        ("on 11/3 and 2.5 mm", "on 11/3 and 2.5 mm"),
        ("", ""),
    ],
)
def test_messages_are_brought_to_one_spelling(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize("text", ["Can I RUN?", "Soooo, Tuesday the 3rd!!", "No. Yes."])
def test_cleaning_keeps_what_was_written(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("Hi, Ann here. Can I run tomorrow?", "Can I run tomorrow?"),
        ("good morning all, what does it cost", "what does it cost"),
        ("Hello, hope you're well. sorry to bother you, can i run?", "can i run?"),
        ("hello there", "hello there"),
        ("hi Ann", "hi Ann"),
        ("morning sickness is back", "morning sickness is back"),
        ("dear me this hurts a lot", "dear me this hurts a lot"),
    ],
)
def test_a_greeting_goes_where_something_follows_it(typed: str, left: str) -> None:
    assert without_salutation(typed) == left


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("ur useless bot just tell me can i run", "can i run"),
        ("You stupid chatbot! Answer me: when can I fly?", "when can I fly?"),
        ("this is a pointless machine, how much is it", "how much is it"),
        ("useless bot", "useless bot"),
        ("stupid question maybe, but can i run", "stupid question maybe, but can i run"),
        ("is the laser machine loud", "is the laser machine loud"),
    ],
)
def test_an_insult_goes_where_something_follows_it(typed: str, left: str) -> None:
    assert without_salutation(typed) == left


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("no i meant running, not flying", "no i meant running"),
        ("how do the injections work, not the laser.", "how do the injections work"),
        ("it is sore, not hot or swollen at all", "it is sore, not hot or swollen at all"),
        ("can i fly or not", "can i fly or not"),
        ("not now", "not now"),
        ("why not", "why not"),
    ],
)
def test_what_a_message_says_it_is_not_about_is_cut_off(typed: str, left: str) -> None:
    assert without_denial(typed) == left


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("<b>does it hurt</b>", "does it hurt"),
        ("i <3 my legs, veins > 2 mm < 4 mm", "i <3 my legs, veins > 2 mm < 4 mm"),
        ("<br>", "<br>"),
    ],
)
def test_tags_are_no_words(typed: str, left: str) -> None:
    assert without_tags(typed) == left


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("does it hurt?", "does it hurt"),
        ("had it done monday. can i fly, or not?!", "had it done monday can i fly or not"),
        ("it's 2.5 mm, at 10:30", "it's 2.5 mm at 10:30"),
        ("20-30 mmhg/day", "20-30 mmhg/day"),
        ("???", "???"),
    ],
)
def test_with_or_without_marks_it_is_the_same(typed: str, left: str) -> None:
    assert without_marks(typed) == left
