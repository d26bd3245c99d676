"""The patient's dates by e-mail: how the wish is heard, and what is asked before they are sent.

The address is never remembered: it is read from the message in which it stands, here for what is
said, and once more by the gateway, which sends the mail. Words and phrases are data
(clinics/texts/mail.en.yml).
"""

import json
import re
from dataclasses import replace
from typing import Final

from bot.addresses import deliverable, masked
from bot.care.answer import MAIL_PLAN, SEND_PLAN, Answer, Button
from bot.care.booking.email import read_email
from bot.care.booking.found import Problem, Trouble
from bot.care.flows.commands import read_yes_no, says
from bot.care.flows.running import Step
from bot.care.memory import Awaiting
from bot.care.phrases import Phrases
from bot.care.subjects import LEANING, SMALL_TALK, is_sure
from bot.care.turn import Context
from bot.care.wording import day_in_words
from bot.text.normalise import clean

TOPIC: Final = "reminders"
DO: Final = "plan_mail"
PAYLOAD: Final = f"/{TOPIC}{json.dumps({'do': DO})}"
# A longer message says something of its own.
MOST_WORDS: Final = 24
_WORD: Final = re.compile(r"[a-z0-9]+(?:[-'][a-z]+)*")
# What a wish may sound like to the model; any other subject beside it is a question of its own.
_OWN: Final = SMALL_TALK | LEANING | {TOPIC, "out_of_scope", "contact", "privacy", "aftercare"}


def offer(context: Context) -> tuple[Button, ...]:
    """Return the button that asks for the dates by mail, where they can be sent.

    Where reminders reach the patient, these are offered instead.
    """
    possible = context.turn.can_mail and context.protocol.rules and context.memory.treated
    if not possible or context.turn.reaches_away:
        return ()
    return (Button(context.texts.say("mail.chat.button"), PAYLOAD, TOPIC),)


def take(context: Context) -> Step | None:
    """Take a message that asks for the dates by mail, or answers what was asked for that."""
    if context.memory.tasks.active is not None:
        return None
    wished = _is_wished(context)
    answered = None if wished else _answered(context)
    if not wished and answered is None:
        return None
    answer, awaiting = answered or _begin(context)
    memory = replace(context.memory, awaiting=awaiting, unplaced=0)
    return Step(_others(context) if wished else (), (answer,), memory)


def address_in(text: str) -> str | None:
    """Return the one address of a message that mail can be sent to, also with a likely slip."""
    found, _ = read_email(clean(text))
    if isinstance(found, Problem):
        found = found.told if found.trouble is Trouble.EMAIL_TYPO else None
    return deliverable(found) if found else None


def too_many(texts: Phrases) -> Answer:
    """Say that no more mails are sent today."""
    return Answer(texts.say("mail.chat.too_many"), TOPIC)


_Said = tuple[Answer, Awaiting | None]


def _begin(context: Context) -> _Said:
    """Send the dates if all is there, else ask for what is missing."""
    texts, protocol = context.texts, context.protocol
    if not protocol.rules:
        return Answer(texts.say("plan.nothing", clinic=protocol.name), TOPIC), None
    if not context.turn.can_mail:
        return _not_here(context)
    if context.memory.treated is None:
        return Answer(texts.say("mail.chat.date_first"), TOPIC), "plan_date"
    return _read(context, sure=False) or _ask(context)


def _not_here(context: Context) -> _Said:
    """Without a mail server the dates are given here."""
    if context.memory.treated is None:
        return Answer(context.texts.say("mail.chat.not_here_date"), TOPIC), "treatment_date"
    return Answer(context.texts.say("mail.chat.not_here"), TOPIC, effect=SEND_PLAN), None


def _answered(context: Context) -> _Said | None:
    """Take the answer to what was asked; None if the message is about something else."""
    match context.before.awaiting:
        case "plan_date" if context.dates.treated is not None and context.turn.can_mail:
            return _read(context, sure=False) or _ask(context)
        case "plan_email" | "plan_email_again" as asked:
            sure = asked == "plan_email_again"
            return _read(context, sure=sure) or _without_address(context)
    return None


