"""What a message tells for a request to the clinic: name, phone, e-mail, when, why.

Tables: the message, then what is read. NOW is a Tuesday evening in California.
"""

from datetime import datetime
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.booking.draft import Field
from bot.care.booking.email import read_email
from bot.care.booking.found import Problem, Trouble
from bot.care.booking.names import declines, read_name
from bot.care.booking.phone import read_attempt, read_phone
from bot.care.booking.reading import read_kind, read_reason, read_told
from bot.care.booking.times import Wish, only_words, read_times
from bot.care.hours import read_hours
from bot.text.normalise import clean

NOW = datetime(2026, 11, 24, 20, tzinfo=ZoneInfo("America/Los_Angeles"))
OFFICE = read_hours(
    {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu")} | {"fri": ["09:00-12:00"]}
)
FOX = "+1 415-555-0132"
ODD, LONG = Trouble.NAME_ODD, Trouble.NAME_LONG

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


WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]

# (answer to "when suits you?", what is understood, a trouble, or None)
TIMES: list[tuple[str, dict[str, Any] | Trouble | None]] = [
    ("mornings", {"parts": ["morning"]}),
    ("evenings after work", {"parts": ["evening"]}),
    ("after lunch", {"parts": ["afternoon"]}),
    ("lunch time", {"parts": ["midday"]}),
    ("first thing tomorrow", {"days": ["2026-11-25"], "parts": ["morning"]}),
    ("asap", {"soonest": True}),
    ("as soon as possible please", {"soonest": True}),
    ("now", {"soonest": True}),
    ("any time", {"any_time": True}),
    ("whenever works", {"any_time": True}),
    ("doesn't matter", {"any_time": True}),
    ("anytime after 3", {"start": "15:00"}),
    ("anytime but mornings", {"not_parts": ["morning"]}),
    ("tue or thu after 3", {"weekdays": ["tue", "thu"], "start": "15:00"}),
    ("mondays", {"weekdays": ["mon"]}),
    ("mon-fri 9-12", {"weekdays": WORKDAYS, "start": "09:00", "end": "12:00"}),
    ("weekdays before noon", {"weekdays": WORKDAYS, "end": "12:00"}),
    ("sat or sun", {"weekdays": ["sat", "sun"]}),
    ("not fridays", {"not_weekdays": ["fri"]}),
    ("can't do mondays", {"not_weekdays": ["mon"]}),
    ("tomorrow at 5", {"days": ["2026-11-25"], "start": "17:00", "end": "17:00"}),
    ("next tuesday", {"days": ["2026-12-01"]}),
    ("Nov 30 at 10", {"days": ["2026-11-30"], "start": "10:00", "end": "10:00"}),
    ("the 30th in the afternoon", {"days": ["2026-11-30"], "parts": ["afternoon"]}),
    ("11/30", {"days": ["2026-11-30"]}),
    ("2027-01-05 at 10", {"days": ["2027-01-05"], "start": "10:00", "end": "10:00"}),
    ("next week", {"within": ["2026-11-30", "2026-12-06"]}),
    ("next week mornings", {"within": ["2026-11-30", "2026-12-06"], "parts": ["morning"]}),
    ("this week", {"within": ["2026-11-24", "2026-11-29"]}),
    ("in 2 days", {"within": ["2026-11-26", "2026-11-26"]}),
    ("between 2 and 4", {"start": "14:00", "end": "16:00"}),
    ("2-4pm", {"start": "14:00", "end": "16:00"}),
    ("10-2", {"start": "10:00", "end": "14:00"}),
    ("9 to 5", {"start": "09:00", "end": "17:00"}),
    ("after 6pm", {"start": "18:00"}),
    ("not before 3", {"start": "15:00"}),
    ("330pm", {"start": "15:30", "end": "15:30"}),
    ("15:30", {"start": "15:30", "end": "15:30"}),
    ("half past 3", {"start": "15:30", "end": "15:30"}),
    ("quarter to 11", {"start": "10:45", "end": "10:45"}),
    ("around 10ish", {"start": "10:00", "end": "10:00"}),
    ("noon", {"start": "12:00", "end": "12:00"}),
    ("5", {"start": "17:00", "end": "17:00"}),
    ("5 in the morning", {"parts": ["morning"], "start": "05:00", "end": "05:00"}),
    ("wed 10am or fri 11am", {"days": ["2026-11-25", "2026-11-27"], "mixed": True}),
    ("I was treated yesterday, mornings please", {"parts": ["morning"]}),
    ("yesterday at 5", Trouble.TIME_PAST),
    ("today at 3", Trouble.TIME_PAST),
    ("this morning", Trouble.TIME_PAST),
    ("Nov 3", Trouble.TIME_PAST),
    ("last monday", Trouble.TIME_PAST),
    ("when my kids nap", None),
    ("I don't know", None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), TIMES)
def test_when_it_suits(said: str, expected: dict[str, Any] | Trouble | None) -> None:
    found, _ = read_times(clean(said), NOW, None, asked=True)
    if isinstance(found, Wish):
        assert found.to_json() == expected
        assert found.words in said
    else:
        assert (found.trouble if found else None) == expected


@pytest.mark.parametrize(
    ("said", "closed"),
    [
        ("saturday", True),
        ("sat or monday", False),
        ("evenings", True),
        ("after 5pm", True),
        ("friday afternoon", True),
        ("friday morning", False),
        ("tomorrow at 5", True),
        ("tomorrow at 4", False),
        ("next week", False),
        ("tonight", True),
        ("asap", False),
        ("any time", False),
        ("mornings", False),
    ],
)
def test_times_when_the_clinic_is_closed(said: str, closed: bool) -> None:
    found, _ = read_times(said, NOW, OFFICE, asked=True)
    assert (isinstance(found, Problem) and found.trouble is Trouble.TIME_CLOSED) == closed


