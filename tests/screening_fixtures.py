"""The five clinics' screenings and the list of medicines, as the assistant has them."""

from functools import cache
from pathlib import Path

from bot.care.protocol import Protocol
from bot.care.screening import Answers, Medicines, merge, read_answers
from bot.knowledge.importer import load_folder
from bot.knowledge.medicines import load_medicines
from bot.knowledge.rendering import render_protocol
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.topics import load_topics

CLINICS = Path(__file__).parents[1] / "clinics"


@cache
def protocols() -> dict[str, Protocol]:
    packs, general = load_folder(CLINICS, load_topics(CLINICS / "topics.yml"))
    return {pack.id: render_protocol(pack, general) for pack in packs}


@cache
def medicines() -> Medicines:
    return load_medicines(CLINICS / "medicines.yml")


@cache
def texts() -> Texts:
    return load_texts(CLINICS / "texts")


def answered(told: dict[str, str]) -> Answers:
    """Read one answer to each question, in the order given."""
    answers = Answers()
    for question, text in told.items():
        answers = merge(answers, read_answers(text, medicines(), question))
    return answers
