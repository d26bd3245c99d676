"""Mail as a message: what stands in it, read back as a mail program does, and what can't."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.addresses import deliverable, masked
from bot.mail.message import BadAddressError, CalendarFile, Mail, compose

NOW = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
SENDER = "assistant@clinic.example"
PATIENT = "dana@example.com"


def written(mail: Mail, *to: str) -> EmailMessage:
    raw = compose(mail, to or (PATIENT,), SENDER, NOW).as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_as_it_is_read() -> None:
    file = CalendarFile("dates.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    mail = Mail(
        "a 1", "Médical Spa", "Your dates", ["Hello.", "It's café."], "desk@c.example", file
    )
    message = written(mail)
    assert str(message["From"]) == f"Médical Spa <{SENDER}>"
    assert (message["To"], message["Reply-To"]) == (PATIENT, "desk@c.example")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["Hello.", "", "It's café."]
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "dates.ics"
    assert attached.get_payload(decode=True) == file.content


def test_the_same_sending_is_the_same_mail() -> None:
    def name(about: str) -> str:
        return str(written(Mail(about, "Clinic", "Dates", ["Hello."]))["Message-ID"])

    assert name("a 1") == name("a 1") != name("a 2")
    assert name("a 1").endswith("@clinic.example>")


HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type"}
HEADERS |= {"Content-Transfer-Encoding", "MIME-Version", "Reply-To"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_or_subject_makes_a_header(name: str, subject: str) -> None:
    tail = "\r\nBcc: thief@evil.example\r\n\r\nBuy"
    message = written(Mail("a", name + tail, subject + tail, ["Hello."]))
    assert set(message.keys()) <= HEADERS
    assert message["To"] == PATIENT
    assert message.get_content().splitlines() == ["Hello."]


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: thief@evil.example",
        "a@b.example\nthief@evil.example",
        "a@b.example, thief@evil.example",
        "Dana <a@b.example>",
        "a@b.example>\r\nRCPT TO:<thief@evil.example",
        "a b@c.example",
        "nobody",
        "",
    ],
)
def test_nothing_but_an_address_is_written_to(address: str) -> None:
    with pytest.raises(BadAddressError):
        written(Mail("a", "Clinic", "Dates", ["Hello."]), address)
    with pytest.raises(BadAddressError):
        written(Mail("a", "Clinic", "Dates", ["Hello."], reply_to=address or " "))


@pytest.mark.parametrize(
    ("address", "ascii"),
    [
        ("Dana@Example.COM", "Dana@example.com"),
        ("dana@münchen.example", "dana@xn--mnchen-3ya.example"),
        ("daña@example.com", None),
        ("dana@localhost", None),
    ],
)
def test_addresses_that_every_server_takes(address: str, ascii: str | None) -> None:
    assert deliverable(address) == ascii


def test_a_masked_address() -> None:
    assert masked("dana.fox@example.com") == "d...@example.com"
