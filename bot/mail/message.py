"""A mail as plain data, and as the message that goes over the wire."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from bot.addresses import deliverable


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file that goes along."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. `about` identifies what is sent: sent again, it is the same mail."""

    about: str
    from_name: str
    subject: str
    paragraphs: Sequence[str]
    reply_to: str | None = None
    calendar: CalendarFile | None = field(default=None)


class BadAddressError(ValueError):
    """A mail can't be addressed to this."""


def compose(mail: Mail, to: Sequence[str], sender: str, now: datetime) -> EmailMessage:
    """Return the message. Raises BadAddressError.

    Whatever stands in a name or a subject, it is one line; addresses are checked.
    """
    # In 7 bits, which every server on the way takes.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = _address(sender, _one_line(mail.from_name))
    message["To"] = [_address(one) for one in to]
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(mail.about, sender)
    # Keeps absence notes and other machines from answering (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    message.set_content("\n\n".join(mail.paragraphs) + "\n")
    if mail.calendar is not None:
        message.add_attachment(
            mail.calendar.content.decode(),
            subtype="calendar",
            filename=_one_line(mail.calendar.name),
        )
    return message


def _address(text: str, name: str = "") -> Address:
    address = deliverable(text)
    if address is None:
        raise BadAddressError
    return Address(display_name=name, addr_spec=address)


def _one_line(text: str) -> str:
    printable = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(printable.split())


def _message_id(about: str, sender: str) -> str:
    return f"<{sha256(about.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"
