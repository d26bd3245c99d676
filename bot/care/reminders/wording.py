"""A reminder in words. Every sentence is a phrase of clinics/texts or stands in the pack."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.care.answer import Answer, Button, Source
from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.plan import Milestone, milestone_key
from bot.care.protocol import Protocol
from bot.care.reminders.timetable import Entry, Occasion
from bot.care.reminders.wish import TOPIC, Wish, button
from bot.care.wording import day_in_words


def reminder(occasion: Occasion, treated: Moment, protocol: Protocol, texts: Phrases) -> Answer:
    """Return what the patient is written on an occasion."""
    sentences = [
        texts.say(
            "reminders.opening",
            clinic=protocol.name,
            day=(occasion.day - treated.day).days,
            treated=day_in_words(treated.day, occasion.day, texts),
        ),
        *changes(occasion.milestones, treated, texts),
        *(entry.text for entry in occasion.entries),
    ]
    if occasion.check_in:
        number = protocol.emergency_number
        sentences.append(texts.say("reminders.check_in", emergency_number=number))
    sentences.append(texts.say("reminders.closing"))
    return Answer(
        "\n".join(sentences),
        TOPIC,
        sources=_sources(occasion),
        buttons=_buttons(occasion, texts),
        disputed=any(one.course.rule.disputed for one in occasion.milestones),
    )


def changes(found: Iterable[Milestone], treated: Moment, texts: Phrases) -> list[str]:
    """Return what changes, rules that change alike in one sentence, then what has to be added."""
    grouped: dict[tuple[str, str], list[Milestone]] = {}
    for one in found:
        named = one.stretch.phase if one.stretch else None
        words = texts.say(f"phase.{named}") if named else ""
        grouped.setdefault((milestone_key(one), words), []).append(one)
    sentences: list[str] = []
    for (key, phase), alike in grouped.items():
        # What a pack names may be a list of its own, with commas.
        what = "; ".join(one.course.rule.what for one in alike)
        said = texts.say(f"reminders.{key}", what=what, phase=phase)
        sentences.append(" ".join([said, *_remarks(alike, treated, texts)]))
    return sentences


def _remarks(alike: Sequence[Milestone], treated: Moment, texts: Phrases) -> list[str]:
    rules = [one.course.rule for one in alike]
    told: list[str] = []
    in_hours = any(p.window and p.window.unit == "hours" for rule in rules for p in rule.phases)
    if in_hours and treated.time is None:
        told.append(texts.say("reminders.wait_hour"))
    # While a rule goes on its note would only repeat what comes next.
    told += [one.course.rule.note for one in alike if one.change == "over" and one.course.rule.note]
    if any(one.course.assumed for one in alike):
        told.append(texts.say("plan.assumed"))
    if any(rule.disputed for rule in rules):
        told.append(texts.say("reminders.disputed"))
    return told


def days_in_words(found: Iterable[Occasion], today: date, texts: Phrases, most: int = 3) -> str:
    """Return the first occasions with what each is for, and how many more there are."""
    told = list(found)
    parts = [_day(one, today, texts) for one in told[:most]]
    if len(told) > most:
        parts.append(texts.say("reminders.more", count=len(told) - most))
    return "; ".join(parts)


def _day(one: Occasion, today: date, texts: Phrases) -> str:
    what = [milestone.course.rule.what for milestone in one.milestones]
    what += [entry_in_short(entry, texts) for entry in one.entries]
    if not what:
        what.append(texts.say("reminders.check_in_day"))
    day = day_in_words(one.day, today, texts)
    return texts.say("reminders.day", day=day, what=", ".join(dict.fromkeys(what)))


def entry_in_short(entry: Entry, texts: Phrases) -> str:
    """Return what an entry is about in a word or two."""
    key = f"reminders.entry.{entry.topic}"
    return texts.say(key if key in texts else f"label.{entry.topic}")


def _buttons(occasion: Occasion, texts: Phrases) -> tuple[Button, ...]:
    found: list[Button] = []
    if occasion.check_in:
        found += [button(Wish.WELL, texts), button(Wish.WORRIED, texts)]
    if any(entry.books for entry in occasion.entries):
        found.append(Button(texts.say("reminders.button.book"), "/book", "book"))
    return (*found, button(Wish.STOP, texts))


def _sources(occasion: Occasion) -> tuple[Source, ...]:
    found = [source for one in occasion.milestones for source in one.course.rule.sources]
    found += [source for entry in occasion.entries for source in entry.sources]
    return tuple(dict.fromkeys(found))
