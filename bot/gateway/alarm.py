"""Red flags in the gateway: found before anything else, answered without anything behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bot.care.answer import Answer, Button, Urgency
from bot.care.flows.commands import GO_ON
from bot.care.triage import Alert, Findings, screen
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.triage import LANGUAGES, load_findings
from bot.records.alerts import NewAlert

Settling = Literal["help_coming", "mistake"]
SETTLING: tuple[Settling, ...] = ("help_coming", "mistake")
# Topics by which the dialogue engine says that its model heard a red flag.
SAFETY = frozenset({"emergency", "self_harm"})
ACTED_ON = frozenset({Urgency.URGENT, Urgency.EMERGENCY})
_SENTENCE = re.compile(r"[^.?!\n]+[.?!\n]*")
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the gateway needs to answer a red flag by itself."""

    findings: Findings
    # The same without negation, history, supposition and idioms: every sign, however it is said.
    every_sign: Findings
    texts: Mapping[str, Texts]

    @classmethod
    def of(cls, clinics: Path) -> "Alarm":
        """Read findings and texts. Raises PackError or OSError, which name the file."""
        texts = {code: load_texts(clinics / "texts", code) for code in LANGUAGES}
        findings = load_findings(clinics / "triage")
        bare = tuple(replace(one, scopes=(), idioms=()) for one in findings.languages)
        return cls(findings, replace(findings, languages=bare), texts)

    def screen(self, text: str) -> Alert | None:
        """Return the gravest red flag in a patient's message, or None."""
        return screen(text, self.findings)

    def denies(self, text: str) -> bool:
        """Tell whether a message without red flag names signs of danger all the same.

        "No chest pain", "can it cause a stroke", "I fainted in 1990": the patterns have read them
        as denied, supposed or past, so a model that hears danger in them is to be overruled.
        """
        return screen(text, self.every_sign) is not None

    def answer(self, alert: Alert, clinic: ClinicCard) -> Answer:
        """Return the reply to a red flag: the act first, in the patient's language."""
        texts = self.texts[alert.language]
        key = f"triage.{alert.flag}.{alert.level}"
        if clinic.phone is not None and f"{key}_phone" in texts:
            key = f"{key}_phone"
        text = texts.say(
            key,
            clinic=clinic.name,
            phone=clinic.phone,
            emergency_number=clinic.emergency_number,
            crisis_line=clinic.crisis_line or clinic.emergency_number,
        )
        topic = "self_harm" if alert.flag == "self_harm" else "emergency"
        buttons = tuple(
            Button(texts.say(f"triage.settle.{name}.button"), f"/{name}") for name in SETTLING
        )
        return Answer(text, topic, urgency=Urgency(alert.level), buttons=buttons)

    def heard_by_model(self, answers: list[Answer]) -> Alert | None:
        """Return the red flag that the dialogue engine's model heard, if it heard one."""
        for answer in answers:
            if answer.topic in SAFETY:
                flag = "self_harm" if answer.topic == "self_harm" else "other"
                return Alert(flag, "emergency", "en", ("model",))
        return None

    def soon(self, answers: list[Answer]) -> list[Answer]:
        """Add to the first answer that the clinic should hear of it soon."""
        first, *others = answers
        if first.urgency is not Urgency.NONE:
            return answers
        text = f"{first.text} {self.texts['en'].say('triage.soon')}"
        return [replace(first, text=text, urgency=Urgency.SOON), *others]

    def settling(self, text: str) -> Settling | None:
        """Tell whether a message says that help is on the way, or that it was a mistake."""
        for name in SETTLING:
            if text == f"/{name}":
                return name
        words = f" {' '.join(re.findall(r'[a-záéíóúñ0-9]+', text.lower()))} "
        for texts in self.texts.values():
            for name in SETTLING:
                phrases = texts.say(f"triage.settle.{name}.phrases").split(" | ")
                if any(f" {phrase.strip()} " in words for phrase in phrases):
                    return name
        return None

    def settled(self, how: Settling) -> Answer:
        """Return the reply to a patient who has help, or did not mean it."""
        texts = self.texts["en"]
        go_on = Button(texts.say("triage.settle.go_on.button"), GO_ON)
        return Answer(texts.say(f"triage.settle.{how}.reply"), "emergency", buttons=(go_on,))

    def other_questions(self, text: str) -> str:
        """Return what a message with a red flag said besides it; empty if nothing."""
        sentences = [match.group().strip() for match in _SENTENCE.finditer(text)]
        others = [one for one in sentences if "?" in one or len(one.split()) >= _FEWEST_WORDS]
        return " ".join(one for one in others if self.screen(one) is None)


def to_record(alert: Alert) -> NewAlert:
    """Return an alert as it is stored."""
    layer = "model" if alert.matched == ("model",) else "pattern"
    return NewAlert(alert.flag, alert.level, layer)
