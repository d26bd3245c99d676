"""What is typed becomes plain text; no text reaches Rasa as a command."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.reading import SLASHES, read_number, read_text
from bot.gateway.refusals import Code, Refusal

LIMIT = 1000
# As typed and as read; the HTTP tests have more.
READ = [
    ("how much?", "how much?"),
    ("  how much?  ", "how much?"),
    ("/restart", "restart"),
    ("\u2066/restart\u2069", "restart"),
    ("\u200d/restart", "restart"),
    ("\u00ad/restart", "restart"),
    ("24/7 care", "24/7 care"),
    ("one\u2028two", "one\ntwo"),
    ("man \U0001f468\u200d\U0001f4bb", "man \U0001f468\u200d\U0001f4bb"),
    ("e\u0301te\u0301", "\u00e9t\u00e9"),
    ("\u202eesrever", "esrever"),
    ("a\u061cb", "ab"),
    ("a\u206eb\ufff9c\ufffb", "abc"),
    ("pain\U000e0068\U000e0069", "pain"),
    ("\U000e002f/restart", "restart"),
]


@pytest.mark.parametrize(("typed", "read"), READ)
def test_read(typed: str, read: str) -> None:
    assert read_text(typed, LIMIT) == read


@pytest.mark.parametrize("typed", ["", " ", "\n", "/", " / ", "\u200b", "\u3000", "\x00", "\ud800"])
def test_nothing_left(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_text(typed, LIMIT)
    assert caught.value.code is Code.EMPTY_TEXT


def test_the_limit_counts_what_is_left() -> None:
    assert len(read_text("/" * 50 + "x" * LIMIT + " " * 50, LIMIT)) == LIMIT
    with pytest.raises(Refusal) as caught:
        read_text("x" * (LIMIT + 1), LIMIT)
    assert caught.value.code is Code.TEXT_TOO_LONG


AWKWARD = st.characters(categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn"])


@given(st.text(st.one_of(st.characters(), AWKWARD, st.sampled_from(sorted(SLASHES))), max_size=80))
def test_whatever_is_typed(typed: str) -> None:
    try:
        read = read_text(typed, LIMIT)
    except Refusal as refusal:
        assert refusal.code is Code.EMPTY_TEXT
        return
    assert read
    assert not read.strip().startswith("/")
    assert read == read_text(read, LIMIT)
    assert unicodedata.is_normalized("NFC", read) or "\n" in read
    assert read.encode("utf-8")
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in read)


@pytest.mark.parametrize(
    ("header", "number"),
    [(None, None), ("", None), ("x", None), ("-1", None), ("7", 7), ("9" * 5000, 2**31 - 1)],
)
def test_the_number_of_a_message(header: str | None, number: int | None) -> None:
    assert read_number(header) == number
