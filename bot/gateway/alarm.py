"""Red flags in the gateway: found before anything else, answered without anything behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from bot.care.answer import Answer, Button, Urgency
from bot.care.flows.commands import GO_ON
from bot.care.triage import LIKENESS, Alert, Findings, Judgement, Likeness, judge, split_words
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.triage import LANGUAGES, load_findings
from bot.knowledge.triage_examples import load_likeness
from bot.records.alerts import NewAlert

Settling = Literal["help_coming", "mistake"]
SETTLING: tuple[Settling, ...] = ("help_coming", "mistake")
# Topics by which the dialogue engine says that its model heard a red flag.
SAFETY = frozenset({"emergency", "self_harm"})
MODEL = "model"
ACTED_ON = frozenset({Urgency.URGENT, Urgency.EMERGENCY})
_SENTENCE = re.compile(r"[^.?!\n]+[.?!\n]*")
_CLAUSE = re.compile(r"[^.?!,;\n]+[.?!,;\n]*")
_FEWEST_WORDS = 4
# So long after a treatment a sign that is otherwise harmless is looked at the same day.
_RECENT = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the gateway needs to answer a red flag by itself."""

    findings: Findings
    likeness: Likeness
    texts: Mapping[str, Texts]

    @classmethod
    def of(cls, clinics: Path) -> "Alarm":
        """Read findings and texts. Raises PackError or OSError, which name the file."""
        texts = {code: load_texts(clinics / "texts", code) for code in LANGUAGES}
        findings = load_findings(clinics / "triage")
        return cls(findings, load_likeness(clinics / "triage"), texts)

    def judge(self, text: str) -> Judgement:
        """Return what patterns and likeness say of a patient's message.

        Words that settle an earlier alarm are like a red flag, but none without a sign.
        """
        judgement = judge(text, self.findings, self.likeness)
        if judgement.alert and judgement.alert.matched == (LIKENESS,) and self.settling(text):
            return Judgement(None, None, harmless=True)
        return judgement

    def is_red_flag(self, text: str) -> bool:
        """Tell whether a message has to be answered at once, whoever writes it."""
        return _is_acted_on(self.judge(text).alert)

    def may_be_red_flag(self, text: str) -> bool:
        """Tell whether a message has to be answered at once, if its writer was treated lately."""
        judgement = self.judge(text)
        return _is_acted_on(judgement.alert) or _is_acted_on(judgement.alert_if_recent)

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

    def heard_by_model(self, text: str, answers: list[Answer]) -> Alert | None:
        """Return the red flag that the dialogue engine's model heard, if it heard one.

        The model tells danger to oneself from other danger; which other is told by likeness.
        """
        topics = [answer.topic for answer in answers if answer.topic in SAFETY]
        if not topics:
            return None
        words = split_words(text).words
        likeliest = self.likeness.alert(words) if words else None
        if likeliest and (likeliest.flag == "self_harm") == (topics[0] == "self_harm"):
            return replace(likeliest, matched=(MODEL,))
        flag = "self_harm" if topics[0] == "self_harm" else "other"
        return Alert(flag, "emergency", "en", (MODEL,))

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
        return " ".join(one for one in others if self.judge(one).alert is None)

    def asked_besides(self, text: str) -> str:
        """Return what a message that settles a red flag asks besides; empty if nothing.

        Only questions: the rest of such a message is about the red flag.
        """
        asking = {word.strip() for word in self.texts["en"].say("triage.settle.asks").split("|")}
        clauses = [match.group().strip() for match in _CLAUSE.finditer(text)]
        return " ".join(
            one
            for one in clauses
            if ("?" in one or one.lower().partition(" ")[0] in asking)
            and self.settling(one) is None
            and self.judge(one).alert is None
        )


def _is_acted_on(alert: Alert | None) -> bool:
    return alert is not None and alert.level in ACTED_ON


def to_record(alert: Alert) -> NewAlert:
    """Return an alert as it is stored."""
    layer = MODEL if alert.matched in ((MODEL,), (LIKENESS,)) else "pattern"
    return NewAlert(alert.flag, alert.level, layer)


def is_recent(treated: date | None, today: date) -> bool:
    """Tell whether a treatment is so recent that it raises suspicion."""
    return treated is not None and timedelta(0) <= today - treated <= _RECENT
