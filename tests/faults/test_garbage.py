"""Rasa answers garbage while patients write; each kind alone: channels/test_outage.py."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

from tests.channels import standin
from tests.channels.serving import prepare, serving, settings_for
from tests.channels.standin import StandIn, custom
from tests.faults.writing import enduring

SECONDS = 4


def reply_to(sender: str) -> list[dict[str, Any]]:
    """What Rasa would say in a conversation; the source shows in which."""
    source = {"document": sender, "section": "Exercise"}
    return [{"recipient_id": sender, **custom("Not yet.", "exercise", sources=[source])}]


class Garbage:
    """Answers one message in three as it should be; under the others something is wrong."""

    def __init__(self) -> None:
        self._senders: list[str] = []
        self._numbers = itertools.count()

    def __call__(self, message: dict[str, Any]) -> bytes:
        sender, number = message["sender"], next(self._numbers)
        self._senders.append(sender)
        right = json.dumps(reply_to(sender)).encode()
        if number % 3 == 0:
            return right
        other = next((one for one in self._senders if one != sender), "nobody")
        wrong = (
            *(b"", b"<html>", b"[]", b"[null]", b"{}", b"\xff\xfe", b"[" * 10_000, right[:-20]),
            json.dumps(reply_to(other)).encode(),
            json.dumps([{"recipient_id": sender, "custom": {"text": sender * 10_000}}]).encode(),
        )
        return wrong[number % len(wrong)]


def sane(message: dict[str, Any]) -> bytes:
    return json.dumps(reply_to(message["sender"])).encode()


def break_it(rasa: StandIn) -> None:
    """Garbage, and garbage under an error's status, and garbage that is slow to come."""
    rasa.answering = Garbage()
    time.sleep(SECONDS / 2)
    rasa.delay = 0.3
    time.sleep(SECONDS / 4)
    rasa.status = 500
    time.sleep(SECONDS / 4)
    rasa.delay, rasa.status, rasa.answering = 0.0, 200, sane


def test_rasa_answers_garbage(tmp_path: Path) -> None:
    with standin.running() as rasa:
        rasa.answering = sane
        settings = settings_for(tmp_path, rasa_url=rasa.address, rasa_timeout=2.0)
        prepare(settings)
        with (
            serving(settings) as gateway,
            enduring("Rasa answers garbage", gateway.address, clinics=("glamour", "silent")),
        ):
            break_it(rasa)
