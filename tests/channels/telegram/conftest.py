"""A gateway with two clinics' bots before the emulator, by long polling and by webhook."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.gateway.telegram import chats, delivering, service
from bot.settings import Settings
from tests.channels.serving import Gateway, prepare, serving, settings_for
from tests.channels.standin import StandIn
from tests.channels.telegram import emulator, front
from tests.channels.telegram.front import Front
from tests.channels.telegram.person import Person

GLAMOUR, SILENT = "111:glamour", "222:silent"
TOKENS = f"glamour={GLAMOUR},silent={SILENT}"
# Where it leads, the front knows.
WEBHOOK_URL = "https://gateway.example"


@pytest.fixture(scope="session")
def _emulator() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            address = stack.enter_context(emulator.running())
        except emulator.NotInstalledError as error:
            if os.environ.get("CI"):
                pytest.fail(f"npm could not install the emulator: {error}", pytrace=False)
            pytest.skip(f"npm could not install the emulator: {error}")
        yield address


@pytest.fixture
def api(_emulator: str) -> Iterator[Front]:
    """A front of the test's own, that knows the tokens of two bots."""
    with front.running(_emulator) as running:
        running.tokens = {GLAMOUR, SILENT}
        yield running


@pytest.fixture(scope="module", params=["polling", "webhook"])
def _talking(
    request: pytest.FixtureRequest,
    _emulator: str,
    _rasa: StandIn,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Front, Gateway]]:
    # An emulator of its own: what is left in it when the gateway stops meets no other test.
    with emulator.running() as own, front.running(own) as running:
        running.tokens = {GLAMOUR, SILENT}
        settings = settings_for(
            tmp_path_factory.mktemp(request.param),
            rasa_url=_rasa.address,
            actions_url=_rasa.address,
            telegram_tokens=TOKENS,
            telegram_api_url=running.address,
            telegram_webhook_url=WEBHOOK_URL if request.param == "webhook" else "",
        )
        prepare(settings)
        with serving(settings) as gateway:
            running.gateways = [gateway.address]
            ready = "setWebhook" if request.param == "webhook" else "getUpdates"
            running.wait(lambda: len({call.token for call in running.called(ready)}) == 2)
            yield running, gateway


@pytest.fixture
def bot_api(_talking: tuple[Front, Gateway], rasa: StandIn) -> Iterator[Front]:
    """The front of the running gateway, failing at nothing at the start of each test."""
    running, _ = _talking
    running.fail = lambda _call: None
    yield running
    running.fail = lambda _call: None


@pytest.fixture
def clinic_gateway(_talking: tuple[Front, Gateway]) -> Gateway:
    """The running gateway."""
    return _talking[1]


@pytest.fixture
def ada(bot_api: Front) -> Person:
    """A person who has not written to the bot yet."""
    return Person(bot_api, GLAMOUR)


def settings_with(state: Path, rasa: StandIn, api: Front, **values: Any) -> Settings:
    defaults = {
        "rasa_url": rasa.address,
        "actions_url": rasa.address,
        "telegram_tokens": TOKENS,
        "telegram_api_url": api.address,
    }
    return settings_for(state, **{**defaults, **values})


@pytest.fixture
def settings(tmp_path: Path, rasa: StandIn, api: Front) -> Settings:
    """Settings of a gateway that polls, with its database made."""
    made = settings_with(tmp_path, rasa, api)
    prepare(made)
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between tries than with the real Telegram."""
    monkeypatch.setattr(delivering, "RETRY_AFTER", (0.05, 0.1))
    monkeypatch.setattr(chats, "SWEEP_SECONDS", 0.3)
    monkeypatch.setattr(service, "FIRST_WAIT", 0.05)


@pytest.fixture
def eve(api: Front) -> Person:
    """Somebody who may write before there is a gateway."""
    return Person(api, GLAMOUR)
