"""What patients call their own veins, told without being asked."""

import pytest

from bot.care.patient_words import tells_own_veins

OWN = (
    "they were spider veins",
    "They were just spiders.",
    "it was the varicose ones",
    "oh, they\u2019re spider veins actually",
    "sorry, it was reticular veins",
    "mine are spider veins",
    "he only did the spider veins",
    "those were all small varicose veins",
)
NOT_OWN = (
    "what are spider veins",
    "they were spider veins, can I run?",
    "are they spider veins",
    "they were not spider veins",
    "they were spider veins and varicose veins",
    "spider veins",
    "they were very painful",
    "my spider veins are back",
    "",
)


@pytest.mark.parametrize("text", OWN)
def test_a_message_tells_which_veins_were_treated(text: str) -> None:
    assert tells_own_veins(text)


@pytest.mark.parametrize("text", NOT_OWN)
def test_other_messages_do_not(text: str) -> None:
    assert not tells_own_veins(text)
