"""Telegram's plain parts: what an update means, long texts, buttons, links, and the words."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import textstat
import yaml
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.gateway.telegram import menu, reading, showing
from bot.gateway.telegram.splitting import split, units
from bot.knowledge.texts import load_texts
from bot.knowledge.topics import load_topics
from bot.records.plain import Author, Message

CLINICS = Path(__file__).parents[2] / "clinics"
TEXTS = load_texts(CLINICS / "texts")
TOPICS = load_topics(CLINICS / "topics.yml")
RECORDED = yaml.safe_load(Path(__file__).with_name("telegram_updates.yml").read_text("utf-8"))


def meant(update: dict[str, Any]) -> reading.Happening | None:
    return reading.read(Update.de_json({"update_id": 1, **update}, None))


@pytest.mark.parametrize("row", RECORDED, ids=[row["name"] for row in RECORDED])
@pytest.mark.table
def test_what_a_recorded_update_means(row: dict[str, Any]) -> None:
    if row["means"] == "nothing":
        assert meant(row["update"]) is None
        return
    ((kind, fields),) = row["means"].items()
    assert meant(row["update"]) == getattr(reading, kind)(**fields)


SAID = reading.Said(message_id=7, text="may I rum?")


def test_the_same_words_of_the_same_message_have_the_same_id() -> None:
    assert SAID.client_id == replace(SAID, edited=True).client_id
    others = [replace(SAID, text="may I run?"), replace(SAID, message_id=8)]
    assert SAID.client_id not in [other.client_id for other in others]
    assert len(replace(SAID, text="x" * 4096, message_id=2**52).client_id) <= 64


def test_a_message_is_replaced_only_by_an_edit_of_itself() -> None:
    edit = replace(SAID, text="may I run?", edited=True)
    assert reading.is_replaced(SAID, [None, edit])
    assert not reading.is_replaced(SAID, [replace(edit, message_id=8), replace(edit, edited=False)])


# --- long texts


@pytest.mark.parametrize(
    ("text", "longest", "parts"),
    [
        ("", 10, [""]),
        ("Short.", 10, ["Short."]),
        ("One two. Three four.", 12, ["One two.", "Three four."]),
        ("One two.\n\nThree four. Five.", 21, ["One two.\n\nThree four.", "Five."]),
        ("Dr. no, it is $450. Yes.", 20, ["Dr. no, it is $450.", "Yes."]),
        ("one two three four", 10, ["one two", "three four"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("\U0001f600\U0001f600\U0001f600", 4, ["\U0001f600\U0001f600", "\U0001f600"]),
        ("Is it? Yes! No. So: a", 11, ["Is it? Yes!", "No. So: a"]),
    ],
)
def test_a_text_is_split_where_it_reads_well(text: str, longest: int, parts: list[str]) -> None:
    assert split(text, longest) == parts


@given(st.text(min_size=1), st.integers(2, 40))
def test_no_part_is_too_long_and_nothing_is_lost(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(units(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


# --- buttons

ASKED = Message(
    seq=4,
    author=Author.ASSISTANT,
    text="Which of these?",
    created_at=datetime(2026, 11, 22, tzinfo=UTC),
    answer={
        "buttons": [{"title": "Why do you ask?", "id": "w", "topic": None}],
        "choices": [
            {"title": "Pregnant", "id": "p", "alone": False},
            {"title": "IVF", "id": "i", "alone": False},
            {"title": "None of these", "id": "n", "alone": True},
        ],
    },
)


@pytest.mark.parametrize(
    ("presses", "checked"),
    [
        ("p", ("p",)),
        ("ip", ("p", "i")),
        ("pp", ()),
        ("pin", ("n",)),
        ("np", ("p",)),
        ("nn", ()),
        ("pip", ("i",)),
        ("x", ()),
    ],
)
def test_options_are_checked_and_unchecked(presses: str, checked: tuple[str, ...]) -> None:
    now: tuple[str, ...] = ()
    for press in presses:
        now = showing.toggled(ASKED, now, press)
    assert now == checked


@pytest.mark.parametrize(
    ("checked", "rows"),
    [
        ((), ["○ Pregnant c:p", "○ IVF c:i", "○ None of these c:n", "Why do you ask? b:w"]),
        (
            ("i",),
            [
                *("○ Pregnant c:p", "✓ IVF c:i", "○ None of these c:n"),
                *("Send d", "Why do you ask? b:w"),
            ],
        ),
    ],
)
def test_options_stand_above_the_buttons(checked: tuple[str, ...], rows: list[str]) -> None:
    keyboard = showing.keyboard(ASKED, checked, TEXTS)
    assert keyboard is not None
    shown = [f"{button.text} {button.callback_data}" for (button,) in keyboard.inline_keyboard]
    assert shown == rows


def test_only_the_last_part_of_a_long_reply_has_the_buttons() -> None:
    parts = showing.to_parts(replace(ASKED, text="A sentence. " * 900), TEXTS)
    assert [part.keyboard is not None for part in parts] == [False, False, True]
    assert all(units(part.text) <= 4096 for part in parts)


def test_a_reply_without_buttons_has_no_keyboard() -> None:
    assert showing.to_parts(replace(ASKED, answer={}), TEXTS) == [showing.Part(ASKED.text)]


def test_a_long_title_is_shortened_on_its_button() -> None:
    title = "a" * 200
    asked = replace(ASKED, answer={"buttons": [{"title": title, "id": "w", "topic": None}]})
    keyboard = showing.keyboard(asked, (), TEXTS)
    assert keyboard is not None
    assert len(keyboard.inline_keyboard[0][0].text) == showing.MOST_TITLE


@pytest.mark.parametrize(
    ("data", "press"),
    [
        ("b:AbC", ("press", "AbC")),
        ("c:x", ("check", "x")),
        ("d", ("done", "")),
        ("", None),
        ("z:1", None),
        ("/restart", None),
    ],
)
def test_what_a_button_carries(data: str, press: tuple[str, str] | None) -> None:
    assert showing.read_press(data) == press


# --- the menu


def test_every_command_has_a_description_that_telegram_takes() -> None:
    for name, description in menu.commands(TEXTS):
        assert name.isascii()
        assert name.islower()
        assert 3 <= len(description) <= 256


def test_every_subject_of_a_command_exists_and_has_a_label() -> None:
    for topic in menu.TOPICS.values():
        assert topic in TOPICS
        assert f"label.{topic}" in TEXTS


@pytest.mark.parametrize(
    ("parameter", "topic"),
    [
        ("exercise", "exercise"),
        ("human", "handoff"),
        ("cost", "cost"),
        ("bruising", "bruising"),
        ("", None),
        ("affirm", None),
        ("emergency", None),
        ("restart", None),
        ("session_start", None),
    ],
)
def test_where_a_link_leads(parameter: str, topic: str | None) -> None:
    assert menu.linked_topic(parameter, TOPICS, TEXTS) == topic


# --- the words

SPOKEN = [
    key
    for key in sorted(TEXTS.keys())
    if key.startswith("telegram.")
    and not key.startswith(("telegram.commands.", "telegram.option.", "telegram.said."))
    and key != "telegram.chosen"
]
VALUES = {
    "clinic": "The clinic",
    "emergency": "911",
    "website": "our website",
    "limit": 1000,
    "seconds": 30,
}


@pytest.mark.parametrize("key", SPOKEN)
def test_the_words_keep_to_the_voice(key: str) -> None:
    text = TEXTS.say(key, **VALUES)
    assert len(text.split()) <= 90
    assert "!" not in text
    assert textstat.flesch_kincaid_grade(text) <= 8
    assert TEXTS.placeholders(key) <= set(VALUES)


def test_the_menu_is_in_the_order_of_the_texts() -> None:
    raw = yaml.safe_load((CLINICS / "texts" / "telegram.en.yml").read_text("utf-8"))
    assert [name for name, _ in menu.commands(TEXTS)] == list(raw["telegram"]["commands"])
