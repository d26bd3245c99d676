"""What a clinic's demo site shows: nothing but what its protocol pack says."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.care.aftercare import Case, overview
from bot.care.moments import Moment
from bot.care.protocol import Protocol
from bot.gateway.site.rendering import STATIC
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts

TREATED = ("spider_veins", "varicose_veins", "feeder_veins")
VISIT = ("preparation", "procedure", "session_length", "downtime")
QUESTIONS = (
    *("candidate", "pain", "cost", "insurance", "session_count", "session_spacing"),
    *("results_time", "results_last", "risks", "who_performs"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the page: a heading and its text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """A page's content. `look` is the name of its stylesheet."""

    card: ClinicCard
    look: str
    lead: str
    treated: tuple[Part, ...]
    visit: tuple[Part, ...]
    questions: tuple[Part, ...]
    aftercare: str


def clinic_page(card: ClinicCard, protocol: Protocol, texts: Texts, now: datetime) -> ClinicPage:
    """Return the content of a clinic's site; topics the clinic says nothing on are left out."""
    local = now.astimezone(ZoneInfo(card.time_zone))
    case = Case(Moment(local.date()), None, None, None)
    return ClinicPage(
        card=card,
        look=card.id if (STATIC / "looks" / f"{card.id}.css").exists() else "plain",
        lead=_lead(protocol),
        treated=_parts(TREATED, protocol, texts),
        visit=_parts(VISIT, protocol, texts),
        questions=_parts(QUESTIONS, protocol, texts),
        aftercare=overview(case, protocol, texts).text if protocol.rules else "",
    )


def _lead(protocol: Protocol) -> str:
    for topic in protocol.treatments:
        if topic in protocol.answers:
            return protocol.answers[topic].text
    return ""


def _parts(topics: tuple[str, ...], protocol: Protocol, texts: Texts) -> tuple[Part, ...]:
    return tuple(
        Part(texts.say(f"label.{topic}"), protocol.answers[topic].text)
        for topic in topics
        if topic in protocol.answers
    )
