"""Answers to topics that need no date: facts, symptoms, tasks, small talk and safety."""

from collections.abc import Collection

from bot.care.answer import Answer, Button, Urgency
from bot.care.phrases import Phrases
from bot.care.protocol import Protocol, Said

CALLBACK = "/book"
SAFETY = frozenset({"emergency", "self_harm"})
OFFERS_CALLBACK = frozenset({"complaint", "out_of_scope", "reschedule", "handoff"})


def greeting(protocol_name: str, emergency_number: str, texts: Phrases) -> Answer:
    """Return the first reply of a conversation, with starter questions."""
    starters = ("exercise", "cost", "pain", "book")
    return Answer(
        text=texts.say("greeting", clinic=protocol_name, emergency_number=emergency_number),
        topic="greet",
        buttons=tuple(Button(texts.say(f"starters.{t}"), f"/{t}", t) for t in starters),
    )


def callback_button(texts: Phrases) -> Button:
    """Return the button that offers a call back."""
    return Button(texts.say("button.callback"), CALLBACK, "book")


def no_thanks_button(texts: Phrases) -> Button:
    """Return the button that declines a call back."""
    return Button(texts.say("button.no_thanks"), "/deny", "deny")


def published(topic: str, protocol: Protocol, texts: Phrases, *, symptom: bool) -> Answer | None:
    """Answer from the clinic's own document, else from general knowledge; None if neither has it.

    Symptoms always end with when to call.
    """
    own = protocol.answers.get(topic)
    said = own or protocol.general.get(topic)
    if said is None:
        return None
    return Answer(
        text=_with_suffixes(said, protocol, texts, own=own is not None, symptom=symptom),
        topic=topic,
        known=own is not None,
        general=own is None,
        urgency=said.urgency,
        sources=said.sources,
        buttons=() if own else (callback_button(texts),),
        disputed=said.disputed,
    )


def _with_suffixes(
    said: Said, protocol: Protocol, texts: Phrases, *, own: bool, symptom: bool
) -> str:
    sentences = [said.text]
    if said.disputed:
        sentences.append(texts.say("disputed.suffix"))
    if not own:
        sentences.append(texts.say("general.suffix", clinic=protocol.name))
    if symptom:
        number = protocol.emergency_number
        sentences.append(texts.say("symptom.when_to_call", emergency_number=number))
    return " ".join(sentences)


def not_published(topic: str, protocol: Protocol, texts: Phrases, *, symptom: bool) -> Answer:
    """Say that the clinic has nothing on the topic, and offer a call back."""
    key = f"subject.{topic}" if f"subject.{topic}" in texts else "subject.any"
    sentences = [texts.say("unknown.any", clinic=protocol.name, subject=texts.say(key))]
    if symptom:
        number = protocol.emergency_number
        sentences.append(texts.say("symptom.when_to_call", emergency_number=number))
    sentences.append(texts.say("unknown.offer"))
    return Answer(
        text=" ".join(sentences), topic=topic, known=False, buttons=(callback_button(texts),)
    )


def chat(topic: str, protocol: Protocol, texts: Phrases) -> Answer:
    """Answer small talk, a task or a safety topic from the assistant's own phrases."""
    text = texts.say(
        f"topic.{topic}",
        clinic=protocol.name,
        emergency_number=protocol.emergency_number,
        crisis_line=protocol.crisis_line or protocol.emergency_number,
    )
    urgency = Urgency.EMERGENCY if topic in SAFETY else Urgency.NONE
    buttons = (callback_button(texts),) if topic in OFFERS_CALLBACK else ()
    return Answer(text=text, topic=topic, urgency=urgency, buttons=buttons)


def clarify(
    topics: Collection[str], protocol: Protocol, texts: Phrases, details: str = ""
) -> Answer:
    """Ask which of several subjects was meant; each button names the topic it leads to.

    `details` is the JSON object with what the message already told, carried by every button.
    Where danger is one of the subjects, the emergency number comes first.
    """
    buttons = tuple(
        Button(texts.say(f"label.{topic}"), f"/{topic}{details}", topic) for topic in topics
    )
    key = "clarify.danger" if SAFETY & set(topics) else "clarify.ask"
    text = texts.say(key, emergency_number=protocol.emergency_number)
    return Answer(text=text, topic="clarify", buttons=buttons)


def other_language(language: str, protocol: Protocol, texts: Phrases) -> Answer:
    """Say in the patient's language that only English is answered, and whom to ask."""
    form = "phone" if protocol.phone else "contact"
    text = texts.say(
        f"language.{language}.{form}",
        clinic=protocol.name,
        phone=protocol.phone,
        emergency_number=protocol.emergency_number,
    )
    return Answer(text, "out_of_scope", known=False, buttons=(callback_button(texts),))


def give_up(texts: Phrases, *, again: bool) -> Answer:
    """Say that a message (`again`: a second one in a row) could not be placed; offer a person."""
    return Answer(
        text=texts.say("clarify.again" if again else "clarify.lost"),
        topic="out_of_scope",
        known=False,
        buttons=(callback_button(texts),),
    )
