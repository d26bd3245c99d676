"""Red flags by pattern, held against the examples and the tables in tests/tables/triage."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from bench.evaluation.disturb import typing_errors, without_punctuation
from bot.care.triage import Findings, is_higher, screen
from bot.care.triage.screening import TREATED_LATELY
from bot.knowledge.triage import load_findings

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "tests" / "tables" / "triage"
EXAMPLES = ROOT / "clinics" / "triage" / "en" / "examples"
BEFORE = "How long do I wear the stockings? I was told two weeks by the nurse. "
AFTER = " What does the second session cost? Can my sister wait in the lobby?"

# What the tables reach today; a change that lowers one of these has lost something.
FOUND = 0.99
LEVEL_RIGHT = 0.98
FALSE_ALARMS = 0.01


@cache
def findings() -> Findings:
    return load_findings(ROOT / "clinics" / "triage")


def table(name: str, folder: Path = TABLES) -> Any:
    return yaml.safe_load((folder / name).read_text(encoding="utf-8"))


def english_flags() -> Iterator[tuple[str, str, str]]:
    """Text, flag, level."""
    for path in sorted(EXAMPLES.glob("red_flags*.yml")):
        for row in table(path.name, EXAMPLES):
            yield from ((text, row["flag"], row["level"]) for text in row["say"])


def spanish_flags() -> Iterator[tuple[str, str, str]]:
    for row in table("spanish.yml")["red_flags"]:
        yield from ((text, row["flag"], row["level"]) for text in row["say"])


def ordinary() -> Iterator[str]:
    for path in sorted(EXAMPLES.glob("ordinary*.yml")):
        for row in table(path.name, EXAMPLES):
            yield from row["say"]
    yield from table("spanish.yml")["ordinary"]


@cache
def level(text: str) -> str:
    alert = screen(text, findings())
    return alert.level if alert else "none"


def alarms(text: str) -> bool:
    return is_higher(level(text), "soon")


@pytest.mark.parametrize("flags", [english_flags, spanish_flags])
def test_red_flags_are_found_at_their_level(flags: Any) -> None:
    rows = [row for row in flags() if row[2] != "soon"]
    missed = [f"{flag}: {text}" for text, flag, _ in rows if not alarms(text)]
    wrong = [f"{wanted}, not {level(text)}: {text}" for text, _, wanted in rows]
    wrong = [
        line for line, (text, _, wanted) in zip(wrong, rows, strict=True) if wanted != level(text)
    ]
    assert len(missed) <= len(rows) * (1 - FOUND), "\n".join(missed)
    assert len(wrong) <= len(rows) * (1 - LEVEL_RIGHT), "\n".join(wrong)


def test_emergencies_are_never_called_less_than_urgent() -> None:
    low = [
        text for text, _, wanted in english_flags() if wanted == "emergency" and not alarms(text)
    ]
    assert len(low) <= 2, "\n".join(low)


def test_small_things_are_for_opening_hours() -> None:
    soon = [text for text, _, wanted in english_flags() if wanted == "soon"]
    assert {text: level(text) for text in soon} == dict.fromkeys(soon, "soon")


def test_harmless_messages_raise_no_alarm() -> None:
    texts = list(ordinary())
    alarmed = [f"{level(text)}: {text}" for text in texts if alarms(text)]
    assert len(texts) > 500
    assert len(alarmed) <= len(texts) * FALSE_ALARMS, "\n".join(alarmed)


def test_what_stands_around_a_red_flag_does_not_hide_it() -> None:
    grid = table("grid.yml")
    texts = [around.format(core) for around in grid["around"] for core in grid["cores"]]
    lost = [text for text in texts if not alarms(text)]
    assert len(texts) > 2_000
    assert len(lost) <= len(texts) * 0.005, "\n".join(lost)


@pytest.mark.parametrize("grid", table("grid_harmless.yml"), ids=["asked, past, denied", "mild"])
def test_what_is_harmless_stays_so_in_any_frame(grid: Any) -> None:
    texts = [around.format(core) for around in grid["around"] for core in grid["cores"]]
    alarmed = [text for text in texts if alarms(text)]
    assert len(alarmed) <= len(texts) * FALSE_ALARMS, "\n".join(alarmed)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (typing_errors, 0.93),
        (lambda text, _: text.upper(), 0.99),
        (lambda text, _: without_punctuation(text), 0.98),
        (lambda text, _: f"{BEFORE}{text}{AFTER}", 0.98),
        (lambda text, _: without_punctuation(f"{BEFORE}{text}{AFTER}"), 0.97),
    ],
    ids=["typing errors", "capitals", "no punctuation", "among others", "among others, unparted"],
)
def test_red_flags_survive_how_people_type(change: Any, kept: float) -> None:
    random = Random(1)
    found = [text for text, *_ in english_flags() if alarms(text)]
    lost = [typed for text in found if not alarms(typed := change(text, random))]
    assert len(lost) <= len(found) * (1 - kept), "\n".join(lost)


@pytest.mark.parametrize(
    ("text", "wanted", "flag"),
    [
        ("my calf is swollen and painful", "urgent", "dvt"),
        ("my calf is swollen and painful and I am short of breath", "emergency", "pe"),
        ("my leg is red and I have a fever", "urgent", "infection"),
        ("my leg is red, I have a fever and I am confused", "emergency", "infection"),
        ("I want to die", "urgent", "self_harm"),
        ("I want to die, I have the pills in my hand", "emergency", "self_harm"),
        ("my foot is cold", "none", None),
        ("my foot is cold and white and hurts", "emergency", "arterial"),
        ("hives where the needle went in", "none", None),
        ("hives all over and I feel faint", "emergency", "anaphylaxis"),
    ],
)
def test_signs_together_mean_more(text: str, wanted: str, flag: str | None) -> None:
    alert = screen(text, findings())
    assert (level(text), alert and alert.flag) == (wanted, flag)


@pytest.mark.parametrize(
    ("now", "not_now"),
    [
        ("I have chest pain", "I have no chest pain"),
        ("I passed out", "I passed out once at the blood bank years ago"),
        ("my face is drooping", "what if my face is drooping"),
        ("I went blind for a few minutes today, fine again", "I went blind for a day in 1990"),
        ("my wife's face is swelling", "my wife's face swelled up after shellfish years ago"),
        ("my toes are blue and numb", "can the stockings turn my toes blue and numb"),
        ("I have a blood clot in my calf", "does anyone get a blood clot in the calf"),
    ],
)
def test_only_what_is_told_as_true_now_counts(now: str, not_now: str) -> None:
    assert alarms(now)
    assert not alarms(not_now)


@pytest.mark.parametrize(
    "text",
    [
        "I feel dizzy since my injections",
        "my heart is racing, I had sclerotherapy yesterday",
        "dizzy all day. laser was 3 days ago",
        "estoy mareada desde las inyecciones",
    ],
)
def test_a_recent_treatment_told_in_the_message_raises_suspicion(text: str) -> None:
    assert level(text) == "urgent"


def test_a_treatment_of_long_ago_does_not() -> None:
    assert level("I feel dizzy. I had sclerotherapy 5 years ago") == "soon"


def test_a_known_recent_treatment_raises_suspicion() -> None:
    text = "I feel dizzy"
    later = screen(text, findings())
    recent = screen(text, findings(), recently_treated=True)
    assert later is not None and recent is not None
    assert (later.level, recent.level) == ("soon", "urgent")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no puedo respirar", "es"),
        ("I can't breathe", "en"),
        ("Hi, I have an appointment tomorrow. Pero me falta el aire y me duele el pecho", "es"),
    ],
)
def test_an_alert_names_the_language_of_the_reply(text: str, language: str) -> None:
    alert = screen(text, findings())
    assert alert is not None and alert.language == language


def test_an_alert_never_holds_the_patients_words() -> None:
    names = {finding.name for finding in findings().findings}
    for text, *_ in english_flags():
        alert = screen(text, findings())
        assert alert is None or set(alert.matched) <= names


def test_every_sign_is_used_and_known_in_english() -> None:
    compiled = findings()
    used = {
        sign
        for finding in compiled.findings
        for sign in (
            *finding.unless,
            *(name for all_of in finding.when for near in all_of for name in near.signs),
        )
    }
    used.add(TREATED_LATELY)
    english, spanish = compiled.languages
    assert set(english.signs) == used
    assert set(spanish.signs) <= used
