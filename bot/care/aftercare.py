"""Timed answers: one rule on one day, or all rules of a clinic at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.care.answer import SEND_PLAN, Answer, Button, Source, State
from bot.care.moments import Moment
from bot.care.phrases import Phrases
from bot.care.protocol import Protocol
from bot.care.replies import callback_button
from bot.care.rules import VEIN_KINDS, Judgement, Kind, Rule, VeinKind, judge, plan
from bot.care.wording import (
    day_in_words,
    length_in_words,
    plan_in_words,
    verdict_in_words,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One patient's treatment and the day asked about; `now` is the clinic's local moment.

    `asked_after`: the patient asks about the n-th day after a treatment, not about a date.
    """

    now: Moment
    treated: Moment | None = None
    asked: Moment | None = None
    vein: VeinKind | None = None
    asked_after: int | None = None

    @property
    def supposed(self) -> bool:
        """Whether only a number of days is known: a treatment day has to be supposed."""
        return self.treated is None and self.asked_after is not None

    @property
    def dated(self) -> "Case":
        """This case with days in place of `asked_after`; a supposed treatment is today."""
        if self.asked_after is None:
            return self
        treated = self.treated or Moment(self.now.day)
        asked = Moment(treated.day + timedelta(days=self.asked_after))
        return replace(self, treated=treated, asked=asked, asked_after=None)


def judged(topic: str, case: Case, protocol: Protocol) -> Judgement:
    """Apply the clinic's rule for a topic to a case; a supposed treatment gives no date."""
    supposed = case.supposed
    case = case.dated
    judgement = judge(
        protocol.rules.get(topic),
        treated=case.treated,
        asked=plan(case.treated, case.asked, case.now),
        vein=case.vein,
        zone=protocol.zone,
        topic=topic,
    )
    if not supposed:
        return judgement
    verdict = replace(judgement.verdict, until=None)
    return replace(judgement, verdict=verdict, supposed=True)


def timed_answer(topic: str, case: Case, protocol: Protocol, texts: Phrases) -> Answer:
    """Answer "may I, and until when" for one topic."""
    judgement = judged(topic, case, protocol)
    rule = judgement.rule
    if rule is None:
        return _no_rule(topic, judgement, protocol, texts)
    text = verdict_in_words(
        judgement, clinic=protocol.name, today=case.now.day, vein=case.vein, texts=texts
    )
    return Answer(
        text=text,
        topic=topic,
        verdict=judgement.verdict,
        sources=rule.sources,
        buttons=_vein_buttons(rule, texts) if judgement.needs == "vein_kind" else (),
        disputed=rule.disputed,
    )


def _no_rule(topic: str, judgement: Judgement, protocol: Protocol, texts: Phrases) -> Answer:
    near = protocol.near_rules.get(topic)
    key = f"subject.{topic}" if f"subject.{topic}" in texts else "subject.any"
    sentences = [texts.say("verdict.no_rule", clinic=protocol.name, subject=texts.say(key))]
    if near is not None:
        sentences.append(near.text)
    sentences.append(texts.say("unknown.offer"))
    return Answer(
        text=" ".join(sentences),
        topic=topic,
        known=False,
        verdict=judgement.verdict,
        sources=near.sources if near else (),
        buttons=(callback_button(texts),),
    )


def _vein_buttons(rule: Rule, texts: Phrases) -> tuple[Button, ...]:
    named = {kind for phase in rule.phases for kind in phase.veins or ()}
    return tuple(
        Button(
            texts.say(f"vein.{kind}").capitalize(),
            f'/treatment_record{{"vein_kind": "{kind}"}}',
            rule.topic,
        )
        for kind in VEIN_KINDS
        if kind in named
    )


def overview(case: Case, protocol: Protocol, texts: Phrases) -> Answer:
    """Answer "what do I do now": every rule of the clinic, by what it asks on that day."""
    if not protocol.rules:
        return Answer(
            text=" ".join(
                [
                    texts.say("aftercare.nothing", clinic=protocol.name),
                    texts.say("unknown.offer"),
                ]
            ),
            topic="aftercare",
            known=False,
            buttons=(callback_button(texts),),
        )
    case = replace(case, asked=_not_before_treatment(case))
    judgements = [judged(topic, case, protocol) for topic in protocol.rules]
    lines = [_opening(case, protocol, texts), *_lines(judgements, case, texts)]
    disputed = any(judgement.verdict.disputed for judgement in judgements)
    if disputed:
        lines.append(texts.say("disputed.suffix"))
    if case.treated is None:
        lines.append(texts.say("aftercare.ask_date"))
    return Answer(
        text="\n".join(lines),
        topic="aftercare",
        sources=_all_sources(judgements),
        disputed=disputed,
        effect=SEND_PLAN if case.treated is not None else None,
    )


def _not_before_treatment(case: Case) -> Moment | None:
    """Before the treatment there is nothing to keep to yet: then its first day is shown."""
    if case.treated is not None and case.asked is not None and case.asked.day < case.treated.day:
        return Moment(case.treated.day)
    return case.asked


def _opening(case: Case, protocol: Protocol, texts: Phrases) -> str:
    if case.treated is None:
        return texts.say("aftercare.general", clinic=protocol.name)
    asked = plan(case.treated, case.asked, case.now)
    if case.treated.day > case.now.day and case.asked is None:
        return texts.say("aftercare.before", clinic=protocol.name)
    day = texts.say("aftercare.day", day=(asked.day - case.treated.day).days)
    return texts.say("aftercare.today", clinic=protocol.name, day=day)


def _lines(judgements: list[Judgement], case: Case, texts: Phrases) -> list[str]:
    """Word each rule; rules with the same end share a line."""
    grouped: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for judgement in judgements:
        rule = judgement.rule
        if rule is not None:
            key, values = _line_of(judgement, rule, case, texts)
            grouped.setdefault((key, tuple(values.items())), []).append(rule.what)
    return [
        texts.say(f"aftercare.{key}", what=what, **dict(values))
        for (key, values), whats in grouped.items()
        for what in ([", ".join(whats)] if values else whats)
    ]


def _line_of(
    judgement: Judgement, rule: Rule, case: Case, texts: Phrases
) -> tuple[str, dict[str, str]]:
    verdict = judgement.verdict
    verb = "avoid" if rule.kind is Kind.RESTRICTION else "keep"
    if rule.kind is Kind.PERMISSION:
        return "allowed", {}
    if verdict.until is not None:
        until = day_in_words(verdict.until, case.now.day, texts)
        if verdict.phase:
            return "keep_phase", {"until": until, "phase": texts.say(f"phase.{verdict.phase}")}
        return verb, {"until": until}
    handlers: dict[State, Callable[[], tuple[str, dict[str, str]]]] = {
        State.OK: lambda: ("over", {}),
        State.MAY_STOP: lambda: ("over", {}),
        State.ASK: lambda: _without_date(rule, verb, texts),
    }
    return handlers.get(verdict.state, lambda: (f"{verb}_open", {}))()


def _without_date(rule: Rule, verb: str, texts: Phrases) -> tuple[str, dict[str, str]]:
    if len(rule.phases) > 1:
        return "ask", {"plan": plan_in_words(rule, texts)}
    return f"{verb}_length", {"length": length_in_words(rule.phases[0].window, texts)}


def _all_sources(judgements: list[Judgement]) -> tuple[Source, ...]:
    found = [source for j in judgements if j.rule for source in j.rule.sources]
    return tuple(dict.fromkeys(found))
