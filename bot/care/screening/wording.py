"""What a screening says: its questions, why they are asked, and its result. Texts are data."""

from collections.abc import Iterable, Iterator

from bot.care.phrases import Phrases
from bot.care.screening.judging import Ground, Question, Reason, Result
from bot.care.screening.model import FIGURE_OF, Outcome

MOST_WORDS = 90
# Reasons beyond these are counted, not told: nobody reads more at night.
MOST_REASONS = 3

# A medicine nobody knows is repeated as it was written, up to so many characters.
MOST_TOLD = 40


def question_text(question: Question, texts: Phrases, open_group: str | None = None) -> str:
    """Return the text that asks a question, or only the part of it that is still open."""
    key = f"screening.ask.{open_group or question.id}"
    return texts.say(key if key in texts else f"screening.ask.{question.id}")


def option_texts(question: Question, texts: Phrases) -> dict[str, str]:
    """Return the options to check, by finding, for a channel that can show them.

    A figure (a width, an age) is asked for in words; "none" and "unsure" come last.
    """
    named = [f for f in question.options if f not in FIGURE_OF or f == "recent_sun"]
    shown = {finding: texts.say(f"screening.finding.{finding}") for finding in named}
    if question.id not in ("veins", "age"):
        shown["none"] = texts.say("screening.option.none")
    return shown | {"unsure": texts.say("screening.option.unsure")}


def why_text(question: Question, clinic: str, texts: Phrases) -> str:
    """Return why a question is asked."""
    why = texts.say(f"screening.why.{question.id}", clinic=clinic)
    return f"{why} {texts.say('screening.general')}" if question.general else why


def result_text(result: Result, clinic: str, texts: Phrases) -> str:
    """Return what a result says, in at most 90 words: outcome, reasons, what next.

    As many reasons as fit are told, gravest first, each with when to ask again or who treats it.
    """
    head = texts.say(f"screening.result.{result.outcome}", clinic=clinic)
    tail = [*_tail(result, texts), texts.say(f"screening.next.{result.outcome}", clinic=clinic)]
    reasons = _reasons(result, texts)
    for count in range(min(MOST_REASONS, len(reasons)), 0, -1):
        more = [texts.say("screening.more", clinic=clinic)] if count < len(reasons) else []
        text = _joined([head, *reasons[:count], *more, *tail])
        if len(text.split()) <= MOST_WORDS:
            return text
    return _joined([head, *tail])


def _reasons(result: Result, texts: Phrases) -> list[str]:
    return list(dict.fromkeys(_reason(one, texts) for one in result.reasons))


def _reason(reason: Reason, texts: Phrases) -> str:
    one = reason.contraindication
    if reason.ground is Ground.TOLD and one is not None:
        after = one.when if one.outcome is Outcome.NOT_NOW else one.refer
        return _joined([one.reason, after])
    if reason.ground is Ground.UNPLACED:
        return texts.say(_unplaced_key(reason, texts), told=reason.told[:MOST_TOLD])
    key = f"screening.{reason.ground}.{reason.subject}"
    if key in texts:
        return texts.say(key)
    label = texts.say(f"screening.finding.{reason.subject}")
    return texts.say(f"screening.{reason.ground}.any", finding=label[0].lower() + label[1:])


def _unplaced_key(reason: Reason, texts: Phrases) -> str:
    stem = f"screening.{'unplaced' if reason.told else 'unnamed'}"
    key = f"{stem}.{reason.subject}"
    return key if key in texts else f"{stem}.any"


def _tail(result: Result, texts: Phrases) -> Iterator[str]:
    if result.disputed:
        yield texts.say("screening.disputed")
    if result.general:
        yield texts.say("screening.general")


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
