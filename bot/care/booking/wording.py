"""A request in words: what will be sent, when it suits, and when the clinic opens."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.care.booking.draft import Draft, Preferred
from bot.care.booking.times import Wish
from bot.care.hours import DAY_NAMES, Opening, OpeningHours, closes_at, next_opening
from bot.care.phrases import Phrases
from bot.care.wording import clock_in_words, day_in_words

_WEEK = timedelta(days=7)


def preferred(wish: Wish, today: date, texts: Phrases) -> Preferred:
    """Return a wish as it is kept and read back; hours that are mixed stay in their words."""
    plain = wish.understood and not wish.mixed
    said = times_in_words(wish, today, texts) if plain else wish.words
    return Preferred(wish.words, wish.to_json(), said)


def times_in_words(wish: Wish, today: date, texts: Phrases) -> str:
    """Return what was understood of a wish: "Tuesday or Thursday, after 3 PM"."""
    said = [_any_of([*_days(wish, today, texts), *_weekdays(wish.weekdays, texts)], texts)]
    if wish.within:
        first, last = (day_in_words(day, today, texts) for day in wish.within)
        key = "booking.when.within" if first != last else "booking.when.day"
        said.append(texts.say(key, first=first, last=last))
    said.append(_any_of([texts.say(f"booking.when.{part}") for part in wish.parts], texts))
    said.append(_hours(wish, texts))
    said += [texts.say(f"booking.when.{one}") for one in ("soonest", "any_time") if _has(wish, one)]
    refused = [*_weekdays(wish.not_weekdays, texts)]
    refused += [texts.say(f"booking.when.{part}") for part in wish.not_parts]
    if refused:
        said.append(texts.say("booking.when.not", what=_any_of(refused, texts)))
    return ", ".join(one for one in said if one)


def summary(draft: Draft, texts: Phrases) -> str:
    """Return a request line by line, as it will be sent."""
    lines = [texts.say(f"booking.kind.{draft.kind}")]
    about = draft.reason or _topic(draft, texts)
    values = {
        "name": draft.name or texts.say("booking.no_name"),
        "reach": " / ".join(one for one in (draft.reach, draft.second) if one),
        "appointment": draft.appointment,
        "times": draft.times.said or draft.times.words if draft.times else "",
        "reason": about,
        "share": texts.say("booking.shared") if draft.share else "",
    }
    lines += [
        texts.say(f"booking.line.{one}", value=value) for one, value in values.items() if value
    ]
    return "\n".join(lines)


def opening_in_words(hours: OpeningHours | None, now: datetime, clinic: str, texts: Phrases) -> str:
    """Say when the clinic can answer; where its hours are not published, say just that."""
    if hours is None:
        return texts.say("booking.opening.unknown", clinic=clinic)
    closing = closes_at(hours, now)
    if closing is not None:
        return texts.say("booking.opening.now", time=clock_in_words(closing.time(), texts))
    opens = next_opening(hours, now)
    if opens is None:
        return texts.say("booking.opening.unknown", clinic=clinic)
    at = clock_in_words(opens.time(), texts)
    day = opens.date() - now.date()
    if not day:
        return texts.say("booking.opening.today", time=at)
    weekday = texts.say("date.weekdays").split()[opens.weekday()]
    named = weekday if day < _WEEK else day_in_words(opens.date(), now.date(), texts)
    return texts.say("booking.opening.later", day=named, time=at)


def hours_in_words(hours: OpeningHours, texts: Phrases) -> str:
    """Return the week's hours: "Monday to Thursday 9 AM to 5 PM, Friday 9 AM to noon"."""
    names = texts.say("date.weekdays").split()
    said = []
    for openings, days in groupby(range(len(DAY_NAMES)), key=lambda day: hours.week[day]):
        if openings:
            first, *_, last = [names[day] for day in days] * 2
            whole = texts.say("booking.when.days", first=first, last=last)
            said.append(f"{first if first == last else whole} {_openings(openings, texts)}")
    return ", ".join(said)


def _openings(openings: Iterable[Opening], texts: Phrases) -> str:
    said = [
        texts.say(
            "booking.when.hours",
            first=clock_in_words(one.opens, texts),
            last=clock_in_words(one.closes, texts),
        )
        for one in openings
    ]
    return f" {texts.say('booking.when.and')} ".join(said)


def _days(wish: Wish, today: date, texts: Phrases) -> Iterator[str]:
    for day in wish.days:
        yield day_in_words(day, today, texts)


def _weekdays(weekdays: Sequence[int], texts: Phrases) -> Iterator[str]:
    names = texts.say("date.weekdays").split()
    if tuple(weekdays) == tuple(range(5)):
        yield texts.say("booking.when.days", first=names[0], last=names[4])
        return
    for day in weekdays:
        yield names[day]


def _hours(wish: Wish, texts: Phrases) -> str:
    start, end = (clock_in_words(one, texts) if one else "" for one in (wish.start, wish.end))
    if start == end:
        return texts.say("booking.when.at", time=start) if start else ""
    if start and end:
        return texts.say("booking.when.between", first=start, last=end)
    return texts.say("booking.when.after" if start else "booking.when.before", time=start or end)


def _has(wish: Wish, name: str) -> bool:
    return bool(getattr(wish, name))


def _topic(draft: Draft, texts: Phrases) -> str:
    key = f"label.{draft.topic}"
    return texts.say(key) if draft.topic and key in texts else ""


def _any_of(said: Sequence[str], texts: Phrases) -> str:
    return f" {texts.say('booking.when.or')} ".join(said)
