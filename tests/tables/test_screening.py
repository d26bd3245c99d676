"""screening/*.yml over the public API: every contraindication of every clinic, asked and answered.

Each row is a whole screening: consent, the clinic's questions as they come, and the result. An
answer that is a red flag ("a clot in my calf") is told so first; then it is checked as an option.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.care.screening.model import GROUP_OF, QUESTION_OF
from bot.cli.client import Chat, Reply
from bot.knowledge.texts import load_texts
from tests.stack import Saphena

SCREENING = Path(__file__).parent / "screening"
TEXTS = load_texts(Path(__file__).parents[2] / "clinics" / "texts")
ASKED = {
    key.removeprefix("screening.ask."): TEXTS.say(key)
    for key in list(TEXTS.keys())
    if key.startswith("screening.ask.") and "vein_" not in key
}
# Seven questions, and some that are asked for what an answer left open.
MOST_TURNS = 12


def rows() -> Iterator[object]:
    for path in sorted(SCREENING.glob("*.yml")):
        table = yaml.safe_load(path.read_text("utf-8"))
        for row in table["rows"]:
            name = f"{path.stem}: {row['but'] or 'nothing against it'}"
            yield pytest.param(path.stem, table["fine"] | row["but"], row, id=name)


@pytest.mark.table
@pytest.mark.parametrize(("clinic", "told", "row"), list(rows()))
def test_screening(
    saphena: Saphena, clinic: str, told: dict[str, str], row: dict[str, Any]
) -> None:
    patient = Patient(saphena.open(clinic), told, row.get("because", []))
    patient.begin()
    while patient.question is not None and len(patient.lines) < MOST_TURNS:
        patient.answer()
    result, story = patient.chat.said[-1], "\n".join(patient.lines)
    assert result["text"].startswith(result_of(row["outcome"])), story
    assert len(patient.asked) <= 7, story
    assert not result["disputed"] or "confirm with the clinic" in result["text"], story
    assert "Ask for a call back" in patient.chat.buttons(), story
    if row["outcome"] != "needs_clinician":
        assert result["sources"], story


class Patient:
    """Somebody who answers each question from the row, and whatever is asked besides with no."""

    def __init__(self, chat: Chat, told: dict[str, str], because: list[str]) -> None:
        self.chat = chat
        self.asked: set[str] = set()
        self.lines: list[str] = []
        self._told = told
        self._because = because

    def begin(self) -> None:
        self.chat.say("am I a candidate for this?")
        self.chat.press(self.chat.buttons()["Yes, go ahead"])

    @property
    def question(self) -> str | None:
        """The id of the open question, "rest" if it asks for the rest of one, None at the end."""
        reply = self.chat.said[-1]
        asked = (one for one, text in ASKED.items() if text in reply["text"])
        return next(asked, "rest" if reply["input"] == "choices" else None)

    def answer(self) -> None:
        question = self.question or ""
        said = self._words(question)
        self.asked |= {question} - {"rest"}
        (*_, reply) = self.chat.say(said)
        if reply["urgency"] in ("urgent", "emergency"):
            reply = self._check_instead(question)
        self.lines.append(f"{question}: {said} -> {reply['text']}")

    def _words(self, question: str) -> str:
        if question == "rest":
            return "no"
        return "not sure" if question in self.asked else self._told.get(question) or "skip"

    def _check_instead(self, question: str) -> Reply:
        """A red flag was answered first; help is on its way, and the question is asked again."""
        self.chat.press(self.chat.buttons()["Help is on the way"])
        self.chat.press(self.chat.buttons()["Go on where we were"])
        findings = [one for one in self._because if asked_with(one) == question]
        titles = [TEXTS.say(f"screening.finding.{one}") for one in findings]
        (*_, reply) = self.chat.check([self.chat.choices()[title] for title in titles])
        return reply


def asked_with(finding: str) -> str | None:
    """Return the question that asks for a finding."""
    return QUESTION_OF.get(GROUP_OF.get(finding, ""))


def result_of(outcome: str) -> str:
    """Return how the result of an outcome begins, up to the clinic's name."""
    return TEXTS.say(f"screening.result.{outcome}", clinic="{").partition("{")[0]
