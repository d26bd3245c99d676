"""Joins the hours of a message to its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.care.dates.days import Days
from bot.care.dates.hours import Hour, find_hours, in_part
from bot.care.dates.mention import Kind, Mention
from bot.care.dates.roles import Layout, clause_at, cue_kind, lay_out


def with_hours(words: str, mentions: list[Mention], now: datetime) -> Layout:
    """The message laid out, each hour joined to the nearest day of its clause.

    An hour without a day stands for today, or for the day before or after if today cannot be.
    """
    masked = _mask(words, mentions)
    hours = find_hours(masked)
    masked = _mask(masked, hours)
    layout = lay_out(masked, mentions, now)
    joined = list(mentions)
    for hour in hours:
        at = clause_at(layout, hour.start)
        near = [n for n, one in enumerate(joined) if clause_at(layout, one.start) == at]
        if near:
            nearest = min(near, key=lambda n: abs(joined[n].start - hour.start))
            joined[nearest] = _join(layout, joined[nearest], hour)
        # "since I was about 10" is no hour, "treated at 10" is one.
        elif (hour.sure or words.startswith(("at", "@"), hour.start)) and (
            alone := _hour_alone(layout, hour)
        ):
            joined.append(alone)
    return replace(layout, mentions=tuple(sorted(joined, key=lambda one: one.start)))


def _mask(text: str, found: list[Mention] | list[Hour]) -> str:
    for one in found:
        text = text[: one.start] + "\0" * (one.end - one.start) + text[one.end :]
    return text


def _join(layout: Layout, mention: Mention, hour: Hour) -> Mention:
    if mention.time or mention.kind is not Kind.DAY:
        return mention
    told = in_part(hour, mention.part)
    if not told.sure and cue_kind(layout, mention) == "asked":
        return mention  # 6 in the morning or in the evening: nobody said
    today, clock = layout.now.date(), layout.now.time()
    if not told.sure and mention.days.open == (today,) and told.time > clock:
        return mention
    return replace(mention, time=told.time)


def _hour_alone(layout: Layout, hour: Hour) -> Mention | None:
    today = layout.now.date()
    gone = hour.time <= layout.now.time()
    past = today if gone else today - timedelta(days=1)
    ahead = today + timedelta(days=1) if gone else today
    days = Days((past,), (ahead,), (past,), (past,))
    mention = Mention(hour.start, hour.end, Kind.DAY, days, time=hour.time)
    kind = cue_kind(layout, mention)
    return mention if kind == "treated" or (kind == "asked" and hour.sure) else None
