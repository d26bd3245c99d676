"""The one spelling in which messages are compared."""

import pytest

from bot.text.normalise import clean, normalise


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
