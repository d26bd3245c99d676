"""What is said to a red flag: complete, short, calm, the act first."""

import re
from functools import cache
from pathlib import Path

import pytest
import textstat
import yaml

from bot.care.triage import Findings
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.triage import LANGUAGES, load_findings

CLINICS = Path(__file__).parents[2] / "clinics"
MAX_WORDS = 90
MAX_GRADE = 8.0
VALUES = {
    "clinic": "The clinic",
    "phone": "212 555 0147",
    "emergency_number": "911",
    "crisis_line": "988",
}
ACTS = {
    "en": r"Call |Get |Contact |Lie |Sit |Please call or text 988 now",
    "es": r"Llame |Haga |Contacte |Acuéstese|Siéntese|Por favor llame o escriba al 988 ahora",
}


@cache
def findings() -> Findings:
    return load_findings(CLINICS / "triage")


@cache
def texts(language: str) -> Texts:
    return load_texts(CLINICS / "texts", language)


def keys(language: str) -> list[str]:
    data = yaml.safe_load((CLINICS / "texts" / f"triage.{language}.yml").read_text("utf-8"))
    return [f"triage.{flag}.{name}" for flag, told in data["triage"].items() for name in told]


def needed() -> set[tuple[str, str]]:
    levels = {(one.flag, one.level) for one in findings().findings}
    return levels | {(one.flag, one.recent) for one in findings().findings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_text_for_every_flag_and_level(language: str) -> None:
    missing = {f"triage.{flag}.{level}" for flag, level in needed()} - set(texts(language).keys())
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_keeps_to_the_voice(language: str) -> None:
    wrong = []
    for key in keys(language):
        text = texts(language).say(key, **VALUES)
        first = re.match(ACTS[language], text)
        if not first:
            wrong.append(f"{key} does not begin with what to do: {text}")
        if len(text.split()) > MAX_WORDS or re.search(r"[!?¿¡<>*_#{}]", text):
            wrong.append(f"{key} is too long, asks or shouts: {text}")
        if language == "en" and textstat.flesch_kincaid_grade(text) > MAX_GRADE:
            wrong.append(f"{key} is hard to read: {text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_begins_with_the_number(language: str) -> None:
    for key in keys(language):
        if key.endswith(".emergency"):
            assert "911" in texts(language).say(key, **VALUES).split(".")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_urgent_text_says_when_to_call_the_number(language: str) -> None:
    for key in keys(language):
        if ".urgent" in key:
            assert "911" in texts(language).say(key, **VALUES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_self_harm_names_the_line_and_the_number(language: str) -> None:
    for level in ("urgent", "emergency"):
        assert {"crisis_line", "emergency_number"} <= texts(language).placeholders(
            f"triage.self_harm.{level}"
        )


def test_a_phone_is_named_only_where_it_is_known() -> None:
    for language in LANGUAGES:
        for key in keys(language):
            assert ("phone" in texts(language).placeholders(key)) == key.endswith("_phone")


def test_spanish_says_what_english_says() -> None:
    assert keys("es") == keys("en")
    for key in keys("en"):
        assert texts("es").placeholders(key) == texts("en").placeholders(key)
