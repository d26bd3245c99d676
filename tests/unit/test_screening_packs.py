"""The screening section of a pack: a mistake in it is named with file, line and cure."""

from pathlib import Path

import pytest

from bot.knowledge.loading import load_pack
from bot.knowledge.topics import load_topics
from bot.knowledge.yaml_source import PackError
from tests.screening_fixtures import CLINICS

GOOD = """\
id: test-clinic
name: Test Clinic
treatments: [sclerotherapy]
country: US
time_zone: America/New_York
emergency_number: "911"
document: {title: Its page}
sources: {about: About}
facts:
  rest: {value: 2, unit: week, source: about}
screening:
  kinds: [spider]
  places: [legs]
  sources: [about]
  contraindications:
    - finding: pregnant
      outcome: not_now
      reason: Not in pregnancy.
      when: "Ask {rest} after the birth."
      sources: [about]
    - finding: wide_vein
      outcome: needs_clinician
      limit: 3
      reason: Wider ones need a look.
      sources: [about]
"""

# (what is changed in the good pack, into what, and what the error must say)
MISTAKES = [
    ("finding: pregnant", "finding: pregnent", ["contraindications.0", "use one of", "pregnant"]),
    ("outcome: not_now", "outcome: later", ["contraindications.0.outcome", "later"]),
    ("outcome: not_now", "outcome: likely_suitable", ["choose another outcome"]),
    ('      when: "Ask {rest} after the birth."\n', "", ["not_now goes with when"]),
    ("{rest}", "{rset}", ["Did you mean {rest}?"]),
    ("{rest}", "2 weeks", ["Put it under facts"]),
    ("      limit: 3\n", "", ["needs its figure"]),
    ("      when:", "      limit: 3\n      when:", ["has no figure"]),
    ("kinds: [spider]", "kinds: [spyder]", ["spyder", "is no kind or place"]),
    ("finding: wide_vein", "finding: spider", ["has no figure"]),
    ("places: [legs]\n  sources: [about]", "places: [legs]\n  sources: [abuot]",
     ["use one of: about"]),
    ("finding: wide_vein\n      outcome: needs_clinician\n      limit: 3",
     "finding: pregnant\n      outcome: needs_clinician", ["stands here twice"]),
    ("finding: wide_vein\n      outcome: needs_clinician\n      limit: 3",
     "finding: legs\n      outcome: needs_clinician", ["treated and ruled out"]),
]  # fmt: skip


def load(folder: Path, text: str) -> None:
    path = folder / "test-clinic.yml"
    path.write_text(text, encoding="utf-8")
    load_pack(path, load_topics(CLINICS / "topics.yml"))


def test_the_good_pack_is_good(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(("good", "bad", "said"), MISTAKES, ids=[m[2][0] for m in MISTAKES])
def test_a_mistake_is_named_with_its_cure(
    tmp_path: Path, good: str, bad: str, said: list[str]
) -> None:
    assert good in GOOD
    with pytest.raises(PackError) as caught:
        load(tmp_path, GOOD.replace(good, bad, 1))
    for part in ("test-clinic.yml:", "screening", *said):
        assert part.lower() in str(caught.value).lower()