def test_words_that_nobody_understood_are_kept() -> None:
    wish = only_words("when my kids nap")
    assert (wish.words, wish.understood, wish.to_json()) == ("when my kids nap", False, {})


@pytest.mark.parametrize(
    "said",
    [
        "I was injected yesterday, can I fly on Friday?",
        "does it hurt in the morning?",
        "my leg hurts at night",
        "my appointment is on friday at 10",
        "my legs were done on Tuesday",
    ],
)
def test_a_day_that_is_no_wish_is_left_alone(said: str) -> None:
    assert read_times(said, NOW, None, asked=False) == (None, said)


# (field asked for, message, name, reach, when, fields with a problem)
WHOLE: list[tuple[Field | None, str, str | None, str | None, str | None, set[str]]] = [
    (None, "Dana Fox 415 555 0132, mornings are best", "Dana Fox", FOX, "mornings are best", set()),
    (None, "please call me back, I am Anna, 212 555 0147", "Anna", "+1 212-555-0147", None, set()),
    (None, "please call Anna Berg back on 415 555 0132", "Anna Berg", FOX, None, set()),
    ("name", "Dana Fox 415 555 0132 tue after 3", "Dana Fox", FOX, "tue after 3", set()),
    ("name", "it is dana 415-555-0132 anytime", "Dana", FOX, "anytime", set()),
    ("reach", "dana@gmial.com", None, None, None, {"reach"}),
    ("reach", "my name is Dana", "Dana", None, None, set()),
    ("reach", "tue 10-12, dana@example.com", None, "dana@example.com", "tue 10-12", set()),
    ("name", "dana, 415 555 013", "Dana", None, None, {"reach"}),
    ("times", "tomorrow at 5, my number is 415 555 0132", None, FOX, "tomorrow at 5", set()),
    ("times", "no, my name is Dayna", "Dayna", None, None, set()),
    ("times", "yesterday, 415 555 0132", None, FOX, None, {"times"}),
    (None, "I want an appointment tomorrow morning, dana fox 4155550132", "Dana Fox", FOX,
     "I want an appointment tomorrow morning", set()),
    (None, "my email is dana@example.com and I'm free after 3pm", None, "dana@example.com",
     "I'm free after 3pm", set()),
    (None, "Hello, I am Dr. Ana López. 212 555 0147. Weekdays before noon please.", "Dr Ana López",
     "+1 212-555-0147", "Weekdays before noon please", set()),
    (None, "My wife Dana was treated Friday. Call her on 415 555 0132", "Dana", FOX, None, set()),
    (None, "this is urgent call 415 555 0132", None, FOX, None, set()),
    (None, "no, my number is 415 555 0132", None, FOX, None, set()),
    (None, "call me", None, None, None, set()),
    (None, "does it hurt?", None, None, None, set()),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "said", "name", "reach", "when", "problems"), WHOLE)
def test_one_message_may_tell_everything(
    asked: Field | None,
    said: str,
    name: str | None,
    reach: str | None,
    when: str | None,
    problems: set[str],
) -> None:
    told = read_told(said, asked=asked, now=NOW, country="US", hours=None)
    assert (told.name, told.phone or told.email) == (name, reach)
    assert (told.times.words if told.times else None) == when
    assert set(told.problems) == problems


def test_phone_and_email_are_both_heard() -> None:
    told = read_told(
        "415 555 0132 or dana@example.com", asked="reach", now=NOW, country="US", hours=None
    )
    assert (told.phone, told.email) == (FOX, "dana@example.com")


@pytest.mark.parametrize(
    ("said", "topic", "kind"),
    [
        ("call me", "book", "call_back"),
        ("can I talk to somebody", "handoff", "call_back"),
        ("schedule a call", "book", "call_back"),
        ("I want an appointment", "book", "consultation"),
        ("book a consultation", "book", "consultation"),
        ("I want to see the doctor", "book", "consultation"),
        ("I need to cancel my appointment", "reschedule", "cancel"),
        ("can't make it on friday", "reschedule", "cancel"),
        ("move my appointment to thursday", "reschedule", "reschedule"),
        ("is there an earlier slot", "reschedule", "reschedule"),
    ],
)
def test_what_is_asked_of_the_clinic(said: str, topic: str, kind: str) -> None:
    assert read_kind(said, topic) == kind


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("spider veins on my thigh", "spider veins on my thigh"),
        ("  two\nlines ", "two lines"),
        ("no", ""),
        ("nothing", ""),
        ("I'd rather not say", ""),
    ],
)
def test_a_reason(said: str, reason: str) -> None:
    assert read_reason(said) == reason


def test_a_long_reason_is_cut_at_a_word() -> None:
    reason = read_reason("vein " * 200)
    assert len(reason) <= 303
    assert reason.endswith("vein...")


@given(st.text(max_size=1000), st.sampled_from([None, "name", "reach", "times"]))
def test_no_message_breaks_the_readers(said: str, asked: Field | None) -> None:
    told = read_told(said, asked=asked, now=NOW, country="US", hours=OFFICE)
    assert len(told.name or "") <= 80
    assert len(told.times.words if told.times else "") <= 200


@pytest.mark.parametrize(
    "part",
    ["1", "1 ", "a@", "dana at ", "9-", "tue or ", "a dot ", "five ", "<b>", "Dr. ", "415-a"],
)
@pytest.mark.parametrize("asked", [None, "name", "reach", "times"])
def test_a_thousand_characters_are_read_at_once(part: str, asked: Field | None) -> None:
    said = part * (1000 // len(part))
    begin = process_time()
    read_told(said, asked=asked, now=NOW, country="US", hours=OFFICE)
    assert process_time() - begin < 1.0
