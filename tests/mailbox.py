"""A real mail server on loopback, and what came in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.cli.ports import LOOPBACK, any_free_port
from tests.waiting import waited_for

FROM = "assistant@saphena.example"


@dataclass
class Mailbox:
    """What came in, and how the server behaves: what it says to a recipient, after how long."""

    port: int
    received: list[Envelope] = field(default_factory=list)
    to_recipients: dict[str, str] = field(default_factory=dict)
    to_message: str = "250 taken"
    hangs_up: bool = False
    delay: float = 0.0

    def reset(self) -> None:
        self.received.clear()
        self.to_recipients, self.to_message = {}, "250 taken"
        self.hangs_up, self.delay = False, 0.0

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}?from={FROM}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [parsed(envelope) for envelope in self.received]

    def wait(self, number: int = 1) -> list[EmailMessage]:
        """Return the mails once there are so many."""
        waited_for(lambda: len(self.received) >= number)
        assert len(self.received) >= number, f"only {len(self.received)} mails came in"
        return self.mails

    def wait_for(self, address: str, words: str = "") -> list[str]:
        """Return the texts with these words that came to an address, once there is one, or none."""

        def found() -> list[str]:
            mails = [parsed(one) for one in self.received if address in one.rcpt_tos]
            texts = [str(text_of(mail).get_content()) for mail in mails]
            return [text for text in texts if words in text]

        return waited_for(found)

    async def handle_RCPT(  # noqa: N802 (the server's name for it)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        await asyncio.sleep(self.delay)
        answer = self.to_recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.to_message.startswith("250"):
            self.received.append(envelope)
        if self.hangs_up and server.transport is not None:
            server.transport.close()
        return self.to_message


def parsed(envelope: Envelope) -> EmailMessage:
    """Read a message as a mail program does."""
    content = envelope.content
    assert isinstance(content, bytes)
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(mail: EmailMessage) -> EmailMessage:
    """Return the part of a mail that is read."""
    body = mail.get_body()
    assert isinstance(body, EmailMessage)
    return body


@contextmanager
def mail_server(**options: Any) -> Iterator[Mailbox]:
    """Serve until the end of the block; `options` are those of aiosmtpd."""
    box = Mailbox(any_free_port())
    controller = Controller(box, hostname=LOOPBACK, port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
