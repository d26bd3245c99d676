"""From a pack's screening section to what the rules judge by; general items where it is silent."""

from collections.abc import Iterator, Mapping, Sequence

from bot.care.answer import Source
from bot.care.screening.model import Contraindication, Outcome, Screening
from bot.knowledge.pack import General, Pack
from bot.knowledge.screening_form import ContraindicationForm, GeneralContraindicationForm


def render_screening(
    pack: Pack,
    general: General,
    words: Mapping[str, str],
    sources: Mapping[str, Source],
) -> Screening:
    """Return a clinic's screening; empty if its pack has none.

    General contraindications join where the clinic's answers are silent on the whole topic, the
    same way general answers do. So a contraindication added to a pack never takes one away.
    """
    form = pack.screening
    if form is None:
        return Screening()
    own = [_own(one, words, sources) for one in form.contraindications]
    named = {one.finding for one in own}
    return Screening(
        kinds=tuple(form.kinds),
        places=tuple(form.places),
        sources=_named(form.sources, sources),
        contraindications=(
            *own,
            *(one for one in _general(pack, general, words) if one.finding not in named),
        ),
    )


def _general(pack: Pack, general: General, words: Mapping[str, str]) -> Iterator[Contraindication]:
    sources = {key: Source(entry.document, entry.section) for key, entry in general.sources.items()}
    filled = dict(words) | {name: fact.read() for name, fact in general.facts.items()}
    for treatment in pack.treatments:
        for topic, items in general.screening.get(treatment, {}).items():
            if topic not in pack.answers:
                yield from (_shared(one, filled, sources) for one in items)


def _shared(
    form: GeneralContraindicationForm, words: Mapping[str, str], sources: Mapping[str, Source]
) -> Contraindication:
    return Contraindication(
        finding=form.finding,
        outcome=Outcome.NEEDS_CLINICIAN,
        reason=_filled(form.reason, words),
        sources=_named(form.sources, sources),
        limit=form.limit,
        general=True,
    )


def _own(
    form: ContraindicationForm, words: Mapping[str, str], sources: Mapping[str, Source]
) -> Contraindication:
    return Contraindication(
        finding=form.finding,
        outcome=form.outcome,
        reason=_filled(form.reason, words),
        sources=_named(form.sources, sources),
        when=_filled(form.when, words),
        refer=_filled(form.refer, words),
        limit=form.limit,
        or_equal=form.or_equal,
        disputed=form.disputed,
    )


def _filled(text: str, words: Mapping[str, str]) -> str:
    return " ".join(text.format_map(words).split())


def _named(keys: Sequence[str], sources: Mapping[str, Source]) -> tuple[Source, ...]:
    return tuple(sources[key] for key in dict.fromkeys(keys))
