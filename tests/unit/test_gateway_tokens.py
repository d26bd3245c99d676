"""Tokens, and the key that signs them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from bot.gateway.privacy.links import link_tokens
from bot.gateway.refusals import Code, Refusal
from bot.gateway.tokens import Opened, Tokens, secret_key
from tests.plain_settings import plain_settings

KEY = "k" * 32


def refused(tokens: Tokens, token: str) -> Code:
    with pytest.raises(Refusal) as caught:
        tokens.open(token)
    return caught.value.code


def test_a_token_opens_its_conversation() -> None:
    tokens = Tokens(KEY, timedelta(days=1))
    assert tokens.open(tokens.issue("one")) == Opened("one")
    assert tokens.open(tokens.issue("one", "glamour")) == Opened("one", "glamour")


def test_a_changed_token_opens_nothing() -> None:
    tokens = Tokens(KEY, timedelta(days=1))
    token = tokens.issue("one")
    body, rest = token.split(".", 1)
    other_body = tokens.issue("two").split(".", 1)[0]
    for changed in (
        f"{other_body}.{rest}",
        token[:-2],
        f"{body}.",
        body,
        "",
        ".",
        "\u00e9",
        "a.b.c",
    ):
        assert refused(tokens, changed) is Code.INVALID_TOKEN


def test_a_token_of_another_key_opens_nothing() -> None:
    forged = Tokens("o" * 32, timedelta(days=1)).issue("one")
    assert refused(Tokens(KEY, timedelta(days=1)), forged) is Code.INVALID_TOKEN


def test_a_token_of_another_kind_is_refused() -> None:
    conversation, link = Tokens(KEY, timedelta(days=1)), link_tokens(KEY)
    assert refused(conversation, link.issue("one")) is Code.INVALID_TOKEN
    assert refused(link, conversation.issue("one")) is Code.INVALID_TOKEN


def test_a_token_expires() -> None:
    tokens = Tokens(KEY, timedelta(days=2))
    with time_machine.travel("2026-11-20T12:00:00Z", tick=False) as clock:
        token = tokens.issue("one")
        clock.move_to("2026-11-22T12:00:00Z")
        assert tokens.open(token) == Opened("one")
        clock.move_to("2026-11-22T12:00:02Z")
        assert refused(tokens, token) is Code.EXPIRED_TOKEN


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(hours=3), timedelta(days=400)])
def test_a_token_outlives_a_clock_that_is_set_back(back: timedelta) -> None:
    tokens = Tokens(KEY, timedelta(days=2))
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        token = tokens.issue("one")
        clock.move_to(noon - back)
        assert tokens.open(token) == Opened("one")
        clock.move_to(noon + timedelta(days=3))
        assert refused(tokens, token) is Code.EXPIRED_TOKEN


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    settings = plain_settings(secret_key=None, state_dir=tmp_path / "var")
    key = secret_key(settings)
    assert len(key) >= 32
    assert secret_key(settings) == key
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_given_key_is_used_and_not_written(tmp_path: Path) -> None:
    settings = plain_settings(secret_key=KEY, state_dir=tmp_path)
    assert secret_key(settings) == KEY
    assert list(tmp_path.iterdir()) == []
