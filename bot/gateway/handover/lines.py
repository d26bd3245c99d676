"""What patients are told about who answers them; the words stand in clinics/texts."""

from bot.care.answer import Answer, Button
from bot.care.replies import callback_button
from bot.knowledge.repository import ClinicCard
from bot.knowledge.texts import Texts
from bot.records.plain import Author, Reply

TOPIC = "handoff"
# The payload of the button by which a patient goes back to the assistant.
LEAVE = "/leave_person"


def taken(clinic: ClinicCard, staff: str, texts: Texts) -> Reply:
    """Say who of the clinic writes from now on."""
    return _system(
        texts.say(
            "handover.taken", clinic=clinic.name, staff=staff, emergency=clinic.emergency_number
        )
    )


def given_back(clinic: ClinicCard, staff: str, texts: Texts) -> Reply:
    """Say that the assistant answers again because staff are done."""
    text = texts.say("handover.given_back", clinic=clinic.name, staff=staff)
    return _system(text, callback_button(texts))


def returned(clinic: ClinicCard, texts: Texts) -> Reply:
    """Say that the assistant answers again because staff were silent for too long."""
    return _system(texts.say("handover.returned", clinic=clinic.name), callback_button(texts))


def left(clinic: ClinicCard, texts: Texts) -> Reply:
    """Say that the assistant answers again because the patient wanted it so."""
    return _system(texts.say("handover.left", clinic=clinic.name), callback_button(texts))


def already_back(texts: Texts) -> Reply:
    """Say that the assistant answers, to a patient who presses an old button."""
    return _system(texts.say("handover.already_back"))


def nobody_free(clinic: ClinicCard, texts: Texts) -> Reply:
    """Say that nobody of the clinic is free, and offer a call back."""
    return _system(texts.say("handover.nobody_free", clinic=clinic.name), callback_button(texts))


def no_answer_yet(clinic: ClinicCard, texts: Texts) -> Reply:
    """Say that staff have not answered yet, and offer the assistant."""
    key = "handover.no_answer_yet" if clinic.phone is None else "handover.no_answer_yet_phone"
    text = texts.say(key, clinic=clinic.name, phone=clinic.phone)
    return _system(text, Button(texts.say("handover.leave_button"), LEAVE))


def _system(text: str, *buttons: Button) -> Reply:
    return Reply(Answer(text, TOPIC, buttons=buttons), Author.SYSTEM)
