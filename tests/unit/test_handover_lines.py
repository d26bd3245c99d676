"""What patients are told about who answers: in the assistant's voice."""

from pathlib import Path

import pytest
import textstat

from bot.gateway.handover import lines
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import load_texts
from bot.records.plain import Author, Reply

TEXTS = load_texts(Path(__file__).parents[2] / "clinics" / "texts")
LINES = {
    phone: [
        lines.taken(card, "Maria", TEXTS),
        lines.given_back(card, "Maria", TEXTS),
        lines.returned(card, TEXTS),
        lines.left(card, TEXTS),
        lines.already_back(TEXTS),
        lines.nobody_free(card, TEXTS),
        lines.no_answer_yet(card, TEXTS),
    ]
    for phone in (None, "206-555-0111")
    for card in [
        ClinicCard(
            id="harbor",
            name="Harbor",
            treatments=("sclerotherapy",),
            country="US",
            time_zone="America/Los_Angeles",
            phone=phone,
            website=None,
            emergency_number="911",
            crisis_line="988",
        )
    ]
}


@pytest.mark.parametrize("reply", [reply for replies in LINES.values() for reply in replies])
def test_the_voice_of_a_system_line(reply: Reply) -> None:
    text = reply.answer.text
    assert reply.author is Author.SYSTEM
    assert len(text.split()) <= 60
    assert textstat.flesch_kincaid_grade(text) <= 8, text
    assert "!" not in text


def test_a_phone_is_named_where_there_is_one() -> None:
    assert "206-555-0111" in LINES["206-555-0111"][-1].answer.text
    assert "call them" not in LINES[None][-1].answer.text
