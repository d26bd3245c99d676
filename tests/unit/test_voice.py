"""The voice: every text a patient can get, for every clinic, topic and day, keeps to it."""

import re
import statistics
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import textstat

from bot.care import privacy, replies
from bot.care.aftercare import Case, overview, timed_answer
from bot.care.answer import Answer
from bot.care.instructed import beside_what_was_told
from bot.care.moments import Moment
from bot.care.plan import courses
from bot.care.privacy import Wish
from bot.care.protocol import Protocol
from bot.care.rules import VEIN_KINDS
from bot.care.topic import Topic, TopicKind
from bot.gateway.outbox.plan_mail import paragraphs
from bot.gateway.plan.reading import PatientPlan
from bot.knowledge.importer import load_folder
from bot.knowledge.loading import pack_files
from bot.knowledge.rendering import render_protocol
from bot.knowledge.texts import Texts, load_texts
from bot.knowledge.topics import load_topics

CLINICS = Path(__file__).parents[2] / "clinics"
CLINIC_IDS = [path.stem for path in pack_files(CLINICS)]
TODAY = date(2026, 11, 24)
TOLD = "my doctor said a week"
MAX_WORDS = 90
MAX_GRADE = 8.0
MAX_MEDIAN_GRADE = 6.5
DAYS = (-5, 0, 1, 2, 3, 5, 7, 10, 16, 21, 24, 28, 60)

PROMISES = re.compile(
    r"\b(guarantee[sd]?|cure[sd]?|painless|pain-free|risk-free|completely safe|100%|"
    r"definitely|don'?t worry|nothing to worry|as an ai)\b",
    re.IGNORECASE,
)
# "painless" may be named as the clinic's claim only where the reply casts doubt on it.
DOUBTED = re.compile(
    r"may not hold|there is no cure|also calls|not promise|nobody can (promise|guarantee)",
    re.IGNORECASE,
)


@cache
def topics() -> dict[str, Topic]:
    return load_topics(CLINICS / "topics.yml")


@cache
def texts() -> Texts:
    return load_texts(CLINICS / "texts")


@cache
def protocols() -> dict[str, Protocol]:
    packs, general = load_folder(CLINICS, topics())
    return {pack.id: render_protocol(pack, general) for pack in packs}


def every_answer(protocol: Protocol) -> Iterator[tuple[str, Answer]]:
    yield "greeting", replies.greeting(protocol.name, protocol.emergency_number, texts())
    for topic in topics().values():
        symptom = topic.kind is TopicKind.SYMPTOM
        if topic.kind in (TopicKind.FAQ, TopicKind.SYMPTOM):
            found = replies.published(topic.id, protocol, texts(), symptom=symptom)
            unknown = replies.not_published(topic.id, protocol, texts(), symptom=symptom)
            yield topic.id, found or unknown
        elif topic.id == privacy.TOPIC:
            yield from on_privacy(protocol)
            yield from on_mail()
        elif topic.kind is TopicKind.AFTERCARE:
            yield from every_verdict(topic.id, protocol)
        else:
            yield topic.id, replies.chat(topic.id, protocol, texts())


def on_privacy(protocol: Protocol) -> Iterator[tuple[str, Answer]]:
    days = protocol.retention_days
    for wish in (Wish.STORED, Wish.SEND, Wish.DELETE):
        yield f"privacy, {wish}", privacy.answer_to(wish, protocol.name, days, texts())
    yield "privacy, sent", privacy.sent("", 10, texts())
    for key in ("privacy.deleted", "privacy.kept"):
        yield key, Answer(texts().say(key), privacy.TOPIC)
    for key in ("consent.ask", "consent.why", "consent.declined"):
        yield key, Answer(texts().say(key, clinic=protocol.name, days=days), "candidate")


def on_mail() -> Iterator[tuple[str, Answer]]:
    told = {"treated": "Sunday, November 22", "address": "d...@a.com", "likely": "dana@a.com"}
    for key in sorted(texts().keys()):
        if key.startswith("mail.chat.") and not key.endswith("button"):
            yield key, Answer(texts().say(key, **told), "reminders")


def every_verdict(topic: str, protocol: Protocol) -> Iterator[tuple[str, Answer]]:
    now = Moment(TODAY)
    for vein in (None, *VEIN_KINDS):
        for day in (None, *DAYS):
            treated = None if day is None else Moment(TODAY - timedelta(days=day))
            for asked in (None, Moment(TODAY + timedelta(days=1)), Moment(TODAY - timedelta(1))):
                case = Case(now, treated, asked, vein)
                name = f"{topic}, day {day}, {vein}"
                if topic == "aftercare":
                    yield name, overview(case, protocol, texts())
                else:
                    answer = timed_answer(topic, case, protocol, texts())
                    yield name, answer
                    yield f"{name}, told", beside_what_was_told(answer, TOLD, texts())


def grade(text: str) -> float:
    # A clinic's name is not ours to make easier, and a date is read at a glance.
    for protocol in protocols().values():
        text = text.replace(protocol.name, "The clinic")
    return float(textstat.flesch_kincaid_grade(text))


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_every_reply_keeps_to_the_voice(clinic: str) -> None:
    wrong = []
    for name, answer in every_answer(protocols()[clinic]):
        words = len(answer.text.split())
        if words > MAX_WORDS:
            wrong.append(f"{name}: {words} words: {answer.text}")
        if "!" in answer.text or re.search(r"[{}<>*_#]", answer.text):
            wrong.append(f"{name}: marks that do not belong there: {answer.text}")
        if PROMISES.search(answer.text) and not DOUBTED.search(answer.text):
            wrong.append(f"{name}: promises: {answer.text}")
        if (found := grade(answer.text)) > MAX_GRADE:
            wrong.append(f"{name}: grade {found:.1f}: {answer.text}")
    assert not wrong, f"{len(wrong)} texts\n" + "\n".join(dict.fromkeys(wrong))


def test_the_texts_read_easily_on_the_whole() -> None:
    grades = {
        answer.text: grade(answer.text)
        for protocol in protocols().values()
        for _, answer in every_answer(protocol)
    }
    assert len(grades) > 500
    assert statistics.median(grades.values()) <= MAX_MEDIAN_GRADE


def every_mail(protocol: Protocol) -> Iterator[str]:
    for day in (-5, 2):
        treated = Moment(TODAY - timedelta(days=day))
        laid = courses(protocol.rules, treated, None, zone=protocol.zone, texts=texts())
        yield "\n".join(paragraphs(PatientPlan(protocol, treated, laid), TODAY, texts()))
    about = {"clinic": protocol.name, "kinds": "a call back", "level": "urgent", "at": "Sunday"}
    for what in ("request.text", "alert.text"):
        said = [texts().say(f"mail.notice.{key}", **about) for key in (what, "no_link", "why")]
        yield "\n".join(said)


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_every_mail_keeps_to_the_voice(clinic: str) -> None:
    mails = list(every_mail(protocols()[clinic]))
    assert len(mails) == 4
    assert not [(grade(text), text) for text in mails if grade(text) > MAX_GRADE or "!" in text]


@pytest.mark.parametrize("clinic", CLINIC_IDS)
def test_no_subject_of_a_mail_tells_of_health(clinic: str) -> None:
    protocol = protocols()[clinic]
    subjects = [key for key in sorted(texts().keys()) if re.fullmatch(r"mail\..*subject", key)]
    assert len(subjects) == 4
    for key in subjects:
        said = texts().say(key, clinic=protocol.name).replace(protocol.name, "")
        assert not re.search(r"vein|treat|inject|laser|aftercare|urgent|emergency|flag", said, re.I)
