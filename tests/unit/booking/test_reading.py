"""What a whole message tells for a request; reasons; no message breaks the readers."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.care.booking.draft import Field
from bot.care.booking.reading import read_kind, read_reason, read_told
from tests.timing import milliseconds
from tests.unit.booking.talking import FOX, NOW, OFFICE

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
    told = partial(read_told, said, asked=asked, now=NOW, country="US", hours=OFFICE)
    assert milliseconds(told, 1_000) < 1_000
