"""What the bot itself says; the words stand in clinics/texts/telegram.en.yml."""

from bot.care.answer import Answer, Button
from bot.care.replies import callback_button, greeting
from bot.gateway.refusals import Code, Refusal
from bot.gateway.telegram.reading import Media
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts
from bot.records.plain import Author, Reply

PERSON = "/handoff"
_REFUSED = {
    Code.TEXT_TOO_LONG: "telegram.too_long",
    Code.EMPTY_TEXT: "telegram.empty",
    Code.TOO_MANY_REQUESTS: "telegram.too_many",
    Code.UNKNOWN_BUTTON: "telegram.stale",
}


def notice(clinic: ClinicCard, website: str | None, texts: Texts) -> Reply:
    """Say, before anything on health, that the channel is not the clinic's; and where else."""
    key = "with_website" if website else "without_website"
    text = texts.say(f"telegram.notice.{key}", clinic=clinic.name, website=website)
    return _system(text, "privacy")


def welcome(clinic: ClinicCard, texts: Texts) -> Reply:
    """Return the greeting that every channel begins with."""
    return Reply(greeting(clinic.name, clinic.emergency_number, texts))


def help_text(clinic: ClinicCard, texts: Texts) -> Reply:
    """Say what the bot can do."""
    text = texts.say("telegram.help", clinic=clinic.name, emergency=clinic.emergency_number)
    return _system(text, "capabilities")


def not_read(media: Media, clinic: ClinicCard, texts: Texts) -> Reply:
    """Say what can't be read, and offer a person: a picture is never judged."""
    text = texts.say(
        f"telegram.media.{media}", clinic=clinic.name, emergency=clinic.emergency_number
    )
    person = Button(texts.say("label.handoff"), PERSON, "handoff")
    return _system(text, "handoff", person, callback_button(texts))


def refused(refusal: Refusal, clinic: ClinicCard, texts: Texts) -> Reply | None:
    """Say why a message was not taken; None where there is nothing to say."""
    key = _REFUSED.get(refusal.code)
    if key is None:
        return None
    values = {"emergency": clinic.emergency_number, **refusal.values}
    return _system(texts.say(key, **values), "out_of_scope")


def _system(text: str, topic: str, *buttons: Button) -> Reply:
    return Reply(Answer(text, topic, buttons=buttons), Author.SYSTEM)
