"""What goes wrong around a bot: Telegram fails, tokens are wrong, crowds come."""

import time
from pathlib import Path
from typing import Any

import pytest
from telegram.request import HTTPXRequest

from bot.settings import Settings
from tests.channels.serving import prepare, serving
from tests.channels.standin import StandIn
from tests.channels.telegram.conftest import GLAMOUR, SILENT, settings_with
from tests.channels.telegram.front import BROKEN, Front, Json, too_many
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import first

CONFLICT = (409, {"error_code": 409, "description": "Conflict: terminated by other getUpdates"})


pytestmark = pytest.mark.usefixtures("quick")


# --- Telegram fails


@pytest.mark.parametrize("answer", [BROKEN, too_many(1)], ids=["500", "429"])
def test_what_telegram_refuses_for_now_is_sent_once_it_takes_it(
    settings: Settings, api: Front, eve: Person, answer: tuple[int, Json]
) -> None:
    api.fail = first(2, "sendMessage", answer)
    with serving(settings):
        eve.says("how much?")
        eve.hears("You said: how much?")
    assert len(eve.texts) == 2
    assert len(api.called("sendMessage")) == 4


def test_after_429_nothing_is_sent_before_the_time_that_telegram_names(
    settings: Settings, api: Front, eve: Person
) -> None:
    api.fail = first(1, "sendMessage", too_many(2))
    with serving(settings):
        eve.says("how much?")
        eve.hears("You said")
    refused, again, *_ = [call.at for call in api.called("sendMessage")]
    assert again - refused >= 2


def test_what_could_not_be_sent_for_long_is_sent_later(
    settings: Settings, api: Front, eve: Person, rasa: StandIn
) -> None:
    api.fail = lambda call: BROKEN if call.method == "sendMessage" else None
    with serving(settings):
        eve.says("how much?")
        eve.says("how long?")
        api.wait(lambda: len(rasa.messages) == 2)
        assert eve.texts == []
        api.fail = lambda _call: None
        eve.hears("You said: how long?")
    assert eve.texts[1:] == ["You said: how much?", "You said: how long?"]


def test_a_message_that_telegram_never_takes_does_not_hold_up_the_next(
    settings: Settings, api: Front, eve: Person
) -> None:
    bad = (400, {"error_code": 400, "description": "Bad Request: message text is empty"})
    api.fail = lambda call: bad if call.values.get("text") == "You said: one" else None
    with serving(settings):
        eve.sends(text="one")
        eve.sends(text="two")
        eve.hears("You said: two")
    assert len(api.called("sendMessage", text="You said: one")) == 1


def test_polling_goes_on_when_telegram_answers_again(
    settings: Settings, api: Front, eve: Person
) -> None:
    api.fail = first(2, "getUpdates", BROKEN)
    with serving(settings):
        eve.says("how much?")
        eve.hears("You said: how much?")


def test_a_bot_starts_once_telegram_can_be_reached(
    settings: Settings, api: Front, eve: Person
) -> None:
    api.fail = first(6, "getMe", BROKEN)
    with serving(settings) as gateway:
        assert gateway.open().say("how much?")
        eve.says("how much?")
        eve.hears("You said: how much?")


# --- tokens


def test_a_wrong_token_is_told_and_stops_nothing_else(
    settings: Settings, api: Front, eve: Person, caplog: pytest.LogCaptureFixture
) -> None:
    api.tokens = {SILENT}
    with serving(settings) as gateway:
        other = Person(api, SILENT)
        other.says("how much?")
        other.hears("You said: how much?")
        assert gateway.open().say("how much?")
        api.wait(lambda: "Telegram does not accept its token" in caplog.text)
    assert "telegram bot of glamour not started" in caplog.text
    assert "TELEGRAM_TOKENS" in caplog.text
    assert GLAMOUR not in caplog.text


def test_a_token_of_no_clinic_is_told(
    tmp_path: Path, api: Front, rasa: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    made = settings_with(tmp_path, rasa, api, telegram_tokens=f"nowhere={GLAMOUR}")
    prepare(made)
    with serving(made) as gateway:
        api.wait(lambda: "there is no such clinic" in caplog.text)
        assert gateway.open().say("how much?")
    assert "nowhere" in caplog.text


def test_a_token_that_is_revoked_while_the_bot_runs_is_told(
    settings: Settings, api: Front, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(settings) as gateway:
        api.wait(lambda: {call.token for call in api.called("getUpdates")} == {GLAMOUR, SILENT})
        api.tokens = set()
        api.wait(lambda: caplog.text.count("does not accept its token any more") == 2)
        assert gateway.open().say("how much?")
    assert GLAMOUR not in caplog.text


def test_that_another_program_polls_the_bot_is_told(
    settings: Settings, api: Front, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail = first(1, "getUpdates", CONFLICT)
    with serving(settings):
        api.wait(lambda: "another program polls it too" in caplog.text)


def test_no_token_and_no_words_are_in_the_log(
    settings: Settings, api: Front, eve: Person, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail = first(2, "sendMessage", BROKEN)
    with serving(settings.model_copy(update={"log_level": "DEBUG"})):
        eve.says("Wilhelmina has an itch")
        eve.hears("You said")
    assert "telegram failed clinic=glamour" in caplog.text
    for secret in (GLAMOUR, SILENT, "Wilhelmina"):
        assert secret not in caplog.text


# --- crowds


def test_200_chats_at_once(settings: Settings, api: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    left = departures("sendMessage", monkeypatch)
    people = [Person(api, GLAMOUR) for _ in range(200)]
    with serving(settings):
        begun = time.monotonic()
        for number, person in enumerate(people):
            person.sends(text=f"question {number}")
        for number, person in enumerate(people):
            person.hears("You said")
            assert person.texts[1:] == [f"You said: question {number}"]
        took = time.monotonic() - begun
    assert len(api.called("sendMessage")) == len(left) == 400
    print(f"\n200 chats, 400 messages: {took:.1f} s, {400 / (left[-1] - left[0]):.0f} a second")
    assert most_within_a_second(left) <= 61  # the limiter lets 30 through at once, then 30 a second


def departures(method: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moments at which calls of a method leave.

    Where they arrive, those on the way when the machine stood still come with what left after.
    """
    left: list[float] = []
    send = HTTPXRequest.do_request

    async def note(request: HTTPXRequest, url: str, *values: Any, **named: Any) -> Any:
        if url.endswith(f"/{method}"):
            left.append(time.monotonic())
        return await send(request, url, *values, **named)

    monkeypatch.setattr(HTTPXRequest, "do_request", note)
    return left


def most_within_a_second(moments: list[float]) -> int:
    ordered = sorted(moments)
    return max(sum(one <= other < one + 1 for other in ordered) for one in ordered)


def test_more_chats_than_rasa_can_take_wait_and_are_answered(
    tmp_path: Path, rasa: StandIn, api: Front
) -> None:
    """Nobody is told to come again: what was written here is kept until it is answered."""
    rasa.delay = 0.2
    settings = settings_with(tmp_path, rasa, api, max_under_way=4)
    prepare(settings)
    with serving(settings):
        people = [Person(api, GLAMOUR) for _ in range(16)]
        for person in people:
            person.says("how much?")
        for person in people:
            person.hears("You said: how much?")
