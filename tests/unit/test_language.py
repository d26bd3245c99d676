"""Messages in other languages, and English ones that must not be taken for them."""

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from actions.tracker_reading import read_turn
from bot.knowledge.texts import load_texts
from bot.language import LANGUAGES, LanguageDetector

ROOT = Path(__file__).parents[2]

SAID = [
    ("es", "puedo volar mañana después de las inyecciones?"),
    ("es", "hola necesito una cita por favor"),
    ("zh", "注射后可以坐飞机吗"),
    ("tl", "magkano po ang isang session"),
    ("vi", "tôi có thể đi máy bay ngày mai không"),
    ("ar", "هل يمكنني السفر غدا"),
    ("fr", "bonjour je voudrais un rendez vous"),
    ("ko", "내일 비행기 타도 되나요"),
    ("ru", "можно ли мне завтра в баню"),
    ("pt", "quanto custa uma sessão"),
    ("ht", "eske mwen ka vwayaje demen"),
    ("de", "darf ich morgen in die Sauna"),
    ("hi", "क्या मैं कल उड़ सकती हूँ"),
]


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize(("language", "text"), SAID)
def test_a_language_is_recognised(detector: LanguageDetector, language: str, text: str) -> None:
    assert detector.detect(text) == language


@pytest.mark.parametrize(
    "text", ["sauna?", "hola", "", "🦵🦵", "ok", "had sclero tues, gym thurs ok??", "Anna Berg"]
)
def test_a_short_or_english_message_is_english(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) is None


def test_patients_english_is_english_nearly_always(detector: LanguageDetector) -> None:
    """All training messages, typing errors and all: at most 1 in 2,000 is taken for another."""
    messages = training_messages()
    wrong = [text for text in messages if detector.detect(text)]
    assert len(messages) > 5000
    assert len(wrong) <= len(messages) / 2000, wrong


def test_their_sentences_are_too(detector: LanguageDetector) -> None:
    several = [text for text in training_messages() if len(re.findall(r"[.!?]\s", text)) > 0]
    wrong = [text for text in several if detector.others(text)]
    assert len(several) > 500
    assert wrong == []


@cache
def training_messages() -> list[str]:
    return [
        match[1]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for match in re.finditer(r"^\s+- (?!intent)(.+)$", path.read_text("utf-8"), re.MULTILINE)
    ]


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("puedo tomar el sol? I was treated yesterday", {"puedo tomar el sol?": "es"}),
        (
            "I was treated on Monday.\nDarf ich morgen in die Sauna?",
            {"Darf ich morgen in die Sauna?": "de"},
        ),
        ("Can I fly? 내일 비행기 타도 되나요?", {"내일 비행기 타도 되나요?": "ko"}),
        ("Hola! Can I fly tomorrow?", {}),
        ("Can I fly? And can I run?", {}),
        ("puedo volar mañana? puedo tomar el sol?", {}),  # the whole is, which `detect` tells
    ],
)
def test_a_sentence_in_another_language_is_found(
    detector: LanguageDetector, text: str, others: dict[str, str]
) -> None:
    assert detector.others(text) == others


FRENCH, ENGLISH = "je peux courir demain?", "I was treated yesterday"


@pytest.mark.parametrize(
    ("topic", "words", "kept"),
    [
        ("exercise", FRENCH, []),
        ("treatment_record", ENGLISH, [("treatment_record", ENGLISH)]),
        ("exercise", f"{FRENCH} {ENGLISH}", [("exercise", ENGLISH)]),
        # What sounds like danger is never left out, whatever language it is in.
        ("emergency", FRENCH, [("emergency", FRENCH)]),
        ("self_harm", f"{FRENCH} {ENGLISH}", [("self_harm", f"{FRENCH} {ENGLISH}")]),
    ],
)
def test_what_is_heard_in_another_language_is_left_out(
    detector: LanguageDetector, topic: str, words: str, kept: list[tuple[str, str]]
) -> None:
    heard = {"topic": topic, "confidence": 0.95, "text": words}
    message = {"text": f"{FRENCH} {ENGLISH}", "subjects": [heard]}
    turn = read_turn(message, datetime(2026, 11, 24, tzinfo=UTC), detector)
    assert turn.also_in == "fr"
    assert [(subject.topic, subject.words) for subject in turn.subjects] == kept


def test_there_is_a_sentence_for_every_language() -> None:
    texts = load_texts(ROOT / "clinics" / "texts")
    for language in LANGUAGES:
        if language != "en":
            for form in ("phone", "contact"):
                assert {"clinic", "emergency_number"} <= texts.placeholders(
                    f"language.{language}.{form}"
                )
