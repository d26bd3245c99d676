"""Reads the dates of one message: finds the phrases, gives each its role, settles what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.care.dates.cues import JUST, THEN, says_nothing_else
from bot.care.dates.lengths import bare_length
from bot.care.dates.mention import Mention
from bot.care.dates.phrases import find_mentions
from bot.care.dates.reading import DateReading, Role, Unclear
from bot.care.dates.roles import Dated, Layout, Tense, assign, is_hypothetical
from bot.care.dates.spelling import plain
from bot.care.dates.timed import with_hours
from bot.care.moments import Moment

_CANDIDATES: Final = 3
# "Black Friday ... on Saturday": a weekday this soon after the planned treatment is the one meant.
_SOON_AFTER: Final = timedelta(days=3)
# Nobody asks whether it was all right to run last year.
_LONG_PAST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What a mention means in its tense: one day, several to choose from, or none."""

    dated: Dated
    days: tuple[date, ...]

    @property
    def moment(self) -> Moment | None:
        """The day, if there is just one."""
        return Moment(self.days[0], self.dated.mention.time) if len(self.days) == 1 else None


def read_dates(text: str, now: datetime, *, expecting: Role | None = None) -> DateReading:
    """The day of treatment and the day asked about in one message of a patient.

    `now` is aware and in the clinic's zone. `expecting` is the date that the assistant has just
    asked for: a date with nothing beside it is then that one. Never raises, whatever the text.
    """
    words = plain(text)
    mentions = find_mentions(words, now)
    if not mentions and expecting:
        mentions = _bare_answer(words, now, expecting)
    layout = with_hours(words, mentions, now)
    dated = [found for one in layout.mentions if (found := assign(layout, one, expecting))]
    return _settle(layout, words, dated)


def _bare_answer(words: str, now: datetime, expecting: Role) -> list[Mention]:
    """ "about a week", said when asked for a date."""
    found = bare_length(words, now, -1 if expecting == "treated" else 1)
    if found and says_nothing_else(words[: found.start] + " " + words[found.end :]):
        return [found]
    return []


def _settle(layout: Layout, words: str, dated: list[Dated]) -> DateReading:
    today = layout.now.date()
    hypothetical = [one for one in dated if is_hypothetical(layout, one.mention)]
    told = [_settled(one) for one in dated if one not in hypothetical and not one.negated]
    asked = _asked(_of("asked", told), today)
    treated = _treated(_of("treated", told), asked, today)
    distance = hypothetical[0].mention.distance if hypothetical else None
    denied = [one for one in dated if one.negated and one.role == "treated"]
    if treated is None and denied and distance is not None:
        # "it wasn't yesterday, it was the day before"
        return _shifted(denied[0], distance)
    if treated is None and _just_now(layout):
        return _reading(words, Moment(today), asked, None, distance)
    moment = treated.moment if treated else None
    if treated and treated.dated.mention.anchor and asked is None and THEN.search(words):
        return DateReading(moment, Moment(treated.dated.mention.anchor))
    return _reading(words, moment, _after_planned(asked, moment, today), treated, distance)


def _reading(
    words: str,
    treated: Moment | None,
    asked: _Settled | None,
    maybe_treated: _Settled | None,
    distance: int | None,
) -> DateReading:
    """Puts the answer together; of two unclear dates the treatment's is asked back first."""
    asked_moment = asked.moment if asked else None
    asked_after = None
    if asked is None and distance is not None:
        if treated:
            asked_moment = Moment(treated.day + timedelta(days=distance))
        else:
            asked_after = distance
    doubtful = [one for one in (maybe_treated, asked) if one and not one.moment]
    unclear = _unclear(words, doubtful[0]) if doubtful else None
    return DateReading(treated, asked_moment, unclear, asked_after)


def _unclear(words: str, one: _Settled) -> Unclear:
    mention = one.dated.mention
    return Unclear(
        one.dated.role, words[mention.start : mention.end].strip(), one.days[:_CANDIDATES]
    )


def _settled(dated: Dated) -> _Settled:
    days = dated.mention.days
    in_tense = {Tense.PAST: days.past, Tense.AHEAD: days.ahead, Tense.ANSWER: days.answer}
    meant = in_tense[dated.tense] if dated.tense else days.open
    return _Settled(dated, tuple(dict.fromkeys(meant)))


def _of(role: Role, told: Iterable[_Settled]) -> list[_Settled]:
    """The dates of one role; after a correction only the last."""
    found = [one for one in told if one.dated.role == role]
    corrected = [number for number, one in enumerate(found) if number and one.dated.corrects]
    return found[corrected[-1] :] if corrected else found


def _treated(found: list[_Settled], asked: _Settled | None, today: date) -> _Settled | None:
    """The treatment that counts: the latest past one, or the planned one if asked beyond it."""
    sure = [one for one in found if one.moment]
    if not sure:
        return found[-1] if found else None
    past = [one for one in sure if one.days[0] <= today]
    planned = [one for one in sure if one.days[0] > today]
    first_planned = min(planned, key=lambda one: one.days[0], default=None)
    latest = max(past, key=lambda one: one.days[0], default=None)
    if first_planned is None or latest is None:
        return latest or first_planned
    beyond = asked and asked.days and asked.days[0] >= first_planned.days[0]
    return first_planned if beyond else latest


def _asked(found: list[_Settled], today: date) -> _Settled | None:
    """Of several days asked about the first to come, as it is the strictest."""
    found = [one for one in found if not one.days or one.days[0] >= today - _LONG_PAST]
    sure = [one for one in found if one.moment]
    if not sure:
        return found[0] if found else None
    to_come = [one for one in sure if one.days[0] >= today]
    if to_come:
        return min(to_come, key=lambda one: one.days[0])
    return max(sure, key=lambda one: one.days[0])


def _after_planned(asked: _Settled | None, treated: Moment | None, today: date) -> _Settled | None:
    """A weekday asked about beside a planned treatment: mostly the one after it."""
    if asked is None or treated is None or not asked.moment or treated.day <= today:
        return asked
    day, bare_weekday = asked.days[0], len(asked.dated.mention.days.open) > 1
    if day >= treated.day or day <= today or not bare_weekday:
        return asked
    later = day
    while later < treated.day:
        later += timedelta(days=7)
    if later - treated.day <= _SOON_AFTER:
        return replace(asked, days=(later,))
    return replace(asked, days=(day, later))


def _just_now(layout: Layout) -> bool:
    """ "just got home from my injections"."""
    just = JUST.search(layout.text)
    return just is not None and any(
        cue.kind == "treated" and just.start() < cue.end and cue.start <= just.end() + 16
        for cue in layout.cues
    )


def _shifted(denied: Dated, distance: int) -> DateReading:
    days = denied.mention.days.past
    if len(days) != 1:
        return DateReading()
    return DateReading(treated=Moment(days[0] + timedelta(days=distance)))