def _without_address(context: Context) -> _Said | None:
    texts, agreed = context.texts, read_yes_no(context)
    if agreed is False or says(context.turn.text, "stop", texts):
        return Answer(texts.say("mail.chat.left"), TOPIC), None
    return _ask(context) if agreed else None


def _ask(context: Context) -> _Said:
    treated = context.memory.treated
    assert treated is not None  # noqa: S101 (asked for before)
    day = day_in_words(treated.day, context.now.day, context.texts)
    return Answer(context.texts.say("mail.chat.ask", treated=day), TOPIC), "plan_email"


def _read(context: Context, *, sure: bool) -> _Said | None:
    """Send to the address in the message, or say what is wrong with it; None: there is none.

    `sure`: a likely slip was asked about before, and this is the answer.
    """
    text, texts = context.turn.text, context.texts
    found, _ = (None, "") if context.turn.pressed else read_email(clean(text))
    if found is None:
        unread = "@" in text and not context.turn.pressed
        return (Answer(texts.say("mail.chat.invalid"), TOPIC), "plan_email") if unread else None
    if isinstance(found, Problem):
        match found.trouble:
            case Trouble.EMAIL_TWO:
                return Answer(texts.say("mail.chat.two"), TOPIC), "plan_email"
            case Trouble.EMAIL_TYPO if not sure:
                asked = texts.say("mail.chat.slip", likely=found.choices[0])
                return Answer(asked, TOPIC), "plan_email_again"
    address = address_in(text)
    if address is None:
        return Answer(texts.say("mail.chat.invalid"), TOPIC), "plan_email"
    said = texts.say("mail.chat.sending", address=masked(address))
    return Answer(said, TOPIC, effect=MAIL_PLAN), None


def _others(context: Context) -> tuple[str, ...]:
    """What the message asks besides."""
    turn = context.turn
    if turn.pressed or len(turn.subjects) < 2:
        return ()
    found = (
        subject.topic
        for subject in turn.subjects
        if subject.topic not in _OWN
        and subject.topic in context.topics
        and is_sure(subject, turn)
        and not _wishes(subject.words, context)
    )
    return tuple(dict.fromkeys(found))


def _is_wished(context: Context) -> bool:
    turn = context.turn
    if turn.pressed:
        return turn.told.get("do") == DO
    parts = [turn.text, *(subject.words for subject in turn.subjects)]
    return any(_wishes(part, context) for part in parts)


def _wishes(text: str, context: Context) -> bool:
    """ "Email me the plan", "can you send it to me@x.com"; not "I got no email about my visit"."""
    texts = context.texts
    address, rest = read_email(clean(text))
    words = _WORD.findall(rest.lower().replace("e mail", "email"))
    if not words or len(words) > MOST_WORDS or set(words) & _listed("never", texts):
        return False
    joined = " ".join(words)
    what = _listed("what", texts)
    if context.memory.treated is not None and _just_had_dates(context):
        what |= _listed("that", texts)
    mail, send = _listed("mail", texts), _listed("send", texts)
    before = "".join(rf"(?<!\b{word} )" for word in sorted(_listed("noun", texts)))
    after = rf"(?: \S+){{0,5}}? (?:{_any(what)})\b"
    if re.search(rf"{before}\b(?:{_any(mail)}){after}", joined):
        return True
    by_mail = address is not None or bool(set(words) & mail)
    return by_mail and re.search(rf"\b(?:{_any(send)}){after}", joined) is not None


def _just_had_dates(context: Context) -> bool:
    """Whether "it" may be the patient's dates."""
    last = context.before.last_topic
    return last is None or last in {"aftercare", TOPIC, *context.protocol.rules}


def _listed(key: str, texts: Phrases) -> frozenset[str]:
    return frozenset(texts.say(f"mail.heard.{key}").split())


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(words))
