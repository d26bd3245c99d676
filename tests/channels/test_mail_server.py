"""Handing a mail to a real server: what is told apart when the server is away, busy or refuses."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from bot.cli.ports import LOOPBACK
from bot.mail.message import Mail, compose
from bot.mail.sending import MailError, NotSentError, RefusedError, UnsureError, send
from bot.mail.server import read_server
from tests.mailbox import FROM, Mailbox, mail_server

DANA, FOX = "dana@example.com", "fox@example.com"
MAIL = Mail("a", "Clinic", "Your dates", ["Hello."])


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def hand_in(url: str, *to: str, seconds: float = 5) -> None:
    to = to or (DANA,)
    message = compose(MAIL, to, FROM, datetime.now(UTC))
    asyncio.run(send(message, to, read_server(url), seconds=seconds))


def test_a_mail_comes_in(mailbox: Mailbox) -> None:
    hand_in(mailbox.url, DANA, FOX)
    (envelope,) = mailbox.received
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, [DANA, FOX])
    assert mailbox.mails[0]["Subject"] == "Your dates"


@pytest.mark.parametrize(
    ("answers", "error", "reason"),
    [
        ({DANA: "550 no such user", FOX: "550 no such user"}, RefusedError, "recipient"),
        ({DANA: "451 try later", FOX: "451 try later"}, NotSentError, "recipient"),
        ({DANA: "550 no such user", FOX: "451 try later"}, NotSentError, "recipient"),
    ],
)
def test_refused_recipients(
    mailbox: Mailbox, answers: dict[str, str], error: type[MailError], reason: str
) -> None:
    mailbox.to_recipients = answers
    with pytest.raises(error) as caught:
        hand_in(mailbox.url, DANA, FOX)
    assert str(caught.value) == reason
    assert mailbox.received == []


def test_one_refused_recipient_does_not_keep_it_from_the_other(mailbox: Mailbox) -> None:
    mailbox.to_recipients = {DANA: "550 no such user"}
    hand_in(mailbox.url, DANA, FOX)
    assert mailbox.received[0].rcpt_tos == [FOX]


@pytest.mark.parametrize(
    ("answer", "error"), [("554 looks like spam", RefusedError), ("452 disk full", NotSentError)]
)
def test_a_refused_message(mailbox: Mailbox, answer: str, error: type[MailError]) -> None:
    mailbox.to_message = answer
    with pytest.raises(error, match="message"):
        hand_in(mailbox.url)


def test_a_connection_that_breaks_after_the_message_leaves_it_open(mailbox: Mailbox) -> None:
    mailbox.hangs_up = True
    with pytest.raises(UnsureError):
        hand_in(mailbox.url)


def test_a_server_that_is_away(unused_port: int) -> None:
    with pytest.raises(NotSentError):
        hand_in(f"smtp://{LOOPBACK}:{unused_port}?from={FROM}")


def test_a_password_is_not_sent_in_the_clear(mailbox: Mailbox) -> None:
    """The server offers no encryption: with it required, nothing is said to it."""
    url = f"smtp://user:secret@{LOOPBACK}:{mailbox.port}?from={FROM}&tls=required"
    with pytest.raises(NotSentError) as caught:
        hand_in(url)
    assert "secret" not in str(caught.value)


def test_an_encrypted_server_that_is_none(mailbox: Mailbox) -> None:
    with pytest.raises(NotSentError):
        hand_in(mailbox.url.replace("smtp://", "smtps://"), seconds=0.5)


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    folder = tmp_path_factory.mktemp("certificate")
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl on this machine")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, "req", *made, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def test_encryption_is_used_where_it_is_offered(own_certificate: ssl.SSLContext) -> None:
    """The server takes nothing unencrypted."""
    with mail_server(tls_context=own_certificate, require_starttls=True) as box:
        hand_in(box.url)
        assert len(box.received) == 1


@pytest.mark.parametrize(("scheme", "tls"), [("smtp", "&tls=required"), ("smtps", "")])
def test_where_encryption_is_required_so_is_a_certificate_to_trust(
    own_certificate: ssl.SSLContext, scheme: str, tls: str
) -> None:
    how = "ssl_context" if scheme == "smtps" else "tls_context"
    with mail_server(**{how: own_certificate}) as box:
        with pytest.raises(NotSentError) as caught:
            hand_in(f"{scheme}://u:secret@{LOOPBACK}:{box.port}?from={FROM}{tls}")
        assert "Timeout" not in str(caught.value)
        assert box.received == []


@contextmanager
def silent_after(*said: bytes) -> Iterator[int]:
    """A server that says so much, one answer for each thing it hears, and then nothing more."""
    with socket.create_server((LOOPBACK, 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                for number, words in enumerate(said):
                    if number:
                        connection.recv(4096)
                    connection.sendall(words)
                over.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ((), NotSentError),
        ((b"220 here\r\n",), NotSentError),
        ((b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n"), NotSentError),
        (
            (b"220 here\r\n", b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"),
            UnsureError,
        ),
    ],
    ids=["at once", "after the greeting", "at the recipient", "after the message"],
)
def test_a_server_that_hangs(said: tuple[bytes, ...], error: type[MailError]) -> None:
    with silent_after(*said) as port, pytest.raises(error):
        hand_in(f"smtp://{LOOPBACK}:{port}?from={FROM}", seconds=0.3)
