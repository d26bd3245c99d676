"""Gateways that stop and die: what came in is answered, what went out is not sent again."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.care.answer import Answer
from bot.cli.model import ROOT
from bot.cli.ports import LOOPBACK, any_free_port
from bot.gateway.pipeline import push
from bot.gateway.telegram import chats
from bot.records.conversations import transcript
from bot.records.exchanges import record_exchange
from bot.records.plain import Author, Reply
from bot.records.telegram_chats import find_chat, note_begun
from bot.settings import Settings
from tests.channels.serving import CLINICS, serving
from tests.channels.standin import StandIn
from tests.channels.telegram.conftest import TOKENS, settings_with
from tests.channels.telegram.front import BROKEN, Front, Json, too_many
from tests.channels.telegram.person import Person
from tests.channels.telegram.talking import first, says_staff

pytestmark = pytest.mark.usefixtures("quick")


def test_what_staff_wrote_while_telegram_was_off_is_sent_when_it_is_on(
    settings: Settings, tmp_path: Path, api: Front, eve: Person, rasa: StandIn
) -> None:
    with serving(settings):
        eve.says("a person please")
        eve.hears("You said")
    with serving(settings_with(tmp_path, rasa, api, telegram_tokens="")) as without:
        says_staff(without, eve, "This is Maria.")
    with serving(settings):
        eve.hears("This is Maria.")
    assert len(eve.texts) == 3


def test_a_message_under_way_at_a_restart_is_answered_once(
    settings: Settings, api: Front, eve: Person, rasa: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats, "GRACE_SECONDS", 0.2)
    with serving(settings):
        eve.sends(text="one")
        eve.hears("You said: one")
        rasa.delay = 3
        eve.sends(text="two")
        eve.sends(text="three")
        api.wait(lambda: len(rasa.messages) == 2)
    rasa.delay = 0
    with serving(settings):
        eve.hears("You said: three")
    assert eve.texts[1:] == ["You said: one", "You said: two", "You said: three"]


@contextmanager
def process(settings: Settings, api: Front) -> Iterator[subprocess.Popen[bytes]]:
    """Run the gateway as a process of its own, killed (SIGKILL) at the end."""
    environment = {
        **os.environ,
        "ENVIRONMENT": "test",
        "RATE_LIMITS": "off",
        "HOST": LOOPBACK,
        "PORT": str(any_free_port()),
        "STATE_DIR": str(settings.state_dir),
        "CLINICS_DIR": str(CLINICS),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "RASA_URL": settings.rasa_url,
        "ACTIONS_URL": settings.actions_url,
        "TELEGRAM_TOKENS": TOKENS,
        "TELEGRAM_API_URL": api.address,
    }
    with subprocess.Popen([sys.executable, "-m", "bot.gateway"], cwd=ROOT, env=environment) as run:
        try:
            yield run
        finally:
            run.kill()


def test_killed_at_any_moment_nothing_is_lost_and_the_order_kept(
    settings: Settings, api: Front, eve: Person, rasa: StandIn
) -> None:
    rasa.delay = 0.05
    moments = random.Random(7)
    wanted = [f"question {number}" for number in range(20)]
    kills = 4
    for number in range(kills):
        for text in wanted[number * 5 : number * 5 + 5]:
            eve.sends(text=text)
        heard = len(rasa.messages)
        with process(settings, api):
            wait_for_more(api, rasa, heard)
            time.sleep(moments.uniform(0, 0.4))
    with serving(settings):
        eve.hears("You said: question 19")
    # A message that was out when the process died, but not yet noted, is sent again: each kill
    # may do that to one, the greeting included.
    greeting, *answers = dict.fromkeys(eve.texts)
    assert greeting.startswith("Before you write")
    assert answers == [f"You said: {text}" for text in wanted]
    assert len(eve.texts) <= 1 + len(wanted) + kills
    assert texts_recorded(settings, eve) == wanted


def wait_for_more(api: Front, rasa: StandIn, heard: int) -> None:
    api.wait(lambda: len(rasa.messages) > heard, seconds=60)


def texts_recorded(settings: Settings, person: Person) -> list[str]:
    """What the person said, as the transcript has it: each once."""
    with serving(settings) as gateway, gateway.services.database.read() as session:
        found = find_chat(session, "glamour", person.chat_id)
        assert found is not None
        messages = transcript(session, found.conversation_id)
    return [message.text for message in messages if message.author is Author.PATIENT]


def test_a_reminder_that_may_be_out_already_is_not_sent_again(
    settings: Settings, api: Front, eve: Person
) -> None:
    """As when the gateway died between sending it and noting that; another reply is sent again."""
    with serving(settings) as gateway:
        eve.says("how much?")
        eve.hears("You said: how much?")
        with gateway.services.database.read() as session:
            chat = find_chat(session, "glamour", eve.chat_id)
        assert chat is not None
    for number, (text, topic) in enumerate((("Day 3.", "reminders"), ("From staff.", "handoff"))):
        with gateway.services.database.write() as session:
            reply = Reply(Answer(text, topic))
            (told,) = record_exchange(
                session, chat.conversation_id, datetime.now(UTC), None, [reply]
            ).replies
            if number == 0:
                note_begun(session, chat.conversation_id, told.seq, 0)
    with serving(settings):
        eve.hears("From staff.")
    assert "Day 3." not in eve.texts


@pytest.mark.parametrize("answer", [BROKEN, too_many(1)], ids=["500", "429"])
def test_a_reminder_that_telegram_did_not_take_is_sent_again(
    settings: Settings, api: Front, eve: Person, answer: tuple[int, Json]
) -> None:
    with serving(settings) as gateway:
        eve.says("how much?")
        eve.hears("You said: how much?")
        api.fail = first(4, "sendMessage", answer)
        with gateway.services.database.read() as session:
            chat = find_chat(session, "glamour", eve.chat_id)
        assert chat is not None
        gateway.run(
            push(gateway.services, chat.conversation_id, [Reply(Answer("Day 3.", "reminders"))])
        )
        eve.hears("Day 3.")
    assert eve.texts.count("Day 3.") == 1
