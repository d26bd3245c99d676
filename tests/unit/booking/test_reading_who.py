"""Who wants to be called, and where: tables of what is said and what is read."""

import pytest

from bot.care.booking.email import read_email
from bot.care.booking.found import Problem, Trouble
from bot.care.booking.names import declines, read_name
from bot.care.booking.phone import read_attempt, read_phone
from bot.text.normalise import clean
from tests.unit.booking.talking import FOX, LONG, ODD

# (answer to "what is your name?", the name, a trouble, or None)
NAMES: list[tuple[str, str | Trouble | None]] = [
    ("Dana", "Dana"),
    ("dana fox", "Dana Fox"),
    ("DANA FOX", "DANA FOX"),
    ("it's Dana", "Dana"),
    ("i'm dana", "Dana"),
    ("my name is Dana Fox", "Dana Fox"),
    ("my name is Will", "Will"),
    ("Dana here", "Dana"),
    ("call me Dana", "Dana"),
    ("sure, it's dana fox", "Dana Fox"),
    ("Hi, this is Dana Fox calling", "Dana Fox"),
    ("Dana Fox please", "Dana Fox"),
    ("Dana Fox, 415 555 0132", "Dana Fox"),
    ("Dr. Dana Fox", "Dr Dana Fox"),
    ("mrs. fox", "Mrs Fox"),
    ("Dana Fox Jr.", "Dana Fox Jr"),
    ("J. R. Smith", "J R Smith"),
    ("O'Brien-Smith", "O'Brien-Smith"),
    ("Maria de la Cruz", "Maria de la Cruz"),
    ("Siobhán Ní Bhriain", "Siobhán Ní Bhriain"),
    ("Nguyễn Văn An", "Nguyễn Văn An"),
    ("Мария Иванова", "Мария Иванова"),
    ("李小龍", "李小龍"),
    ("محمد علي", "محمد علي"),
    ("Grace", "Grace"),
    ("Will May", "Will May"),
    ("Dana 😊", "Dana"),
    ("<b>Dana</b>", "Dana"),
    ("<script>alert(1)</script>", ODD),
    ("Dana2", ODD),
    ("http://spam.example", ODD),
    ("A" * 500, LONG),
    ("dana " * 100, LONG),
    ("why do you need my name?", None),
    ("who sees this", None),
    ("does it hurt?", None),
    ("yes", None),
    ("tomorrow", None),
    ("call me tomorrow", None),
    ("I am nervous", None),
    ("I'd rather not say", None),
    ("I don't know", None),
    ("😊", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "expected"), NAMES)
def test_a_name(said: str, expected: str | Trouble | None) -> None:
    found = read_name(clean(said), asked=True)
    assert (found.trouble if isinstance(found, Problem) else found) == expected


@pytest.mark.parametrize("said", ["I'd rather not say", "anonymous", "I don't want to give it"])
def test_a_name_may_be_kept_back(said: str) -> None:
    assert declines(said)
    assert read_name(said, asked=True) is None


@pytest.mark.parametrize(
    "said", ["I'm Italian", "it's Friday", "Does Dana work there", "Hot baths", "this is Asclera"]
)
def test_no_name_is_heard_where_none_was_asked_for(said: str) -> None:
    assert read_name(said, asked=False) is None


# (message, country, the number or the trouble or None)
PHONES: list[tuple[str, str, str | Trouble | None]] = [
    ("415 555 0132", "US", FOX),
    ("4155550132", "US", FOX),
    ("(415) 555-0132", "US", FOX),
    ("415.555.0132", "US", FOX),
    ("415/555/0132", "US", FOX),
    ("1 415 555 0132", "US", FOX),
    ("+1 (415) 555-0132", "US", FOX),
    ("4 1 5 5 5 5 0 1 3 2", "US", FOX),
    ("415-555-O132", "US", FOX),
    ("4l5 555 0132", "US", FOX),
    ("٤١٥٥٥٥٠١٣٢", "US", FOX),
    ("four one five five five five oh one three two", "US", FOX),
    ("four one five, triple five, zero one three two", "US", FOX),
    ("415 555 0132 ext 12", "US", "+1 415-555-0132 ext. 12"),
    ("415 555 0132 x12", "US", "+1 415-555-0132 ext. 12"),
    ("+44 20 7946 0958", "US", "+44 20 7946 0958"),
    ("0044 20 7946 0958", "US", "+44 20 7946 0958"),
    ("011 44 20 7946 0958", "US", "+44 20 7946 0958"),
    ("020 7946 0958", "GB", "+44 20 7946 0958"),
    ("+52 55 1234 5678", "US", "+52 55 1234 5678"),
    ("+49 30 901820", "US", "+49 30 901820"),
    ("1-800-VEINS-4U", "US", "+1 800-834-6748"),
    ("1-800-GO-FEDEX", "US", "+1 800-463-3339"),
    ("1-800-CONTACTS", "US", "+1 800-266-8228"),
    ("not 415 555 0199, it's 415 555 0132", "US", FOX),
    ("use 415 555 0132 instead of 415 555 0199", "US", FOX),
    ("415 555 0132, again 4155550132", "US", FOX),
    ("415 555 0132 or 415 555 0199", "US", Trouble.PHONE_TWO),
    ("1-800-VEINS", "US", Trouble.PHONE_LETTERS),
    ("555-call", "US", Trouble.PHONE_LETTERS),
    ("555-0132", "US", Trouble.PHONE_NO_AREA),
    ("415 555 013", "US", Trouble.PHONE_SHORT),
    ("my cell is 415 555 013", "US", Trouble.PHONE_SHORT),
    ("911", "US", Trouble.PHONE_SHORT),
    ("415 555 01323 9", "US", Trouble.PHONE_LONG),
    ("123 456 7890", "US", Trouble.PHONE_INVALID),
    ("000 000 0000", "US", Trouble.PHONE_INVALID),
    ("my birthday is 04/12/1980", "US", None),
    ("tomorrow at 10", "US", None),
    ("no phone", "US", None),
]


