"""Updates that Telegram delivers itself, to one gateway or two."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.channels.serving import Gateway, prepare, serving
from tests.channels.standin import StandIn
from tests.channels.telegram.conftest import GLAMOUR, WEBHOOK_URL, settings_with
from tests.channels.telegram.front import Front, Json
from tests.channels.telegram.person import Person

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def hooked(tmp_path: Path, rasa: StandIn, api: Front) -> Settings:
    made = settings_with(tmp_path, rasa, api, telegram_webhook_url=WEBHOOK_URL)
    prepare(made)
    return made


@contextmanager
def delivered(settings: Settings, api: Front, gateways: int = 1) -> Iterator[list[Gateway]]:
    """Run gateways on one database, and have Telegram deliver to them in turn."""
    if gateways == 0:
        api.gateways = []
        yield []
        return
    with serving(settings) as gateway:
        api.wait(lambda: GLAMOUR in api.webhooks)
        with delivered(settings, api, gateways - 1) as others:
            api.gateways = [gateway.address, *api.gateways]
            yield [gateway, *others]


UPDATE = {"update_id": 5}


def test_only_telegram_may_deliver(hooked: Settings, api: Front, eve: Person) -> None:
    update = {**UPDATE, "message": eve.message(text="hello")}
    with delivered(hooked, api) as (gateway,):

        def status(**how: Any) -> int:
            answer = api.post(GLAMOUR, update, to=gateway.address, **how)
            assert answer is not None
            return answer.status_code

        assert status(secret="guessed") == 401
        assert status(secret="") == 401
        nobody = gateway.http.post("/telegram/nobody", json=update)
        assert nobody.status_code == 404
        assert eve.texts == []
        assert status() == 204
        eve.hears("You said: hello")


def test_what_is_no_update_is_refused(hooked: Settings, api: Front) -> None:
    with delivered(hooked, api) as (gateway,):
        bodies: tuple[Json, ...] = ({}, {"update_id": "x", "message": 5}, {"message": {}})
        for body in bodies:
            answer = api.post(GLAMOUR, body, to=gateway.address)
            assert answer is not None
            assert answer.status_code == 400, body


def test_the_longest_message_of_telegram_is_taken(
    hooked: Settings, api: Front, eve: Person
) -> None:
    text = "\u2603" * 4096  # three times as long in JSON's escapes, and told twice
    with delivered(hooked, api):
        api.give(
            GLAMOUR, {"message": eve.message(text=text, reply_to_message=eve.message(text=text))}
        )
        eve.hears("in parts of at most 1000 characters")


def test_two_gateways_answer_a_chat_once_and_in_order(
    hooked: Settings, api: Front, eve: Person, rasa: StandIn
) -> None:
    rasa.delay = 0.02
    with delivered(hooked, api, gateways=2):
        for number in range(15):
            eve.sends(text=f"question {number}")
        eve.hears("You said: question 14")
    assert [body["message"] for body in rasa.messages] == [f"question {n}" for n in range(15)]
    assert eve.texts[1:] == [f"You said: question {number}" for number in range(15)]
