"""Messages in other languages, and English ones that must not be taken for them."""

import re
from pathlib import Path

import pytest

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
    messages = [
        match[1]
        for path in (ROOT / "data" / "nlu").glob("*.yml")
        for match in re.finditer(r"^\s+- (?!intent)(.+)$", path.read_text("utf-8"), re.MULTILINE)
    ]
    wrong = [text for text in messages if detector.detect(text)]
    assert len(messages) > 5000
    assert len(wrong) <= len(messages) / 2000, wrong


def test_there_is_a_sentence_for_every_language() -> None:
    texts = load_texts(ROOT / "clinics" / "texts")
    for language in LANGUAGES:
        if language != "en":
            for form in ("phone", "contact"):
                assert {"clinic", "emergency_number"} <= texts.placeholders(
                    f"language.{language}.{form}"
                )
