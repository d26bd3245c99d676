"""bot.nlu.second_subjects: what is heard of danger is never weighed away."""

import unittest
from unittest import mock

from bot.nlu import second_subjects
from bot.nlu.segments import Segment
from bot.nlu.subjects import Subject
from bot.nlu.topic_model import Reading

COST, DANGER = "how much is it", "and i feel faint"


class Danger(unittest.TestCase):
    def test_danger_heard_beside_a_question_stays(self) -> None:
        calm = {"cost": 0.85, "emergency": 0.1, "pain": 0.05}
        grave = {"emergency": 0.99, "pain": 0.006, "cost": 0.004}
        whole = f"{COST} {DANGER}"
        shares = {whole: calm, COST: calm, DANGER: grave}
        reading = Reading(
            whole,
            [Segment(COST, question=True), Segment(DANGER, question=False)],
            {text: sorted(of.items(), key=lambda pair: -pair[1]) for text, of in shares.items()},
            shares,
        )
        heard = [Subject("cost", 0.85, COST, ()), Subject("emergency", 0.99, DANGER, ())]
        with mock.patch.object(second_subjects, "select", return_value=heard):
            found = second_subjects.subjects_of(reading, second_subjects.load_weights())
        self.assertEqual(["cost", "emergency"], [subject.topic for subject in found])
