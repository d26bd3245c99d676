"""Which slips of the finger are mended, and that side stories measured are not trained on."""

from pathlib import Path

import pytest
import yaml

from bot.nlu.spelling import Speller

ROOT = Path(__file__).resolve().parents[2]
KNOWN = frozenset({"swimming", "warfarin", "naproxen", "when", "form", "from", "hurt"})
USUAL = ["stockings"] * 7 + ["flying", "hurts", "from", "swimming", "eliquis"] * 6 + ["stokings"]


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("the stockigns are tight", "the stockings are tight"),
        ("stockngs, swimmming and flyng", "stockings, swimming and flying"),
        ("it hurst", "it hurts"),
        # Known words stay, however near they are to a usual one; so do short ones.
        ("a form to sign", "a form to sign"),
        ("hurt", "hurt"),
        ("fyl", "fyl"),
        ("on naproxen and warfarin", "on naproxen and warfarin"),
        # Two slips in a word are too many to be sure.
        ("stokcigns", "stokcigns"),
    ],
)
def test_a_slip_is_mended_and_a_word_is_not(typed: str, mended: str) -> None:
    assert Speller.learned(USUAL, KNOWN).mended(typed) == mended


def test_what_robustness_is_measured_with_is_not_trained_on() -> None:
    asides = yaml.safe_load((ROOT / "bot/nlu/asides.yml").read_text())
    everyday = yaml.safe_load((ROOT / "bench/evaluation/everyday.yml").read_text())
    trained = {text.lower() for texts in asides.values() for text in texts}
    measured = {text.lower() for text in everyday["stories"]}
    assert trained & measured == set()
