"""bot.brain.response_validation accepts and refuses what Rasa's own check does."""

import unittest
from typing import Any

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.brain import response_validation

RASAS = RemoteAction._validate_action_result
SLOT = {"event": "slot", "name": "topic", "value": "cost", "timestamp": None}
RESPONSES: tuple[Any, ...] = (
    {},
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"custom": {"text": "x"}}]},
    {"events": [{"event": "user", "text": "x"}], "responses": [{}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "no such event"}]},
    {"events": [SLOT, {"name": "no event"}]},
    {"events": "none", "responses": []},
    {"events": [], "responses": ["text"]},
    {"events": [], "responses": {}},
    [],
    "text",
)


def outcome(check: Any, response: Any) -> str:
    try:
        return str(check(RemoteAction("action_answer", None), response))
    except ValidationError as error:
        return error.message


class Validation(unittest.TestCase):
    def test_the_same_responses_pass_and_fail_in_the_same_words(self) -> None:
        outcomes = [
            (outcome(RASAS, one), outcome(response_validation._validate_action_result, one))
            for one in RESPONSES
        ]
        for rasas, ours in outcomes:
            self.assertEqual(rasas, ours)
        self.assertIn("True", [rasas for rasas, _ in outcomes])
        self.assertTrue(any("Failed to validate" in rasas for rasas, _ in outcomes))

    def test_it_takes_the_place_of_rasas_check(self) -> None:
        response_validation.compile_once()
        self.assertIs(
            RemoteAction._validate_action_result, response_validation._validate_action_result
        )
