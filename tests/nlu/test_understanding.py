"""The trained model behind a real Rasa: what it understands, and what reaches the actions."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlu.conftest import Rasa

pytestmark = pytest.mark.stack
HERE = Path(__file__).parent
VALIDATION = HERE.parents[2] / "shared" / "validation" / "messages.jsonl"
OWN: list[dict[str, Any]] = yaml.safe_load((HERE / "subjects.yml").read_text())
VOICES: list[dict[str, Any]] = yaml.safe_load((HERE / "voices.yml").read_text())
BREATHS: list[dict[str, Any]] = yaml.safe_load((HERE / "breaths.yml").read_text())
EVENINGS: list[dict[str, Any]] = yaml.safe_load((HERE / "evenings.yml").read_text())
SAFETY = [row for row in OWN if row["topics"][0] in {"emergency", "self_harm"}]


def test_metadata_and_subjects_reach_the_action_server(rasa: Rasa) -> None:
    (message,) = rasa.say(
        "a", "does it hurt? and how much is a session", clinic="glamour", channel="web"
    )
    assert message["metadata"] == {"clinic": "glamour", "channel": "web"}
    assert message["text"] == "does it hurt? and how much is a session"
    first, second = message["subjects"]
    assert (first["topic"], first["text"]) == ("pain", "does it hurt?")
    assert (second["topic"], second["text"]) == ("cost", "and how much is a session")
    assert set(first) == {"topic", "confidence", "text", "alternatives"}
    assert 0.5 < first["confidence"] <= 1
    assert [set(one) for one in first["alternatives"]] == [{"topic", "confidence"}] * 3


def test_an_elliptic_second_question_is_a_subject(rasa: Rasa) -> None:
    (message,) = rasa.say("e", "does it hurt? and how much is it", clinic="glamour", channel="web")
    assert [one["topic"] for one in message["subjects"]] == ["pain", "cost"]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        # Two in one clause: the counts of words know both, their product with the meaning one.
        ("I'm on warfarin and have lupus, still possible?", ["conditions", "medication"]),
        ("where's your clinic, and is there a nurse I can talk to", ["contact", "handoff"]),
        ("what is the price for one leg? just a ballpark is fine", ["cost"]),
        ("are you open on sundays or only weekdays", ["contact"]),
        ("my leg itches a lot, is that normal or should i be worried", ["redness_itch"]),
    ],
)
def test_a_second_subject_is_one_that_was_asked(rasa: Rasa, text: str, topics: list[str]) -> None:
    """Within one clause the surest comes first; which was said first is not known."""
    assert sorted(rasa.topics(text)) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("can I fly on Friday? my uncle Pete grows the biggest pumpkins here", ["flying"]),
        ("my uncle Pete grows the biggest pumpkins here. can I fly on Friday?", ["flying"]),
        ("what does it cost. the choir sang so well on Sunday, i still hum it", ["cost"]),
        ("nope. we are out of milk again", ["deny"]),
        # Somebody who turns to a clinic with nothing but a story still told only that.
        ("the neighbors finally cut down that awful tree", ["out_of_scope"]),
    ],
)
def test_a_side_story_is_no_subject(rasa: Rasa, text: str, topics: list[str]) -> None:
    assert rasa.topics(text) == topics


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("please call me on 212 555 0147, any time, about the brown marks", ["book"]),
        ("I'd like to come in next week, what do you charge?", ["book", "cost"]),
    ],
)
def test_what_a_call_is_wanted_for_is_no_second_subject(
    rasa: Rasa, text: str, topics: list[str]
) -> None:
    assert rasa.topics(text) == topics


def test_a_buttons_payload_is_its_intent_and_its_details(rasa: Rasa) -> None:
    (message,) = rasa.say("b", '/treatment_record{"treated": "2026-11-20"}', clinic="glamour")
    assert message["intent"]["name"] == "treatment_record"
    assert [(e["entity"], e["value"]) for e in message["entities"]] == [("treated", "2026-11-20")]
    assert "subjects" not in message


@pytest.mark.parametrize(
    "text", ["/nonsense", "/", "???", "\U0001f642", "x" * 1000, "a, and, b and"]
)
def test_whatever_is_typed_gets_exactly_one_answer(rasa: Rasa, text: str) -> None:
    (message,) = rasa.say("c", text, clinic="glamour")
    assert message["intent"]["name"]
    assert len(message["subjects"]) >= 1


def test_the_same_message_is_always_understood_alike(rasa: Rasa) -> None:
    text = "I'm on blood thinners, can I have it done? and what does it cost"
    assert rasa.parse(text)["subjects"] == rasa.parse(text)["subjects"]


@pytest.mark.parametrize("row", SAFETY, ids=lambda row: row["text"][:40])
def test_a_red_flag_is_the_only_subject(rasa: Rasa, row: dict[str, Any]) -> None:
    assert rasa.topics(row["text"]) == row["topics"]


def test_subjects_of_our_own_messages_are_found(rasa: Rasa) -> None:
    """All of them, in order, and no other; half of these messages have two or three."""
    wrong = [row["text"] for row in OWN if rasa.topics(row["text"]) != row["topics"]]
    assert len(wrong) <= len(OWN) * 0.22, "\n".join(wrong)


@pytest.mark.parametrize(
    ("rows", "first", "all_labels"),
    [(VOICES, 0.92, 0.92), (BREATHS, 0.92, 0.81), (EVENINGS, 0.93, 0.8)],
    ids=["v", "b", "e"],
)
def test_patients_voices_are_understood(
    rasa: Rasa, rows: list[dict[str, Any]], first: float, all_labels: float
) -> None:
    """The first subject is one that was asked about, and most subjects are found."""
    heard = [rasa.topics(row["text"]) for row in rows]
    pairs = list(zip(rows, heard, strict=True))
    right = sum(topics[0] in row["topics"] + row.get("also", []) for row, topics in pairs)
    labels = [topic in topics for row, topics in pairs for topic in row["topics"]]
    unasked = [
        not set(topics[1:]) <= {*row["topics"], *row.get("also", [])} for row, topics in pairs
    ]
    assert right / len(rows) >= first
    assert sum(labels) / len(labels) >= all_labels
    assert sum(unasked) / len(rows) <= 0.05


def test_first_answer_on_messages_never_trained_on(rasa: Rasa) -> None:
    if not VALIDATION.exists():
        pytest.skip("the validation messages are not on this machine")
    rows = [json.loads(line) for line in VALIDATION.read_text().splitlines()]
    right = sum(rasa.topics(r["text"])[0] in r["topics"] + r.get("also_ok", []) for r in rows)
    assert right / len(rows) >= 0.9


def test_subjects_of_the_first_messages_are_found_as_before(rasa: Rasa) -> None:
    """The first 71, easier than those added later, keep the bound that they always had."""
    wrong = [row["text"] for row in OWN[:71] if rasa.topics(row["text"]) != row["topics"]]
    assert len(wrong) <= 71 * 0.12, "\n".join(wrong)
