"""What a patient is told while the assistant behind the gateway is down."""

from bot.care.answer import Answer
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts
from bot.records.plain import Author, Reply

TOPIC = "contact"


def outage_reply(clinic: ClinicCard | None, texts: Texts) -> Reply:
    """Return a reply with the clinic's phone, if it has published one."""
    phone = clinic.phone if clinic else None
    answer = Answer(text=_text(clinic, texts), topic=TOPIC, known=phone is not None)
    return Reply(answer, Author.SYSTEM)


def _text(clinic: ClinicCard | None, texts: Texts) -> str:
    if clinic is None:
        return texts.say("outage.without_clinic")
    values = {"clinic": clinic.name, "emergency": clinic.emergency_number}
    if clinic.phone is None:
        return texts.say("outage.without_phone", **values)
    return texts.say("outage.with_phone", phone=clinic.phone, **values)
