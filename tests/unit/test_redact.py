"""What is taken out of a message that is kept for review."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.redact import redact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("is the blue thing ok", "is the blue thing ok"),
        ("my name is anna, what about that", "my name is [name], what about that"),
        ("I'm Anna Berg and it is odd", "I'm [name] and it is odd"),
        ("call me on 212 555 0147", "call me [name] #"),
        ("write to anna@example.com pls", "write to [e-mail] pls"),
        ("see https://example.com/a?b=1", "see [link]"),
        ("i live in Culver City near Main Street", "i live in [name] near [name]"),
        ("born 3/4/1970", "born #/#/#"),
        ("had Asclera on Friday", "had Asclera on Friday"),
        ("Dr. Lee said so", "Dr. [name] said so"),
    ],
)
def test_personal_data_is_taken_out(text: str, kept: str) -> None:
    assert redact(text) == kept


@given(st.text(max_size=300))
def test_no_digit_and_no_address_is_left(text: str) -> None:
    kept = redact(text)
    assert not any(character in "0123456789" for character in kept)
    assert redact(f"{text} a@b.example").endswith("[e-mail]")