@pytest.mark.parametrize(("said", "country", "expected"), PHONES)
def test_a_phone_number(said: str, country: str, expected: str | Trouble | None) -> None:
    found, rest = read_phone(clean(said), country)
    if found is None:
        found, _ = read_attempt(rest, country, asked=True)
    assert (found.trouble if isinstance(found, Problem) else found) == expected


def test_of_two_numbers_both_are_offered() -> None:
    found, _ = read_phone("415 555 0132 or 415 555 0199", "US")
    assert isinstance(found, Problem)
    assert found.choices == (FOX, "+1 415-555-0199")


# (message, the address; a trouble with its choices; or None)
EMAILS: list[tuple[str, str | tuple[Trouble, tuple[str, ...]] | None]] = [
    ("dana@example.com", "dana@example.com"),
    ("Dana@Example.COM.", "Dana@example.com"),
    ("my e-mail is dana.fox+veins@example.org thanks!", "dana.fox+veins@example.org"),
    ("<dana@example.com>", "dana@example.com"),
    ("mailto:dana@example.com", "dana@example.com"),
    ("jürgen@exämple.de", "jürgen@exämple.de"),
    ("dana @ gmail . com", "dana@gmail.com"),
    ("dana@gmail com", "dana@gmail.com"),
    ("dana@gmail,com", "dana@gmail.com"),
    ("dana@@gmail.com", "dana@gmail.com"),
    ("dana at gmail dot com", "dana@gmail.com"),
    ("dana.fox at yahoo dot co dot uk", "dana.fox@yahoo.co.uk"),
    ("dana@mail.com", "dana@mail.com"),
    ("dana@acme.co", "dana@acme.co"),
    ("dana@x.com.au", "dana@x.com.au"),
    ("not a@example.com but b@example.com", "b@example.com"),
    ("dana@gmial.com", (Trouble.EMAIL_TYPO, ("dana@gmail.com", "dana@gmial.com"))),
    ("dana@gmail.con", (Trouble.EMAIL_TYPO, ("dana@gmail.com", "dana@gmail.con"))),
    ("dana@gmail.co", (Trouble.EMAIL_TYPO, ("dana@gmail.com", "dana@gmail.co"))),
    ("dana@hotmial.con", (Trouble.EMAIL_TYPO, ("dana@hotmail.com", "dana@hotmial.con"))),
    ("dana@yaho.com", (Trouble.EMAIL_TYPO, ("dana@yahoo.com", "dana@yaho.com"))),
    ("dana@outlok.com", (Trouble.EMAIL_TYPO, ("dana@outlook.com", "dana@outlok.com"))),
    ("dana@icoud.com", (Trouble.EMAIL_TYPO, ("dana@icloud.com", "dana@icoud.com"))),
    ("dana@acme.con", (Trouble.EMAIL_TYPO, ("dana@acme.com", "dana@acme.con"))),
    ("a@example.com or b@example.com", (Trouble.EMAIL_TWO, ("a@example.com", "b@example.com"))),
    ("dana@gmail", (Trouble.EMAIL_INVALID, ())),
    ("dana..fox@gmail.com", (Trouble.EMAIL_INVALID, ())),
    ("call me @ 5", None),
    ("@danafox", None),
    ("no e-mail", None),
]


@pytest.mark.parametrize(("said", "expected"), EMAILS)
def test_an_email(said: str, expected: str | tuple[Trouble, tuple[str, ...]] | None) -> None:
    found, _ = read_email(clean(said))
    shown = (found.trouble, found.choices) if isinstance(found, Problem) else found
    assert shown == expected
