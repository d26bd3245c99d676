"""What staff can get wrong in data/, told in a second and without Rasa."""

import json
import re
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from bot.text.normalise import normalise

ROOT = Path(__file__).resolve().parents[2]
VALIDATION = ROOT.parent / "shared" / "validation"
EXTRA = {"follow_up": 40, "rephrase": 40}
AT_LEAST = 40
# Messages that share more than this of their characters count as the same message.
TOO_ALIKE = 0.85
NEARLY_THE_SAME = 0.925


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


TOPICS = set(load(ROOT / "clinics" / "topics.yml"))


def examples() -> list[tuple[str, str]]:
    """Every training message as (intent, text)."""
    return [
        (entry["intent"], line.removeprefix("- "))
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for entry in load(path)["nlu"]
        for line in entry["examples"].strip().splitlines()
    ]


def bare(text: str) -> str:
    """The words alone, in one spelling."""
    return " ".join(re.findall(r"[a-z0-9]+", normalise(text)))


def test_every_topic_is_an_intent_and_nothing_else_is() -> None:
    assert set(load(ROOT / "domain.yml")["intents"]) == TOPICS | set(EXTRA)


def test_every_intent_has_examples_enough() -> None:
    counts = Counter(intent for intent, _ in examples())
    few = {i: counts[i] for i in TOPICS | set(EXTRA) if counts[i] < EXTRA.get(i, AT_LEAST)}
    assert few == {}
    assert set(counts) == TOPICS | set(EXTRA)


def test_no_message_stands_twice() -> None:
    intents: dict[str, list[str]] = defaultdict(list)
    for intent, text in examples():
        intents[" ".join(text.lower().split())].append(intent)
    assert {text: names for text, names in intents.items() if len(names) > 1} == {}


def test_no_two_intents_share_a_message_that_is_nearly_the_same() -> None:
    intents = {bare(text): intent for intent, text in examples()}
    trained = list(intents)
    alike = [
        (intents[one], one, intents[other], other)
        for one, other in too_alike(trained, trained, NEARLY_THE_SAME)
        if intents[one] < intents[other]
    ]
    assert alike == []


def test_every_intent_has_one_rule_and_no_rule_has_a_condition() -> None:
    """With this, rules cannot contradict each other, and Rasa need not search for it."""
    rules = [
        rule for path in (ROOT / "data" / "rules").glob("*.yml") for rule in load(path)["rules"]
    ]
    for rule in rules:
        expected = [{"intent": rule["rule"]}, {"action": "action_answer"}]
        assert rule == {"rule": rule["rule"], "steps": expected}
    assert Counter(rule["rule"] for rule in rules) == Counter(TOPICS | set(EXTRA))


def test_stories_answer_every_message_once() -> None:
    for path in (ROOT / "data" / "stories").glob("*.yml"):
        for story in load(path)["stories"]:
            asked, answered = story["steps"][::2], story["steps"][1::2]
            assert all(set(step) == {"intent"} for step in asked), story["story"]
            assert answered == [{"action": "action_answer"}] * len(asked), story["story"]


def test_nothing_of_the_validation_messages_is_trained_on() -> None:
    if not VALIDATION.is_dir():
        pytest.skip("the validation messages are not on this machine")
    lines = [
        line
        for path in sorted(VALIDATION.glob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    labelled = [bare(json.loads(line)["text"]) for line in lines]
    assert too_alike([bare(text) for _, text in examples()], labelled) == []


def test_what_is_too_alike_is_found() -> None:
    ours = ["can i run tomorrow then", "what does it cost", "price"]
    theirs = ["can i run tomorrow than", "cost it does what"]
    assert too_alike(ours, theirs) == [(ours[0], theirs[0])]


def too_alike(
    ours: list[str], theirs: list[str], limit: float = TOO_ALIKE
) -> list[tuple[str, str]]:
    """The pairs that share more of their characters, in blocks, than the limit."""
    # Letters in the same order, with gaps between them, are never fewer than those in blocks.
    likely = cdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=100 * limit)
    pairs = [(ours[one], theirs[other]) for one, other in np.argwhere(likely > 0)]
    return [
        (one, other)
        for one, other in pairs
        if one != other or ours is not theirs
        if SequenceMatcher(None, one, other, autojunk=False).ratio() > limit
    ]
