"""Consent before questions on health: the notice, the answer to it, and what "no" means.

Consent is asked for once, before the first question of a screening, and remembered for the
conversation (`Memory.consent`). On "no" nothing on health is asked and what was told in the same
breath is not kept as an answer; everything else goes on working. It is asked again only when the
patient asks for the screening again.
"""

from bot.care.answer import Answer, Button
from bot.care.flows.commands import read_yes_no
from bot.care.replies import callback_button
from bot.care.turn import Context


def notice(topic: str, context: Context) -> Answer:
    """Return what is asked, why, and how long it is kept, with yes and no."""
    texts, protocol = context.texts, context.protocol
    text = texts.say("consent.ask", days=protocol.retention_days)
    buttons = (
        Button(texts.say("consent.button.yes"), "/affirm", "affirm"),
        Button(texts.say("consent.button.no"), "/deny", "deny"),
    )
    return Answer(text, topic, buttons=buttons)


def why(topic: str, context: Context) -> Answer:
    """Return why the patient is asked for consent."""
    return Answer(context.texts.say("consent.why", clinic=context.protocol.name), topic)


def declined(topic: str, context: Context) -> Answer:
    """Return the reply to "no": what still works, and how to change one's mind."""
    text = context.texts.say("consent.declined", clinic=context.protocol.name)
    return Answer(text, topic, buttons=(callback_button(context.texts),))


def read(context: Context) -> bool | None:
    """Return whether the message agrees, None if it does not say."""
    return read_yes_no(context)
